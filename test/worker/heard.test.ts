import { describe, expect, it } from 'vitest'
import { heardText } from '../../worker/session/heard.ts'

const STORY = 'Once upon a time there was a small lighthouse. It stood on a rock, far out in the bay, and nobody came.'

describe('heardText', () => {
  it('gives the whole text when everything was played', () => {
    expect(heardText(STORY, 10_000, 10_000)).toBe(STORY)
    expect(heardText(STORY, 12_000, 10_000)).toBe(STORY)
  })

  it('gives nothing when nothing was played', () => {
    expect(heardText(STORY, 0, 10_000)).toBe('')
    expect(heardText('', 500, undefined)).toBe('')
  })

  it('cuts at a word, in proportion to the time played', () => {
    const half = heardText(STORY, 5_000, 10_000)
    expect(STORY.startsWith(half)).toBe(true)
    expect(STORY[half.length]).toMatch(/\s/)
    expect(half.length / STORY.length).toBeGreaterThan(0.4)
    expect(half.length / STORY.length).toBeLessThan(0.6)
  })

  it('never shrinks when more was played', () => {
    let last = 0
    for (let ms = 0; ms <= 10_000; ms += 50) {
      const length = heardText(STORY, ms, 10_000).length
      expect(length).toBeGreaterThanOrEqual(last)
      last = length
    }
    expect(last).toBe(STORY.length)
  })

  it('falls back to a usual rate of speech when the length of the audio is unknown', () => {
    const heard = heardText(STORY, 3_000, undefined)
    expect(heard.split(' ').length).toBeGreaterThan(5)
    expect(heard.split(' ').length).toBeLessThan(13)
  })
})
