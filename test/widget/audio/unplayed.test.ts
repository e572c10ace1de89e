import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlayedItem } from '../../../widget/audio/speaker.ts'
import { createUnplayed, type Unplayed } from '../../../widget/audio/unplayed.ts'

const MS = 24

/** So many ms of sound in which each sample is the number of its ms, from `from` on. */
function sound(from: number, ms: number) {
  return Int16Array.from({ length: ms * MS }, (_, i) => from + Math.floor(i / MS))
}

/** A speaker that remembers what it was given: per item the ms of its sound, and whether it ended. */
function speaker() {
  const got = new Map<string, { ms: number[]; ended: boolean }>()
  const of = (item: string) => {
    const known = got.get(item) ?? { ms: [], ended: false }
    got.set(item, known)
    return known
  }
  return {
    got,
    push: (item: string, pcm: Int16Array) => void of(item).ms.push(...pcm.filter((_, i) => i % MS === 0)),
    end: (item: string) => {
      of(item).ended = true
    },
  }
}

const told = (item: string, playedMs: number, receivedMs = 0): PlayedItem => ({ item, playedMs, receivedMs })
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

function handedOver(unplayed: Unplayed) {
  const next = speaker()
  unplayed.handTo(next)
  return Object.fromEntries(next.got)
}

describe('sound that was not played yet', () => {
  it('goes to the next speaker from where the one before has stopped, and positions go on', () => {
    const unplayed = createUnplayed()
    unplayed.push('a', sound(0, 100))
    unplayed.push('a', sound(100, 100))
    expect(unplayed.played(told('a', 130, 200))).toEqual(told('a', 130, 200))
    expect(handedOver(unplayed)).toEqual({ a: { ms: numbers(130, 200), ended: false } })
    expect(unplayed.played(told('a', 20, 70))).toEqual(told('a', 150, 200))
    unplayed.push('a', sound(200, 10))
    unplayed.end('a')
    expect(unplayed.positions()).toEqual([told('a', 150, 210)])
    expect(handedOver(unplayed)).toEqual({ a: { ms: numbers(150, 210), ended: true } })
  })

  it('is all that waits, item by item; what was played to its end is gone', () => {
    const unplayed = createUnplayed()
    for (const item of ['a', 'b', 'c']) {
      unplayed.push(item, sound(0, 50))
      unplayed.end(item)
    }
    unplayed.played(told('b', 10))
    expect(handedOver(unplayed)).toEqual({
      b: { ms: numbers(10, 50), ended: true },
      c: { ms: numbers(0, 50), ended: true },
    })
    unplayed.clear()
    expect([handedOver(unplayed), unplayed.positions()]).toEqual([{}, []])
  })

  it('is a copy: the speaker takes the memory away', () => {
    const unplayed = createUnplayed()
    const given = sound(0, 10)
    unplayed.push('a', given)
    given.fill(0)
    expect(handedOver(unplayed).a?.ms).toEqual(numbers(0, 10))
    expect(handedOver(unplayed).a?.ms, 'twice, too').toEqual(numbers(0, 10))
  })

  it('however it comes and however often the speaker changes: every ms is played once, in order', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('push', 'play', 'renew'), fc.integer({ min: 1, max: 60 })))
    fc.assert(
      fc.property(steps, (happened) => {
        const unplayed = createUnplayed()
        let now = speaker()
        const played: number[] = []
        let pushed = 0
        let position = 0
        for (const [what, ms] of happened) {
          if (what === 'push') {
            unplayed.push('a', sound(pushed, ms))
            now.push('a', sound(pushed, ms))
            pushed += ms
          } else if (what === 'play') {
            const queue = now.got.get('a')?.ms ?? []
            const heard = queue.slice(position, position + ms)
            played.push(...heard)
            position += heard.length
            if (heard.length > 0) {
              expect(unplayed.played(told('a', position, queue.length))).toEqual(told('a', played.length, pushed))
            }
          } else {
            now = speaker()
            position = 0
            unplayed.handTo(now)
          }
        }
        expect(played).toEqual(numbers(0, played.length))
        expect(played.length).toBeLessThanOrEqual(pushed)
      }),
    )
  })
})
