/**
 * Changes the sample rate of a mono stream. Pure: runs in a worklet, in Node and in tests alike.
 *
 * Output frame k stands for the time k / outRate of the stream: the output is in line with the input, and n input frames become
 * exactly ⌈n · outRate / inRate⌉ output frames, `flush` included. How the stream is cut into chunks changes no bit of it.
 * Flat to 7/16 of the lower rate (10.5 kHz of 24 kHz, ±0.02 dB), −104 dB from 25/48 of it (12.5 kHz) up.
 */
import { ConversionError, demandRoom } from './conversion-error.ts'
import { createFilterBank, type FilterBank, HALF_WIDTH, LANES } from './resampler-kernel.ts'

export interface Resampler {
  /** How long an output frame waits for the input that it needs, at most. In ms; 27.48 periods of the lower rate. */
  readonly latencyMs: number
  /**
   * Takes all of `input` (any length, 0 too), writes what is ready to the beginning of `output` and nothing behind it.
   * `output` must be another piece of memory. Allocates nothing. A frame that is not a number, or 1e30 and more, counts as silence.
   * @returns frames written, at most `maxProcessFrames`
   * @throws ConversionError `output_too_small`: then nothing was taken or written, and the same call with more room goes on.
   */
  process(input: Float32Array, output: Float32Array): number
  /**
   * Ends the stream: writes the frames that still waited, as if silence followed, then is as new.
   * @returns frames written, at most `maxFlushFrames`
   * @throws ConversionError `output_too_small`: as for `process`.
   */
  flush(output: Float32Array): number
  /** Forgets the stream. What comes next is bit by bit what a new resampler would give. */
  reset(): void
}

/** Frames that one `process` of `inputFrames` may write at most. */
export function maxProcessFrames(inRate: number, outRate: number, inputFrames: number): number {
  return Math.ceil((inputFrames * outRate) / inRate)
}

/** Frames that `flush` may write at most. */
export function maxFlushFrames(inRate: number, outRate: number): number {
  return Math.ceil(HALF_WIDTH * Math.max(1, outRate / inRate))
}

/** Input is worked off in pieces of at most this many frames (or one filter length, where that is more). */
const BLOCK_FRAMES = 512
const LOUDEST = 1e30

/**
 * Rates in Hz: whole numbers with a small ratio, as all real devices have.
 * @throws ConversionError `unsupported_rate`
 */
export function createResampler(inRate: number, outRate: number): Resampler {
  const bank = createFilterBank(inRate, outRate)
  if (!bank) throw new ConversionError('unsupported_rate', `Cannot resample ${inRate} Hz to ${outRate} Hz`)
  return streamThrough(bank, inRate)
}

function streamThrough(bank: FilterBank, inRate: number): Resampler {
  const { phases, step, taps, lead, starts } = bank
  const compute = phases === 1 ? computeFolded : computeLanes
  const block = Math.max(BLOCK_FRAMES, taps)

  /** Input that is still needed; the window of the next output begins at 0. Lanes that are not ready read into the gap. */
  const frames = new Float64Array(taps - 1 + block + bank.gap)
  let filled = 0
  let row = 0

  function reset(): void {
    frames.fill(0)
    // What is before the stream counts as silence.
    filled = taps - 1 - Math.floor(lead / phases)
    row = 0
  }

  /** How many outputs can be computed with `more` 1/L frames of input. */
  function ready(more: number): number {
    const position = (lead + row * step) % phases
    return Math.max(0, Math.ceil(((filled - taps + 1) * phases + more - position) / step))
  }

  function emit(output: Float32Array, written: number, count: number): void {
    let start = 0
    for (let left = count; left > 0; left -= LANES) {
      const lanes = Math.min(left, LANES)
      compute(bank, frames, start, row, output, written + count - left, lanes)
      start += (starts[row + lanes] as number) - (starts[row] as number)
      row = (row + lanes) % phases
    }
    frames.copyWithin(0, start, filled)
    filled -= start
  }

  reset()
  return {
    latencyMs: (1000 * lead) / (phases * inRate),
    process(input, output) {
      demandRoom(output, ready(input.length * phases))
      let written = 0
      for (let taken = 0; taken < input.length; taken += block) {
        const end = Math.min(taken + block, input.length)
        for (let i = taken; i < end; i++) {
          const frame = input[i] as number
          frames[filled++] = Math.abs(frame) < LOUDEST ? frame : 0
        }
        const count = ready(0)
        emit(output, written, count)
        written += count
      }
      return written
    },
    flush(output) {
      const count = ready(lead)
      demandRoom(output, count)
      frames.fill(0, filled, filled + taps)
      filled += taps
      emit(output, 0, count)
      reset()
      return count
    },
    reset,
  }
}

