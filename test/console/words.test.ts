import { describe, expect, it } from 'vitest'
import { ago, clock, duration, percent, usd } from '../../console/lib/format.ts'
import { ENDS } from '../../console/lib/words.ts'
import { EndReasonSchema } from '../../protocol/frames.ts'

describe('numbers in words', () => {
  it.each([
    [usd(0), '$0'],
    [usd(0.0004567), '$0.00046'],
    [usd(0.005), '$0.005'],
    [usd(1234.5), '$1,234.50'],
    [clock(65_000), '1:05'],
    [clock(3_909_000), '1:05:09'],
    [duration(420), '420 ms'],
    [duration(1840), '1.8 s'],
    [duration(600_000), '10 min'],
    [percent(0.034), '3.4 %'],
    [ago(0, 5_000), 'just now'],
    [ago(0, 3 * 3_600_000), '3 hours ago'],
    [ago(3 * 86_400_000, 0), 'in 3 days'],
  ])('%s', (said, words) => {
    expect(said).toBe(words)
  })

  it('there are for every end of a call', () => {
    expect(Object.keys(ENDS).toSorted()).toEqual(EndReasonSchema.options.toSorted())
  })
})
