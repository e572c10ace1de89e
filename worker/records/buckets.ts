/**
 * Times are counted in fixed buckets, so that percentiles of any span are sums of a few rows and never a look at each call.
 * A bucket is about a quarter wider than the one before: what is said of a percentile is off by an eighth at most.
 */

/** Upper ends of the buckets (ms); the last has none. */
export const BUCKET_ENDS_MS: readonly number[] = [
  ...[50, 100, 150, 200, 250, 320, 400, 500, 640, 800, 1000, 1250, 1600, 2000],
  ...[2500, 3200, 4000, 5000, 6400, 8000, 10_000, 16_000, 32_000],
]
export const BUCKETS = BUCKET_ENDS_MS.length + 1

export function bucketOf(ms: number): number {
  const found = BUCKET_ENDS_MS.findIndex((end) => ms < end)
  return found === -1 ? BUCKET_ENDS_MS.length : found
}

/** @param counts for each bucket. @param share 0…1. Null where nothing was counted */
export function percentile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, n) => sum + n, 0)
  if (total === 0) return null
  const wanted = share * total
  let before = 0
  for (const [bucket, n] of counts.entries()) {
    if (n > 0 && before + n >= wanted) return within(bucket, (wanted - before) / n)
    before += n
  }
  return null
}

/** A place in a bucket: its times are taken to be spread evenly. */
function within(bucket: number, share: number): number {
  const from = BUCKET_ENDS_MS[bucket - 1] ?? 0
  const to = BUCKET_ENDS_MS[bucket] ?? from * 2
  return Math.round(from + (to - from) * share)
}
