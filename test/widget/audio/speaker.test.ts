import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createSpeaker, type PlayedItem } from '../../../widget/audio/speaker.ts'
import { FakeAudioContext, FakeNode, FakeWorkletNode, installWorklets } from './fake-context.ts'
import { tone, toPcm } from './sounds.ts'

beforeAll(() => installWorklets(48_000))
afterEach(() => {
  for (const node of FakeWorkletNode.made.splice(0)) node.port.close()
})

const SECOND = 48_000

function sound(ms: number): Int16Array<ArrayBuffer> {
  return toPcm(tone(24_000, 440, 0.5, ms / 1000))
}

function open({ outputLatency = 0 as number | undefined, destination = undefined as FakeNode | undefined } = {}) {
  const context = new FakeAudioContext()
  context.outputLatency = outputLatency
  const timers: (() => void)[] = []
  const positions: PlayedItem[] = []
  const handlers = {
    position: (played: PlayedItem) => void positions.push(played),
    drained: vi.fn(),
    underrun: vi.fn(),
    failed: vi.fn(),
  }
  const clock = {
    now: () => 0,
    after: (_ms: number, run: () => void) => {
      timers.push(run)
      return () => void timers.splice(timers.indexOf(run), 1)
    },
  }
  const options = { context, clock, destination } as unknown as Parameters<typeof createSpeaker>[0]
  const speaker = createSpeaker(options, handlers)
  const node = FakeWorkletNode.made.at(-1)
  if (!node) throw new Error('No node was made')
  /** Messages arrive, this long is rendered, and what is to tell of it arrives. */
  async function run(ms: number): Promise<Float32Array> {
    await node?.settled()
    const output = node?.render((SECOND * ms) / 1000)
    await node?.settled()
    return output ?? new Float32Array(0)
  }
  return { context, speaker, node, handlers, positions, timers, run }
}

