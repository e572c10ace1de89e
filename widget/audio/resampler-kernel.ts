/**
 * The low-pass of the resampler: one continuous linear-phase kernel, sampled for any pair of rates.
 *
 * With the lower of both rates as 1, h(t) = (g₀/2 + Σ gₖ·cos(πkt/H)) / H for |t| ≤ H, and 0 outside. gₖ is the filter's gain at
 * k/(2H), so the numbers below are its frequency response. They are the minimax solution for 0…0.4375 within ±0.02 dB and,
 * from 0.5208 up, the least gain (−104 dB; above 0.833 another 20 dB less, because strong low notes of speech are mirrored to
 * there). At 24 kHz that is flat to 10.5 kHz and closed from 12.5 kHz. `bench/resampler-design.ts` finds them.
 */
export const HALF_WIDTH = 27.48

// biome-ignore format: a table
export const GAINS: readonly number[] = [
  1.0022771, 0.9989106, 0.9992751, 1.0018008, 0.9977637, 1.0022899, 0.9978835, 1.0017992, 0.9986118,
  1.0009163, 0.9995885, 0.9998984, 1.0006011, 0.9989338, 1.0014782, 0.9981804, 1.0020762, 0.9977615,
  1.0023035, 0.9977212, 1.0021878, 0.9979176, 1.0020619, 0.9977422, 0.9992058, 0.8280453, 0.387161,
  0.0719517, 0.0025185, 0.0000045, 0.0000015, -0.0000059, 0.0000053, -0.0000035, 0.0000021,
]

/** h(t)·H at t = x·H, for |x| ≤ 1. Clenshaw's recurrence: one cosine instead of 34. */
function kernel(x: number): number {
  const cosine = Math.cos(Math.PI * x)
  let next = 0
  let afterNext = 0
  for (let k = GAINS.length - 1; k >= 0; k--) {
    const term = (GAINS[k] as number) + 2 * cosine * next - afterNext
    afterNext = next
    next = term
  }
  // `next` is now b₀ and `afterNext` b₁: Σ gₖ·cos(kθ) = b₀ − b₁·cos θ; half of g₀ is too much.
  return next - cosine * afterNext - (GAINS[0] as number) / 2
}

/** How many outputs are computed side by side. */
export const LANES = 4

/** One row of coefficients for each position that an output can have between two input frames, in the order of the outputs. */
export interface FilterBank {
  /** Outputs until the positions repeat (L), and the input frames that they take (M): outRate / inRate = L / M, reduced. */
  readonly phases: number
  readonly step: number
  /** Input frames that go into one output. */
  readonly taps: number
  /** How far the newest of them is ahead of the output, in 1/L input frames. That is the latency. */
  readonly lead: number
  /** L + LANES − 1 rows of `taps` coefficients (the first ones come again), each with `gap` zeros before and behind it. */
  readonly coefficients: Float64Array
  /** Longest way between the windows of LANES outputs that follow each other, in input frames. */
  readonly gap: number
  /** Where the window of row j begins, in input frames after the window of row 0. */
  readonly starts: Int32Array
}

/** More coefficients than this (8 MB) are refused: the rates have no small ratio. */
const MAX_COEFFICIENTS = 2 ** 20

/** Null when the rates are not positive whole numbers of Hz or have no small enough ratio. */
export function createFilterBank(inRate: number, outRate: number): FilterBank | null {
  if (!isRate(inRate) || !isRate(outRate)) return null
  const divisor = greatestCommonDivisor(inRate, outRate)
  const phases = outRate / divisor
  const step = inRate / divisor
  // In 1/L input frames, as all positions here. Equal rates need no filter: one coefficient of 1.
  const halfWidth = phases === step ? 0 : HALF_WIDTH * Math.max(phases, step)
  const lead = Math.floor(halfWidth)
  const taps = Math.floor((lead + halfWidth) / phases) + 1
  const gap = Math.ceil(((LANES - 1) * step) / phases)
  const rows = phases + LANES - 1
  const size = gap + rows * (taps + gap)
  if (size > MAX_COEFFICIENTS) return null

  const coefficients = new Float64Array(size)
  const starts = new Int32Array(rows + 1)
  const scale = Math.min(1, phases / step) / HALF_WIDTH
  for (let row = 0; row <= rows; row++) {
    const newest = Math.floor((lead + row * step) / phases)
    starts[row] = newest - Math.floor(lead / phases)
    if (row === rows) break
    for (let tap = 0; tap < taps; tap++) {
      const distance = (newest - taps + 1 + tap) * phases - row * step
      if (Math.abs(distance) > halfWidth) continue
      coefficients[gap + row * (taps + gap) + tap] = halfWidth ? scale * kernel(distance / halfWidth) : 1
    }
  }
  return { phases, step, taps, lead, coefficients, gap, starts }
}

function isRate(rate: number): boolean {
  return Number.isSafeInteger(rate) && rate > 0
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
