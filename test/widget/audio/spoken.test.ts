import { describe, expect, it } from 'vitest'
import { createSpoken, MARGIN_S, UNKNOWN } from '../../../widget/audio/spoken.ts'

const PART_S = 0.02

/** Parts of 20 ms of these loudnesses, each for so many seconds. */
function hear(...parts: [seconds: number, rms: number | ((part: number) => number)][]) {
  const spoken = createSpoken()
  let at = 0
  for (const [seconds, rms] of parts) {
    for (let n = 0; n < Math.round(seconds / PART_S); n++) {
      spoken.add(at, at + PART_S, typeof rms === 'function' ? rms(n) : rms)
      at += PART_S
    }
  }
  return spoken
}

describe('where somebody spoke', () => {
  it('begins a margin before the first word and ends a margin after it', () => {
    const spoken = hear([1, 0], [0.5, 0.05], [2, 0])
    expect(spoken.next(0)).toBeCloseTo(1 - MARGIN_S)
    expect(spoken.next(1.2), 'in the middle of it').toBe(1.2)
    expect(spoken.next(1.5 + MARGIN_S - 0.01)).toBeCloseTo(1.5 + MARGIN_S - 0.01)
    expect(spoken.next(1.5 + MARGIN_S + 0.01)).toBeNull()
  })

  it('is found after each silence that is longer than the margins', () => {
    const spoken = hear([0.5, 0.05], [1, 0], [0.5, 0.05])
    expect(spoken.next(0.7)).toBeCloseTo(1.5 - MARGIN_S)
  })

  it('is nowhere in silence, and nowhere when nothing was heard', () => {
    expect(hear([5, 0.001]).next(0)).toBeNull()
    expect(createSpoken().next(0)).toBeNull()
  })

  it('a click is no word', () => {
    expect(hear([1, 0], [0.04, 0.3], [1, 0]).next(0)).toBeNull()
    expect(hear([1, 0], [0.08, 0.3], [1, 0]).next(0)).not.toBeNull()
  })

  it('the noise of a room is no word, and words above it are', () => {
    const noise = (part: number) => 0.006 + 0.002 * (part % 2)
    expect(hear([3, noise]).next(0)).toBeNull()
    expect(hear([2, noise], [0.5, 0.06], [1, noise]).next(0)).toBeCloseTo(2 - MARGIN_S)
  })

  it('who speaks all the time is heard all the time', () => {
    const spoken = hear([8, (part) => 0.03 + 0.02 * (part % 3)])
    for (let at = 0; at < 8; at += 0.1) expect(spoken.next(at)).toBeCloseTo(at)
  })

  it('what is not known counts as a word', () => {
    const spoken = hear([1, 0])
    spoken.add(1, 1.5, UNKNOWN)
    for (let at = 1.5; at < 2; at += PART_S) spoken.add(at, at + PART_S, 0)
    expect(spoken.next(0)).toBeCloseTo(1 - MARGIN_S)
  })

  it('may be about to begin', () => {
    const spoken = hear([1, 0], [PART_S, 0.05])
    expect([spoken.next(0), spoken.isSilent(0.5), spoken.isSilent(1.05)]).toEqual([null, false, true])
    expect(hear([1, 0]).isSilent(0)).toBe(true)
  })

  it('is forgotten after 12 s', () => {
    expect(hear([1, 0.05], [14, 0]).next(0)).toBeNull()
  })
})