describe('the speaker', () => {
  it('plays what was pushed and tells how far', async () => {
    const { speaker, run, node, positions, handlers } = open()
    speaker.push('a', sound(500))
    speaker.end('a')
    const output = await run(600)
    expect(output.findLastIndex((sample) => sample !== 0)).toBe(SECOND / 2 - 1)
    expect(positions[0]).toEqual({ item: 'a', playedMs: 40, receivedMs: 500 })
    expect(positions.at(-1)).toEqual({ item: 'a', playedMs: 500, receivedMs: 500 })
    expect(handlers.drained).toHaveBeenCalledOnce()
    expect(node.ended, 'there may be more').toBe(false)
  })

  it('takes the memory of a whole buffer, and copies a part of one', async () => {
    const { speaker, run, positions } = open()
    const whole = sound(100)
    const part = new Int16Array(sound(300).buffer, 4800, 2400)
    speaker.push('a', whole)
    speaker.push('a', part)
    expect(whole).toHaveLength(0)
    expect(part).toHaveLength(2400)
    await run(200)
    expect(positions.at(-1)).toMatchObject({ receivedMs: 200 })
  })

  it('flush: silence, and what truncation needs of every item', async () => {
    const { speaker, run, timers, handlers } = open()
    speaker.push('a', sound(1000))
    speaker.push('b', sound(333))
    await run(250)
    const flushed = speaker.flush()
    const after = await run(100)
    expect(await flushed).toEqual([
      // 250 ms in quanta, and the fade.
      { item: 'a', playedMs: 252, receivedMs: 1000 },
      { item: 'b', playedMs: 0, receivedMs: 333 },
    ])
    expect(after.subarray(128).every((sample) => sample === 0)).toBe(true)
    expect(timers).toEqual([])

    speaker.push('a', sound(200))
    expect((await run(200)).every((sample) => sample === 0)).toBe(true)
    expect(handlers.drained).not.toHaveBeenCalled()
    const again = speaker.flush()
    await run(1)
    expect(await again).toEqual([])
  })

  it.each([
    [0.1, 152],
    [1, 0],
    [undefined, 252],
    [Number.NaN, 252],
    [Number.POSITIVE_INFINITY, 252],
  ])('with an output latency of %s s, %i ms of 252 ms were heard', async (outputLatency, playedMs) => {
    const { speaker, run } = open({ outputLatency })
    speaker.push('a', sound(1000))
    await run(250)
    const flushed = speaker.flush()
    await run(1)
    expect(await flushed).toEqual([{ item: 'a', playedMs, receivedMs: 1000 }])
  })

  it('Firefox is not asked for its output latency, which may stop its page for good', async () => {
    Object.assign(globalThis, { mozInnerScreenX: 0 })
    onTestFinished(() => void Reflect.deleteProperty(globalThis, 'mozInnerScreenX'))
    const { speaker, run } = open({ outputLatency: 0.1 })
    speaker.push('a', sound(1000))
    await run(250)
    const flushed = speaker.flush()
    await run(1)
    expect(await flushed).toEqual([{ item: 'a', playedMs: 252, receivedMs: 1000 }])
  })

  it('a worklet that does not answer is answered for, with what it told last', async () => {
    const { speaker, run, timers } = open()
    speaker.push('a', sound(1000))
    await run(250)
    const flushed = speaker.flush()
    expect(timers).toHaveLength(1)
    timers[0]?.()
    expect(await flushed).toEqual([{ item: 'a', playedMs: 240, receivedMs: 1000 }])
  })

  it('tells of an item that ran dry and went on', async () => {
    const { speaker, run, handlers } = open()
    speaker.push('a', sound(100))
    await run(200)
    speaker.push('a', sound(100))
    speaker.end('a')
    await run(200)
    expect(handlers.underrun).toHaveBeenCalledOnce()
    expect(handlers.drained).toHaveBeenCalledOnce()
  })

  it('sets the volume without a step, between 0 and 1', () => {
    const { speaker, context, node } = open()
    const [gain] = context.gains
    expect(node.connectedTo).toEqual([gain])
    expect(gain?.connectedTo).toEqual([context.destination])
    for (const [wanted, set] of [
      [0.5, 0.5],
      [-1, 0],
      [7, 1],
    ] as const) {
      speaker.setVolume(wanted)
      expect(gain?.gain.wanted).toBe(set)
    }
  })

  it('plays where it is told to', () => {
    const destination = new FakeNode()
    const { context } = open({ destination })
    expect(context.gains[0]?.connectedTo).toEqual([destination])
  })

  it('after a reset even a flushed item may be played again', async () => {
    const { speaker, run, node } = open()
    speaker.push('a', sound(500))
    await run(100)
    void speaker.flush()
    speaker.reset()
    expect((await run(100)).every((sample) => sample === 0)).toBe(true)
    speaker.push('a', sound(500))
    expect((await run(100)).some((sample) => sample !== 0)).toBe(true)
    expect(FakeWorkletNode.made).toEqual([node])
  })

  it('tells when sound was thrown away, and when the worklet broke', async () => {
    const { speaker, run, node, handlers } = open()
    for (let n = 0; n < 31; n++) speaker.push('a', new Int16Array(240_000))
    await run(1)
    expect(handlers.failed.mock.calls).toEqual([['overflow']])
    node.onprocessorerror?.()
    expect(handlers.failed).toHaveBeenLastCalledWith('processor')
  })

  it('closed: everything is let go, nothing is told any more, nobody waits', async () => {
    const { speaker, context, node, handlers, positions, timers, run } = open()
    speaker.push('a', sound(100))
    await run(50)
    const told = positions.length
    node.render(4800)
    const gone = node.closed
    const flushed = speaker.flush()
    speaker.close()
    expect(await flushed).toEqual([])
    expect(await speaker.flush()).toEqual([])
    speaker.push('b', sound(100))
    node.onprocessorerror?.()
    await gone
    node.render(128)
    expect(node.ended, 'it can be freed').toBe(true)
    expect(positions).toHaveLength(told)
    expect(handlers.drained).not.toHaveBeenCalled()
    expect(handlers.failed).not.toHaveBeenCalled()
    expect(timers).toEqual([])
    expect(node.connectedTo).toEqual([])
    expect(context.gains[0]?.connectedTo).toEqual([])
  })
})
