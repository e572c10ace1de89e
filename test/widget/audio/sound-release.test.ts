import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { PcmSound } from '../../../widget/audio/pcm-sound.ts'
import { openSound, type SoundPorts } from '../../../widget/audio/sound.ts'
import { systemClock } from '../../../widget/clock.ts'
import { FakeAudioContext, FakeAudioElement, FakeMicrophones } from '../../../widget/npm/testing/media.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function opened() {
  const ports = {
    clock: systemClock,
    mediaDevices: new FakeMicrophones(),
    page: { isSecureContext: true },
    permissions: undefined,
    AudioContext: FakeAudioContext,
  } as unknown as SoundPorts
  const sound = openSound(ports, new FakeAudioElement() as unknown as HTMLAudioElement, { blocked: () => {} })
  await sound.ask()
  return { sound, context: () => sound.context?.state }
}

it('without worklets the context is closed at once', async () => {
  const { sound, context } = await opened()
  sound.release()
  expect(context()).toBe('closed')
})

it('worklets are told to end first, and get the time for it', async () => {
  const { sound, context } = await opened()
  const close = vi.fn()
  await sound.pcm(async () => ({ close }) as unknown as PcmSound)
  sound.release()
  await vi.advanceTimersByTimeAsync(0)
  expect(close).toHaveBeenCalledOnce()
  expect(context()).toBe('running')
  await vi.advanceTimersByTimeAsync(100)
  expect(context()).toBe('closed')
})
