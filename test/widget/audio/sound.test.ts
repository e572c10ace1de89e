import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PcmSound } from '../../../widget/audio/pcm-sound.ts'
import { openSound } from '../../../widget/audio/sound.ts'
import { systemClock } from '../../../widget/clock.ts'
import { FakeAudioContext, FakeAudioElement, FakeMicrophones, FakeStream } from '../../../widget/npm/testing/media.ts'

beforeEach(() => {
  vi.useFakeTimers()
  FakeAudioContext.all.length = 0
})
afterEach(() => {
  vi.useRealTimers()
})

const settle = () => vi.advanceTimersByTimeAsync(0)

/** What is asked of the PCM, in order. */
function fakePcm({ renews = true } = {}) {
  const asked: string[] = []
  const pcm = {
    stream: new FakeStream(),
    keep: () => asked.push('keep'),
    send: () => asked.push('send'),
    forget: () => asked.push('forget'),
    abandon: () => asked.push('abandon'),
    close: () => asked.push('close'),
    async renew() {
      asked.push('renew')
      if (!renews) throw new Error('no worklets')
      pcm.stream = new FakeStream()
    },
  }
  return { asked, pcm, open: async () => pcm as unknown as PcmSound }
}

async function setUp({ audio = true } = {}) {
  const mics = new FakeMicrophones()
  const element = new FakeAudioElement()
  const sound = openSound(
    {
      clock: systemClock,
      mediaDevices: mics as unknown as MediaDevices,
      page: { isSecureContext: true },
      permissions: undefined,
      AudioContext: audio ? (FakeAudioContext as unknown as typeof AudioContext) : undefined,
    },
    element as unknown as HTMLAudioElement,
    { blocked: () => {} },
  )
  sound.setHearing('kept')
  await sound.ask()
  /** Which tracks a call was given: the microphone's own, or the one of what is late. */
  const given: string[] = []
  const setTrack = async (track: MediaStreamTrack) => {
    const isOwn = mics.streams.some(({ tracks }) => tracks.some((own) => own === (track as unknown)))
    given.push(isOwn ? 'microphone' : 'late')
  }
  const isOn = () => mics.streams.at(-1)?.tracks[0]?.enabled
  return { sound, mics, element, given, setTrack, isOn }
}

describe('the sound of a call over WebRTC', () => {
  it('what is said before it is live does not go into it; then the microphone’s own track does', async () => {
    const { sound, given, setTrack, isOn } = await setUp()
    await sound.carryTo(setTrack)
    expect([given, isOn()]).toEqual([['late'], true])
    sound.setHearing('sent')
    expect([given, isOn()]).toEqual([['late', 'microphone'], true])
    sound.setHearing('off')
    expect([given.length, isOn()]).toEqual([2, false])
    sound.release()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('muted while it is made anew, then not any more: still nothing goes into it before it is live', async () => {
    const { sound, given, setTrack, isOn } = await setUp()
    await sound.carryTo(setTrack)
    sound.setHearing('sent')
    sound.setHearing('off')
    given.length = 0
    await sound.carryTo(setTrack)
    sound.setHearing('kept')
    expect(given).not.toContain('microphone')
    sound.setHearing('sent')
    expect([given.at(-1), isOn()]).toEqual(['microphone', true])
    sound.release()
  })

  it('a rollover gets what the first call has', async () => {
    const { sound, given, setTrack } = await setUp()
    await sound.carryTo(setTrack)
    sound.setHearing('sent')
    await sound.lendTo(setTrack)
    await sound.carryTo(setTrack)
    expect(given).toEqual(['late', 'microphone', 'microphone', 'microphone'])
    sound.release()
  })

  it('without Web Audio nothing can be kept: the microphone is off until the call is live', async () => {
    const { sound, given, setTrack, isOn } = await setUp({ audio: false })
    await sound.carryTo(setTrack)
    expect([given, isOn()]).toEqual([['microphone'], false])
    sound.setHearing('sent')
    expect(isOn()).toBe(true)
    sound.release()
  })

  it('another context does not matter to it', async () => {
    const { sound, given, setTrack } = await setUp()
    await sound.carryTo(setTrack)
    sound.renew()
    expect(given.at(-1), 'not live yet').toBe('late')
    sound.setHearing('sent')
    sound.renew()
    expect(given.at(-1)).toBe('microphone')
    sound.release()
    expect(FakeAudioContext.all.map(({ state }) => state)).toEqual(['closed', 'closed', 'closed'])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the sound of a call over the relay', () => {
  async function relayed(options?: { renews: boolean }) {
    const all = await setUp()
    const fake = fakePcm(options)
    await all.sound.pcm(fake.open)
    all.sound.playStream(fake.pcm.stream as unknown as MediaStream)
    return { ...all, ...fake }
  }

  it('is kept until it is live, again after a loss, and given up when muted', async () => {
    const { sound, asked } = await relayed()
    for (const hearing of ['sent', 'kept', 'sent', 'off', 'sent'] as const) sound.setHearing(hearing)
    await settle()
    expect(asked).toEqual(['send', 'keep', 'send', 'forget', 'send'])
    sound.release()
    await settle()
    expect(asked.at(-1)).toBe('close')
  })

  it('a call over WebRTC after it is heard by its track alone', async () => {
    const { sound, asked, given, setTrack } = await relayed()
    sound.setHearing('sent')
    sound.setHearing('kept')
    await sound.carryTo(setTrack)
    await settle()
    asked.length = 0
    sound.setHearing('sent')
    await settle()
    expect([asked, given]).toEqual([[], ['late', 'microphone']])
    sound.setHearing('kept')
    await settle()
    expect(asked, 'what the other call has heard is not said again').toEqual(['keep'])
    sound.release()
  })

  it('goes on in another context, and the element plays it from there', async () => {
    const { sound, asked, pcm, element } = await relayed()
    const before = element.srcObject
    sound.renew()
    await settle()
    expect(asked).toEqual(['renew'])
    expect(element.srcObject).toBe(pcm.stream)
    expect(element.srcObject).not.toBe(before)
    sound.release()
  })

  it('a context that goes while it is being opened is no loss', async () => {
    const { sound } = await setUp()
    const { pcm } = fakePcm()
    const seen: AudioContext[] = []
    const opening = sound.pcm(async (context) => {
      seen.push(context)
      await settle()
      if (context.state === 'closed') throw new Error('closed')
      return pcm as unknown as PcmSound
    })
    await Promise.resolve()
    sound.renew()
    expect(await opening).toBe(pcm)
    expect(seen).toEqual(FakeAudioContext.all)
    sound.release()
  })

  it('is lost where that fails, and the next call opens another one', async () => {
    const { sound, asked } = await relayed({ renews: false })
    sound.renew()
    await settle()
    expect(asked).toEqual(['renew', 'abandon'])
    const next = fakePcm()
    expect(await sound.pcm(next.open)).toBe(next.pcm)
    sound.release()
  })
})
