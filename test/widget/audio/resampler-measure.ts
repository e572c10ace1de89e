/**
 * Measures any sample rate converter from outside: tones in, least squares out. Used by the tests and by `npm run bench:resampler`.
 * Frequencies in Hz, levels in dB relative to the tone that went in.
 */

/** A whole signal through a fresh converter. Frame k of the answer stands for the time k / outRate, give or take a constant delay. */
export type Convert = (input: Float32Array) => Float32Array

export interface Rates {
  inRate: number
  outRate: number
}

/** Seconds of tone that are looked at, and that are left out at both ends for the converter to settle. */
const WINDOW_S = 0.1
const SETTLE_S = 0.03

function tone(rate: number, frequency: number, amplitude: number, seconds: number): Float32Array {
  return Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, i) =>
      // The phase is reduced before the sine, so that it stays exact in long signals.
      amplitude * Math.sin(2 * Math.PI * (((i * frequency) / rate) % 1)),
  )
}

interface Fit {
  amplitude: number
  /** Radians, of a sine that begins with the stream. */
  phase: number
  /** RMS of what is not the tone, and not DC. */
  restRms: number
}

/** The sine of this frequency that fits best (least squares, DC removed), in the frames from `start` on. */
function fitTone(signal: Float32Array, rate: number, frequency: number, start: number, length: number): Fit {
  const basis = [new Float64Array(length), new Float64Array(length), new Float64Array(length).fill(1)] as const
  const [sines, cosines] = basis
  for (let i = 0; i < length; i++) {
    const angle = 2 * Math.PI * ((((start + i) * frequency) / rate) % 1)
    sines[i] = Math.sin(angle)
    cosines[i] = Math.cos(angle)
  }
  const part = Float64Array.from(signal.subarray(start, start + length))
  if (part.length < length) throw new Error(`The signal ends after ${signal.length} frames`)
  const [sine = 0, cosine = 0, dc = 0] = solve(basis.map((a) => [...basis, part].map((b) => product(a, b))))
  const rest = part.map((value, i) => value - sine * (sines[i] ?? 0) - cosine * (cosines[i] ?? 0) - dc)
  return {
    amplitude: Math.hypot(sine, cosine),
    phase: Math.atan2(cosine, sine),
    restRms: Math.sqrt(product(rest, rest) / length),
  }
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

/** Gaussian elimination with pivoting; each row ends with its right side. */
function solve(matrix: number[][]): number[] {
  const size = matrix.length
  const cell = (row: number, column: number) => matrix[row]?.[column] ?? 0
  for (let column = 0; column < size; column++) {
    let best = column
    for (let row = column + 1; row < size; row++)
      if (Math.abs(cell(row, column)) > Math.abs(cell(best, column))) best = row
    const swapped = matrix[column]
    matrix[column] = matrix[best] ?? []
    matrix[best] = swapped ?? []
    for (let row = 0; row < size; row++) {
      const factor = cell(row, column) / cell(column, column)
      if (row !== column) matrix[row] = (matrix[row] ?? []).map((value, i) => value - factor * cell(column, i))
    }
  }
  return matrix.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1))
}

export interface Response {
  frequency: number
  /** Of the tone itself. */
  gainDb: number
  /** Of everything else that the tone became: aliases, images, noise. */
  spurDb: number
  /** Of everything that the tone became. For a tone that the output cannot hold, that is its alias. */
  totalDb: number
}

/** What a converter makes of one tone. */
function respond(convert: Convert, { inRate, outRate }: Rates, frequency: number): Response {
  const amplitude = 0.5
  const output = convert(tone(inRate, frequency, amplitude, WINDOW_S + 2 * SETTLE_S))
  const start = Math.round(SETTLE_S * outRate)
  const length = Math.round(WINDOW_S * outRate)
  const fit = fitTone(output, outRate, frequency, start, length)
  const total = rms(output.subarray(start, start + length))
  return {
    frequency,
    gainDb: decibels(fit.amplitude / amplitude),
    spurDb: decibels((fit.restRms * Math.SQRT2) / amplitude),
    totalDb: decibels((total * Math.SQRT2) / amplitude),
  }
}

/** Tones from `from` to `to`, both included, `stepHz` apart. */
export function sweep(convert: Convert, rates: Rates, from: number, to: number, stepHz = 100): Response[] {
  const frequencies = new Set<number>()
  for (let frequency = from; frequency < to; frequency += stepHz) frequencies.add(frequency)
  return [...frequencies.add(to)].map((frequency) => respond(convert, rates, frequency))
}

/** Everything but the tone, relative to it, for a tone at −1 dBFS; `quantize` comes between converter and measurement. */
export function distortionDb(
  convert: Convert,
  { inRate, outRate }: Rates,
  frequency: number,
  quantize: (signal: Float32Array) => Float32Array = (signal) => signal,
): number {
  const output = quantize(convert(tone(inRate, frequency, 10 ** (-1 / 20), 1)))
  const settle = Math.round(SETTLE_S * outRate)
  const fit = fitTone(output, outRate, frequency, settle, outRate - 2 * settle)
  return decibels((fit.restRms * Math.SQRT2) / fit.amplitude)
}

/** A converter as a stream. */
export interface Stream {
  /** Frames that came out for these. */
  push(input: Float32Array): Float32Array
}

/**
 * Latency in ms: the group delay near 1 kHz on the timeline of the output, and the longest that a frame of the output was behind
 * the newest input when it came out, fed one frame at a time.
 */
export function latencyMs(stream: Stream, { inRate, outRate }: Rates): number {
  // Whole periods of both tones and whole frames at every rate: neither disturbs the fit of the other.
  const windowS = 0.4
  const seconds = windowS + 2 * SETTLE_S
  // 20 Hz apart: delays of ±25 ms can be told from each other.
  const low = 980
  const high = 1000
  const second = tone(inRate, high, 0.25, seconds)
  const input = tone(inRate, low, 0.25, seconds).map((value, i) => value + (second[i] ?? 0))
  const output: number[] = []
  let longestMs = 0
  for (let i = 0; i < input.length; i++) {
    const frames = stream.push(input.subarray(i, i + 1))
    for (const frame of frames) {
      longestMs = Math.max(longestMs, 1000 * (i / inRate - output.length / outRate))
      output.push(frame)
    }
  }
  const signal = Float32Array.from(output)
  const start = Math.round(SETTLE_S * outRate)
  const length = Math.round(windowS * outRate)
  const turn = fitTone(signal, outRate, low, start, length).phase - fitTone(signal, outRate, high, start, length).phase
  const delayMs = (1000 * Math.atan2(Math.sin(turn), Math.cos(turn))) / (2 * Math.PI * (high - low))
  return longestMs + delayMs
}

function decibels(ratio: number): number {
  return 20 * Math.log10(ratio)
}

function rms(signal: Float32Array): number {
  return Math.sqrt(signal.reduce((sum, value) => sum + value * value, 0) / signal.length)
}

/** The first prime from here on. A tone at a round frequency repeats after a few frames, and its rounding error is then no noise. */
export function primeFrom(frequency: number): number {
  let candidate = Math.round(frequency)
  while (!isPrime(candidate)) candidate++
  return candidate
}

function isPrime(value: number): boolean {
  for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false
  return true
}
