/**
 * Finds the kernel of widget/audio/resampler-kernel.ts: `npm run bench:resampler -- --design`. The gains gₖ at k/(2H) are chosen so that
 * the greatest gain in the stopband is as small as can be while the passband stays within its ripple: a linear program.
 * Frequencies: the lower rate is 1.
 */
import { type LinearProgram, minimize } from './resampler-linear-program.ts'

export const DESIGN = {
  halfWidth: 27.48,
  /** Gains g₀…g₃₄. */
  order: 34,
  passEdge: 10.5 / 24,
  rippleDb: 0.02,
  stopEdge: 12.5 / 24,
  /** From here on less, because strong low notes of speech are mirrored to there. */
  quietEdge: 20 / 24,
  quieterDb: 20,
}
/** Points per period of the ripple in the response, which is shorter at the edges. From the quiet edge on it only fades. */
const DENSITY = 200
const QUIET_DENSITY = 20
const LAST_FREQUENCY = 4

export type Design = typeof DESIGN

/** The gains, not rounded, and what they reach in the stopband below the quiet edge. */
export function designGains(design: Design = DESIGN): { gains: number[]; stopbandDb: number } {
  const solution = minimize(programOf(design))
  const stopband = solution[design.order] ?? Number.NaN
  const others = [...solution.subarray(0, design.order)]
  return { gains: [firstGain(others), ...others], stopbandDb: 20 * Math.log10(stopband) }
}

/** |H(f)| of the continuous kernel. */
export function gainAt(gains: readonly number[], halfWidth: number, frequency: number): number {
  return gains.reduce((sum, gain, k) => sum + gain * response(k, halfWidth, frequency), 0)
}

/** The unknowns are g₁…gₙ and the greatest gain in the stopband; g₀ follows, so that h(±H) is 0 and the response falls off. */
function programOf({ halfWidth, order, passEdge, rippleDb, stopEdge, quietEdge, quieterDb }: Design): LinearProgram {
  const rows: Float64Array[] = []
  const limits: number[] = []
  const bound = (frequency: number, sign: 1 | -1, limit: number, stopband: number) => {
    const row = Float64Array.from({ length: order }, (_, i) => {
      const own = response(i + 1, halfWidth, frequency)
      const throughFirst = (i % 2 === 0 ? 2 : -2) * response(0, halfWidth, frequency)
      return sign * (own + throughFirst)
    })
    rows.push(Float64Array.of(...row, -stopband))
    limits.push(limit)
  }
  const ripple = 10 ** (rippleDb / 20) - 1
  for (const frequency of grid(0, passEdge, DENSITY * halfWidth)) {
    bound(frequency, 1, 1 + ripple, 0)
    bound(frequency, -1, ripple - 1, 0)
  }
  for (const frequency of grid(stopEdge, quietEdge, DENSITY * halfWidth)) {
    bound(frequency, 1, 0, 1)
    bound(frequency, -1, 0, 1)
  }
  for (const frequency of grid(quietEdge, LAST_FREQUENCY, QUIET_DENSITY * halfWidth)) {
    bound(frequency, 1, 0, 10 ** (-quieterDb / 20))
    bound(frequency, -1, 0, 10 ** (-quieterDb / 20))
  }
  const cost = new Float64Array(order + 1)
  cost[order] = 1
  return { rows, limits: Float64Array.from(limits), cost }
}

function grid(from: number, to: number, density: number): number[] {
  const count = Math.ceil((to - from) * density)
  return Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count)
}

/** What gₖ = 1 adds to H(f): h is a sum of cosines cut off at ±H, each of which is a pair of sincs. g₀ counts half. */
function response(k: number, halfWidth: number, frequency: number): number {
  const position = 2 * frequency * halfWidth
  return (sinc(position - k) + sinc(position + k)) * (k === 0 ? 0.5 : 1)
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** g₀/2 = −Σ (−1)ᵏ gₖ */
function firstGain(others: readonly number[]): number {
  return others.reduce((sum, gain, i) => sum + (i % 2 === 0 ? 2 : -2) * gain, 0)
}
