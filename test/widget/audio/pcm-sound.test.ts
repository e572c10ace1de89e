import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openPcm, PcmError, type PcmUser } from '../../../widget/audio/pcm-sound.ts'
import type { PlayedItem } from '../../../widget/audio/speaker.ts'
import type { WorkletOutcome } from '../../../widget/audio/worklet-loader.ts'
import { systemClock } from '../../../widget/clock.ts'
import { FakeAudioContext, FakeNode, FakeWorkletNode, installWorklets } from './fake-context.ts'
import { tone } from './sounds.ts'

beforeAll(() => installWorklets(48_000))
afterEach(() => {
  for (const node of FakeWorkletNode.made.splice(0)) node.port.close()
})

const LOADED: WorkletOutcome = { step: 'file' }
const newContext = () => new FakeAudioContext() as unknown as AudioContext
const newSource = () => new FakeNode() as unknown as AudioNode

/** The PCM of a start, and the worklets of its newest context. */
async function open() {
  let outcome: WorkletOutcome | Promise<WorkletOutcome> = LOADED
  const loader = { load: async () => outcome }
  const pcm = await openPcm({ loader, clock: systemClock }, newContext(), newSource())
  const told: (PlayedItem | 'drained' | 'failed')[] = []
  let frames = 0
  const user: PcmUser = {
    frame: () => {
      frames += 1
    },
    played: (item) => told.push(item),
    drained: () => told.push('drained'),
    failed: () => told.push('failed'),
  }
  pcm.use(user)
  return {
    pcm,
    told,
    frames: () => frames,
    loads: (next: typeof outcome) => {
      outcome = next
    },
    async say(seconds: number) {
      const node = FakeWorkletNode.made.at(-1)
      node?.render(48_000 * seconds, tone(48_000, 440, 0.5, seconds))
      await node?.settled()
    },
    async play(seconds: number) {
      const node = FakeWorkletNode.made.at(-2)
      await node?.settled()
      const output = node?.render(48_000 * seconds)
      await node?.settled()
      return output ?? new Float32Array()
    },
  }
}

const second = () => new Int16Array(24_000).fill(8_000)
const lastPosition = (told: unknown[]) => told.findLast((one): one is PlayedItem => typeof one === 'object')

describe('microphone and speaker as PCM', () => {
  it('keeps what is said until it may be sent, and again after a loss', async () => {
    const { pcm, say, frames } = await open()
    await say(0.5)
    expect(frames()).toBe(0)
    pcm.send()
    expect(frames()).toBe(24)
    await say(0.5)
    const before = frames()
    expect(before).toBeGreaterThanOrEqual(48)
    pcm.keep()
    await say(0.5)
    expect(frames()).toBe(before)
    pcm.forget()
    pcm.send()
    expect(frames()).toBe(before)
    pcm.close()
  })

  it('in another context: said, heard and counted as if nothing had happened', async () => {
    const { pcm, told, say, play, frames } = await open()
    const before = pcm.stream
    pcm.send()
    pcm.speaker.push('a', second())
    pcm.speaker.push('a', second())
    pcm.speaker.end('a')
    await play(0.7)
    const reached = lastPosition(told)?.playedMs ?? 0
    expect(reached).toBeGreaterThan(500)
    await pcm.renew(newContext(), newSource())
    expect(pcm.stream).not.toBe(before)
    const spoken = frames()
    await say(0.5)
    expect(frames()).toBeGreaterThanOrEqual(spoken + 23)
    await play(0.5)
    expect(lastPosition(told)).toMatchObject({ item: 'a', receivedMs: 2_000 })
    expect(lastPosition(told)?.playedMs).toBeGreaterThan(reached + 300)
    const rest = await play(3)
    expect(told.at(-1)).toBe('drained')
    // What was left, and not all of it again.
    const heardMs = rest.filter((sample) => Math.abs(sample) > 0.1).length / 48
    expect(heardMs).toBeLessThan(2_000 - reached)
    pcm.close()
  })

  it('while it is replaced nothing that comes is lost, and an interruption is answered', async () => {
    const { pcm, told, play, loads } = await open()
    pcm.speaker.push('a', second())
    await play(0.5)
    const reached = lastPosition(told)?.playedMs
    const load = Promise.withResolvers<WorkletOutcome>()
    loads(load.promise)
    const renewed = pcm.renew(newContext(), newSource())
    pcm.speaker.push('a', second())
    expect(await pcm.speaker.flush()).toEqual([{ item: 'a', playedMs: reached, receivedMs: 2_000 }])
    pcm.speaker.push('b', second())
    pcm.speaker.end('b')
    load.resolve(LOADED)
    await renewed
    await play(0.5)
    expect(lastPosition(told)).toMatchObject({ item: 'b', receivedMs: 1_000 })
    pcm.close()
  })

  it('says so where there are no worklets; replaced once more, it is silent about the one between', async () => {
    const { pcm, told, loads } = await open()
    loads({ step: null, reason: 'refused' })
    await expect(pcm.renew(newContext(), newSource())).rejects.toThrow(PcmError)
    const load = Promise.withResolvers<WorkletOutcome>()
    loads(load.promise)
    const between = pcm.renew(newContext(), newSource())
    loads(LOADED)
    await pcm.renew(newContext(), newSource())
    load.resolve({ step: null, reason: 'closed' })
    await between
    expect(told).toEqual([])
    pcm.abandon()
    expect(told).toEqual(['failed'])
  })
})
