import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUCKET_ENDS_MS, BUCKETS, bucketOf, percentile } from '../../../worker/records/buckets.ts'

const counts = (times: readonly number[]) =>
  times.reduce<number[]>((all, ms) => all.with(bucketOf(ms), (all[bucketOf(ms)] ?? 0) + 1), new Array(BUCKETS).fill(0))

describe('percentiles from buckets', () => {
  it('are near the true ones, however times are spread', () => {
    const time = fc.integer({ min: 50, max: 16_000 })
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 200 }), fc.constantFrom(0.5, 0.95), (times, share) => {
        const sorted = times.toSorted((a, b) => a - b)
        const real = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
        const bucket = bucketOf(real)
        const told = percentile(counts(times), share) ?? 0
        expect(told).toBeGreaterThanOrEqual(BUCKET_ENDS_MS[bucket - 1] ?? 0)
        expect(told).toBeLessThanOrEqual(BUCKET_ENDS_MS[bucket] ?? Infinity)
      }),
    )
  })

  it('are none where nothing was counted', () => {
    expect(percentile(new Array(BUCKETS).fill(0), 0.5)).toBeNull()
  })

  it('grow with the share', () => {
    const all = counts([100, 220, 230, 900, 4_100])
    expect(percentile(all, 0.5)).toBeLessThan(percentile(all, 0.95) ?? 0)
  })
})
