/** Numbers about numbers. */

/** The value below which the share `p` (0…1) of all lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

const RESAMPLES = 1000

/** How far the ratio of two medians may lie from what was seen: 95 % of bootstrap resamples. */
export function ratioOfMedians(values: readonly number[], base: readonly number[]) {
  const ratios: number[] = []
  for (let n = 0; n < RESAMPLES; n++) ratios.push(median(resample(values)) / median(resample(base)))
  return { ratio: median(values) / median(base), low: percentile(ratios, 0.025), high: percentile(ratios, 0.975) }
}

function resample(values: readonly number[]): number[] {
  return values.map(() => values[Math.floor(Math.random() * values.length)] ?? Number.NaN)
}
