import { describe, expect, it } from 'vitest'
import { BYTES_PER_MS } from '../../../protocol/relay.ts'
import { createLog } from '../../../worker/log.ts'
import type { CallEvent, Wire } from '../../../worker/provider/provider.ts'
import { AHEAD_MS } from '../../../worker/session/relay-pace.ts'
import { FLUSH_TIMEOUT_MS, Playback, type PlaybackSink } from '../../../worker/session/relay-playback.ts'
import { HandClock } from './hand-clock.ts'

const began = (response: string): CallEvent => ({ type: 'answer_began', response, nonce: undefined })
const ended = (response: string, ...items: string[]): CallEvent => ({
  type: 'answer_ended',
  response,
  outcome: 'completed',
  cause: undefined,
  items,
  audioMs: undefined,
  usage: null,
})
const sound = (response: string, id: string, ms: number): CallEvent => ({
  type: 'sound',
  response,
  id,
  pcm: new Uint8Array(ms * BYTES_PER_MS),
})
const finished = (id: string): CallEvent => ({
  type: 'finished',
  item: { id, role: 'assistant', kind: 'message', via: 'voice', text: 'Hello.' },
  cut: false,
})
const speech: CallEvent = { type: 'speech', on: true, id: 'item_visitor' }

function setUp() {
  const clock = new HandClock()
  const told: CallEvent[] = []
  const passed: CallEvent[] = []
  const wires: Wire[] = []
  const flushes: number[] = []
  const got = new Map<string, number>()
  let current = ''
  const sink: PlaybackSink = {
    audio: (item) => {
      current = item
    },
    sound: (pcm) => void got.set(current, (got.get(current) ?? 0) + pcm.length / BYTES_PER_MS),
    endOfItem: () => {},
    flush: (flush) => flushes.push(flush),
  }
  const playback = new Playback({
    provider: { truncate: (id, ms) => ({ type: 'truncate', id, ms }) },
    clock,
    log: createLog(),
    send: (...more) => wires.push(...more),
    tell: (event) => told.push(event),
  })
  const hear = (...events: CallEvent[]) => {
    for (const event of events) playback.pass(event, (one) => passed.push(one))
  }
  const played = (item: string, ms: number, done = false) => playback.played({ type: 'played', item, ms, done })
  const flushed = (flush: number, item: string | null, ms: number) =>
    playback.flushed({ type: 'flushed', flush, item, ms })
  return { clock, playback, sink, told, passed, wires, flushes, got, hear, played, flushed }
}

/** An answer of which 400 ms of 3 s were played. */
function speaking() {
  const all = setUp()
  all.playback.attach(all.sink)
  all.hear(began('r'), sound('r', 'a', 3_000))
  all.played('a', 0)
  all.clock.pass(400)
  all.played('a', 400)
  return all
}