type Compute = (
  bank: FilterBank,
  frames: Float64Array,
  start: number,
  row: number,
  output: Float32Array,
  at: number,
  lanes: number,
) => void

// Four outputs side by side, because one alone waits for its own sum. All four are computed even when fewer are ready, so that each
// output is the same sum in the same order wherever the chunks end. Indexes are in range by construction: see FilterBank.

/** Outputs with different coefficients: each input frame is read once for all, and each row is shifted to where its window begins. */
const computeLanes: Compute = (bank, frames, start, row, output, at, lanes) => {
  const { taps, coefficients, gap, starts } = bank
  const stride = taps + gap
  const origin = starts[row] as number
  const shift1 = (starts[row + 1] as number) - origin
  const shift2 = (starts[row + 2] as number) - origin
  const shift3 = (starts[row + 3] as number) - origin
  const row0 = gap + row * stride
  // Relative to row0, which leaves the loop one index instead of five.
  const row1 = stride - shift1
  const row2 = 2 * stride - shift2
  const row3 = 3 * stride - shift3
  const window = start - row0
  const end = row0 + taps + shift3
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  for (let i = row0; i < end; i++) {
    const frame = frames[window + i] as number
    sum0 += (coefficients[i] as number) * frame
    sum1 += (coefficients[row1 + i] as number) * frame
    sum2 += (coefficients[row2 + i] as number) * frame
    sum3 += (coefficients[row3 + i] as number) * frame
  }
  write(output, at, lanes, sum0, sum1, sum2, sum3)
}

/** Outputs that fall on input frames share one symmetric row: half of the multiplications. */
const computeFolded: Compute = (bank, frames, start, _row, output, at, lanes) => {
  const { coefficients, gap, step, taps } = bank
  const half = taps >> 1
  const first1 = start + step
  const first2 = first1 + step
  const first3 = first2 + step
  const last0 = start + taps - 1
  const last1 = last0 + step
  const last2 = last1 + step
  const last3 = last2 + step
  const centre = coefficients[gap + half] as number
  let sum0 = centre * (frames[start + half] as number)
  let sum1 = centre * (frames[first1 + half] as number)
  let sum2 = centre * (frames[first2 + half] as number)
  let sum3 = centre * (frames[first3 + half] as number)
  for (let i = 0; i < half; i++) {
    const coefficient = coefficients[gap + i] as number
    sum0 += coefficient * ((frames[start + i] as number) + (frames[last0 - i] as number))
    sum1 += coefficient * ((frames[first1 + i] as number) + (frames[last1 - i] as number))
    sum2 += coefficient * ((frames[first2 + i] as number) + (frames[last2 - i] as number))
    sum3 += coefficient * ((frames[first3 + i] as number) + (frames[last3 - i] as number))
  }
  write(output, at, lanes, sum0, sum1, sum2, sum3)
}

function write(
  output: Float32Array,
  at: number,
  lanes: number,
  sum0: number,
  sum1: number,
  sum2: number,
  sum3: number,
): void {
  output[at] = sum0
  if (lanes > 1) output[at + 1] = sum1
  if (lanes > 2) output[at + 2] = sum2
  if (lanes > 3) output[at + 3] = sum3
}
