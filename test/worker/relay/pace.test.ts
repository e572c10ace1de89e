import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BYTES_PER_MS } from '../../../protocol/relay.ts'
import { AHEAD_MS, KEPT_MS, Pace, type SoundSink } from '../../../worker/session/relay-pace.ts'

/** `ms` of sound; every byte tells its place, so that a repeated or lost piece shows. */
function sound(ms: number, from = 0): Uint8Array {
  return Uint8Array.from({ length: ms * BYTES_PER_MS }, (_, i) => (from * BYTES_PER_MS + i) % 251)
}

function browser() {
  const got: Record<string, number[]> = {}
  const told: string[] = []
  let current = ''
  const sink: SoundSink = {
    audio: (item) => {
      current = item
      told.push(`audio ${item}`)
    },
    sound: (pcm) => {
      got[current] ??= []
      got[current]?.push(...pcm)
    },
    endOfItem: (item) => told.push(`end ${item}`),
  }
  return {
    sink,
    told,
    bytes: (item: string) => got[item] ?? [],
    ms: (item: string) => (got[item]?.length ?? 0) / BYTES_PER_MS,
  }
}

describe('Pace', () => {
  it('sends a little ahead of what was played, and the rest as the playing goes on', () => {
    const pace = new Pace()
    const { sink, ms, told } = browser()
    pace.attach(sink)
    pace.push('r', 'a', sound(6_000))
    pace.complete('a')
    expect(ms('a')).toBe(AHEAD_MS)
    pace.played('a', 1_000 * BYTES_PER_MS, false, 0)
    expect(ms('a')).toBe(AHEAD_MS + 1_000)
    expect(told).toEqual(['audio a'])
    pace.played('a', 4_000 * BYTES_PER_MS, false, 0)
    expect(ms('a')).toBe(6_000)
    expect(told).toEqual(['audio a', 'end a'])
  })

  it('keeps the order of items, and one window for all of them', () => {
    const pace = new Pace()
    const { sink, ms, told } = browser()
    pace.attach(sink)
    pace.push('r', 'a', sound(1_000))
    pace.complete('a')
    pace.push('r', 'b', sound(3_000))
    expect(told).toEqual(['audio a', 'end a', 'audio b'])
    expect(ms('b')).toBe(AHEAD_MS - 1_000)
    // b is being played, so a was.
    const { over, playing } = pace.played('b', 0, false, 0)
    expect([over.map(({ item }) => item), playing?.item]).toEqual([['a'], 'b'])
    expect(ms('b')).toBe(AHEAD_MS)
  })

  it('never sends a later item before an earlier one is complete', () => {
    const pace = new Pace()
    const { sink, told } = browser()
    pace.attach(sink)
    pace.push('r', 'a', sound(100))
    pace.push('s', 'b', sound(100))
    expect(told).toEqual(['audio a'])
    pace.complete('a')
    expect(told).toEqual(['audio a', 'end a', 'audio b'])
  })

  it('believes nothing beyond what was sent', () => {
    const pace = new Pace()
    const { sink, ms } = browser()
    pace.attach(sink)
    pace.push('r', 'a', sound(10_000))
    pace.played('a', 3_600_000 * BYTES_PER_MS, false, 0)
    expect(ms('a')).toBe(2 * AHEAD_MS)
    expect(pace.items[0]?.played).toBe(AHEAD_MS * BYTES_PER_MS)
    // Not complete: it cannot be over.
    expect(pace.played('a', 0, true, 0).over).toEqual([])
    pace.played('a', 0, false, 0)
    expect(pace.items[0]?.played).toBe(2 * AHEAD_MS * BYTES_PER_MS)
  })

  it('knows nothing of items that it has not sent', () => {
    const pace = new Pace()
    pace.push('r', 'a', sound(100))
    expect(pace.played('a', 4_800, true, 0)).toEqual({ over: [], playing: null })
    expect(pace.played('nobody', 4_800, true, 0)).toEqual({ over: [], playing: null })
  })

  it('is over when all of a complete item was played', () => {
    const pace = new Pace()
    const { sink } = browser()
    pace.attach(sink)
    pace.push('r', 'a', sound(500))
    pace.complete('a')
    expect(pace.played('a', 500 * BYTES_PER_MS, true, 0).over.map(({ item }) => item)).toEqual(['a'])
    expect(pace.items).toEqual([])
  })

  it('goes on where a browser that comes back has stopped', () => {
    const pace = new Pace()
    const first = browser()
    pace.attach(first.sink)
    pace.push('r', 'a', sound(1_000))
    pace.complete('a')
    pace.push('r', 'b', sound(1_000))
    pace.detach()
    pace.push('r', 'b', sound(500, 1_000))
    const again = browser()
    pace.attach(again.sink, 'a', 700 * BYTES_PER_MS)
    expect(again.bytes('a')).toEqual([...sound(300, 700)])
    expect(again.bytes('b')).toEqual([...sound(1_500)])
    expect(again.told).toEqual(['audio a', 'end a', 'audio b'])
  })

  it('has a bound, and says when it is reached', () => {
    const pace = new Pace()
    const second = new Uint8Array(1_000 * BYTES_PER_MS)
    let taken = 0
    while (pace.push('r', 'a', second)) taken += 1
    expect(taken).toBe(KEPT_MS / 1_000)
    // A browser that plays makes room.
    const { sink } = browser()
    pace.attach(sink)
    pace.played('a', 2_000 * BYTES_PER_MS, false, 0)
    expect(pace.push('r', 'a', second)).toBe(true)
  })

  it('brings every byte once and in order, whatever breaks in between', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 12_000 }), { minLength: 1, maxLength: 12 })
    const breaks = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { maxLength: 40 })
    fc.assert(
      fc.property(pieces, breaks, (lengths, steps) => {
        const pace = new Pace()
        const whole: number[] = []
        const arrived: number[] = []
        const sink: SoundSink = { audio() {}, endOfItem() {}, sound: (pcm) => arrived.push(...pcm) }
        pace.attach(sink)
        for (const [i, length] of lengths.entries()) {
          const pcm = new Uint8Array(length * 2).fill(i + 1)
          whole.push(...pcm)
          pace.push('r', 'a', pcm)
          const [lost = 0, played = 0, breaksNow = false] = steps[i] ?? []
          if (breaksNow) {
            // The end of what was sent never came, but what was played did.
            const kept = Math.max(pace.items[0]?.played ?? 0, arrived.length - (lost % 60_000))
            arrived.length = kept - (kept % 2)
            pace.detach()
            pace.attach(sink, 'a', arrived.length)
          }
          const position = arrived.length === 0 ? 0 : played % arrived.length
          pace.played('a', position - (position % 2), false, 0)
        }
        while (arrived.length < whole.length) {
          const before = arrived.length
          pace.played('a', arrived.length, false, 0)
          if (arrived.length === before) break
        }
        expect(arrived.length).toBe(whole.length)
        expect(arrived.findIndex((byte, i) => byte !== whole[i])).toBe(-1)
      }),
      { numRuns: 100 },
    )
  })
})