describe('Playback', () => {
  it('tells when an answer is heard, and when it was heard to its end', () => {
    const { told, hear, played, passed } = speaking()
    expect(told).toEqual([{ type: 'playback', state: 'began', response: 'r' }])
    hear(finished('a'), ended('r', 'a'))
    played('a', 1_500)
    expect(told).toHaveLength(1)
    played('a', 3_000, true)
    expect(told.at(-1)).toEqual({ type: 'playback', state: 'drained', response: 'r' })
    expect(passed.map(({ type }) => type)).toEqual(['answer_began', 'finished', 'answer_ended'])
  })

  it('does not call an answer heard to its end while it is still being made', () => {
    const { told, hear, played } = speaking()
    hear(finished('a'))
    played('a', 2_500)
    played('a', 3_000, true)
    expect(told).toHaveLength(1)
    hear(ended('r', 'a'))
    expect(told.at(-1)).toMatchObject({ state: 'drained' })
  })

  it('stops at the first sound of the visitor, and cuts at what was played to the millisecond', () => {
    const { told, wires, flushes, hear, flushed, clock } = speaking()
    hear(speech)
    expect(flushes).toEqual([1])
    expect(wires).toEqual([])
    clock.pass(30)
    flushed(1, 'a', 437)
    expect(wires).toEqual([{ type: 'truncate', id: 'a', ms: 437 }])
    expect(told.slice(1)).toEqual([
      { type: 'truncated', id: 'a', ms: 437 },
      { type: 'playback', state: 'cleared', response: 'r' },
    ])
    expect(clock.waiting).toBe(0)
  })

  it('keeps the echo of its own cut from the recorder, and no other', () => {
    const { hear, flushed, passed } = speaking()
    hear(speech)
    flushed(1, 'a', 437)
    passed.length = 0
    hear({ type: 'truncated', id: 'a', ms: 437 }, { type: 'truncated', id: 'b', ms: 1 })
    expect(passed).toEqual([{ type: 'truncated', id: 'b', ms: 1 }])
  })

  it('does not believe that more was played than was sent', () => {
    const { hear, flushed, wires } = speaking()
    hear(speech)
    flushed(1, 'a', 3_600_000)
    expect(wires).toEqual([{ type: 'truncate', id: 'a', ms: AHEAD_MS + 400 }])
  })

  it('estimates when the browser does not answer, from its last report on', () => {
    const { hear, clock, told, wires } = speaking()
    clock.pass(100)
    hear(speech)
    clock.pass(FLUSH_TIMEOUT_MS)
    expect(wires).toEqual([{ type: 'truncate', id: 'a', ms: 400 + 100 + FLUSH_TIMEOUT_MS }])
    expect(told).toContainEqual({ type: 'truncated', id: 'a', ms: 1_000, estimated: true })
  })

  it('takes an answer that comes too late for nothing', () => {
    const { hear, clock, flushed, wires } = speaking()
    hear(speech)
    clock.pass(FLUSH_TIMEOUT_MS)
    flushed(1, 'a', 10)
    flushed(7, 'a', 10)
    expect(wires).toHaveLength(1)
  })

  it('plays nothing more of what was interrupted, and everything of what comes then', () => {
    const { hear, flushed, got, wires } = speaking()
    hear(speech, sound('r', 'a', 500), ended('r', 'a'), began('s'), sound('s', 'b', 700))
    flushed(1, 'a', 437)
    expect(got).toEqual(
      new Map([
        ['a', AHEAD_MS + 400],
        ['b', 700],
      ]),
    )
    expect(wires).toEqual([{ type: 'truncate', id: 'a', ms: 437 }])
  })

  it('cuts an answer at nothing whose first sound comes after the interruption', () => {
    const { hear, told, wires, flushes, got } = setUpAttached()
    hear(began('r'), speech, sound('r', 'a', 500), sound('r', 'a', 500), ended('r', 'a'))
    expect(flushes).toEqual([])
    expect(got.size).toBe(0)
    expect(wires).toEqual([{ type: 'truncate', id: 'a', ms: 0 }])
    expect(told).toEqual([{ type: 'truncated', id: 'a', ms: 0 }])
  })

  it('says that words were not heard which never had a sound', () => {
    const { hear, told, wires } = setUpAttached()
    hear(began('r'), speech, ended('r', 'a'))
    expect(told).toEqual([{ type: 'truncated', id: 'a', ms: 0 }])
    expect(wires).toEqual([])
  })

  it('does not cut what was heard to its end', () => {
    const { hear, flushed, told, wires } = speaking()
    hear(finished('a'), ended('r', 'a'))
    speechAt(hear, flushed, null, 0)
    // 2.5 s were sent ahead of 400 ms: 100 ms never were, so it was not to its end.
    expect(wires).toEqual([{ type: 'truncate', id: 'a', ms: 2_900 }])
    const other = setUpAttached()
    other.hear(began('r'), sound('r', 'a', 1_000), finished('a'), ended('r', 'a'))
    other.played('a', 700)
    speechAt(other.hear, other.flushed, null, 0)
    expect(other.wires).toEqual([])
    expect(other.told.at(-1)).toMatchObject({ type: 'playback', state: 'drained' })
    expect(told.at(-1)).toMatchObject({ type: 'playback', state: 'cleared' })
  })

  it('cuts the second item where it was, and the third at nothing', () => {
    const { hear, played, flushed, wires } = setUpAttached()
    hear(began('r'), sound('r', 'a', 500), finished('a'), sound('r', 'b', 500), finished('b'), sound('r', 'c', 500))
    played('a', 100)
    hear(speech)
    flushed(1, 'b', 77)
    expect(wires).toEqual([
      { type: 'truncate', id: 'b', ms: 77 },
      { type: 'truncate', id: 'c', ms: 0 },
    ])
  })

  it('does nothing when there is nothing to stop', () => {
    const { hear, told, wires, flushes } = setUpAttached()
    hear(speech)
    expect([told, wires, flushes]).toEqual([[], [], []])
  })

  it('stops at once without a browser, and tells one that comes back to stop', () => {
    const { playback, hear, wires, sink, flushes, clock } = speaking()
    playback.detach()
    clock.pass(200)
    hear(speech)
    expect(wires).toEqual([{ type: 'truncate', id: 'a', ms: 600 }])
    playback.attach(sink, 'a', 2_000 * BYTES_PER_MS)
    expect(flushes).toHaveLength(1)
  })

  it('knows what was heard when the call ends in the middle of an answer, or of an interruption', () => {
    for (const isInterrupted of [false, true]) {
      const { playback, hear, clock, wires, told } = speaking()
      clock.pass(100)
      if (isInterrupted) hear(speech)
      playback.close()
      clock.pass(10_000)
      expect([clock.waiting, wires]).toEqual([0, []])
      const broke = isInterrupted ? {} : { broke: true }
      expect(told.slice(1)).toEqual([{ type: 'truncated', id: 'a', ms: 500, estimated: true, ...broke }])
    }
  })

  it('says that nothing was heard of an answer when nobody came to hear it', () => {
    const { playback, hear, told } = setUp()
    hear(began('r'), sound('r', 'a', 700), finished('a'), ended('r', 'a'))
    playback.close()
    expect(told).toEqual([{ type: 'truncated', id: 'a', ms: 0, estimated: true, broke: true }])
  })
})

function setUpAttached() {
  const all = setUp()
  all.playback.attach(all.sink)
  return all
}

function speechAt(
  hear: (event: CallEvent) => void,
  flushed: (flush: number, item: string | null, ms: number) => void,
  item: string | null,
  ms: number,
): void {
  hear(speech)
  flushed(1, item, ms)
}
