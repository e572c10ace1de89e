/** Between samples of −1…1 and PCM16, 32768 steps to full scale, in the machine's byte order (little-endian in every browser). */
import { demandRoom } from './conversion-error.ts'

const FULL_SCALE = 32768
/** A double this large has no room for fractions: adding and subtracting it rounds to the nearest integer, a tie to the even one. */
const ROUNDING = 1.5 * 2 ** 52

/**
 * Rounds to the nearest step. What is beyond full scale is clamped, also ±Infinity; NaN is 0. `Math.round` would move ties up
 * and so add a little DC to sound that was 16 bits before.
 * @param random uniform in 0…1; when given, triangular dither of ±1 step makes the rounding error noise of 4.8 dB more
 * @throws ConversionError `output_too_small`: then nothing was written
 */
export function floatToPcm16(input: Float32Array, output: Int16Array, random?: () => number): void {
  demandRoom(output, input.length)
  for (let i = 0; i < input.length; i++) {
    const dither = random ? random() - random() : 0
    const value = (input[i] as number) * FULL_SCALE + dither
    const clamped = Math.min(Math.max(value, -FULL_SCALE), FULL_SCALE - 1)
    output[i] = clamped + ROUNDING - ROUNDING
  }
}

/**
 * Exact: `floatToPcm16` gives the same steps back.
 * @throws ConversionError `output_too_small`: then nothing was written
 */
export function pcm16ToFloat(input: Int16Array, output: Float32Array): void {
  demandRoom(output, input.length)
  for (let i = 0; i < input.length; i++) output[i] = (input[i] as number) / FULL_SCALE
}
