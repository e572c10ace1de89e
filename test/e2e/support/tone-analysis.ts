/** What became of the signal of tone-signal.ts on its way: is every frequency where it was, is anything missing, what was added. */
import { SWEEP_AT, SWEEP_SECONDS, sweepPhase, sweepRate, TONE_HZ, TONE_SECONDS } from './tone-signal.ts'

/** What was heard, mono, −1…1. */
export interface Heard {
  samples: Float32Array
  /** Hz */
  rate: number
}

export interface ToneReport {
  /** Where the tone begins. s */
  at: number
  /** Of the tone, by regression of its phase. 1e-4 = 0.01 % */
  frequencyError: number
  /** Of the sweep: how much faster or slower its frequency rises. */
  sweepError: number
  /** Tone to everything else, in the median and in the worst 100 ms. dB */
  snrDb: number
  worstSnrDb: number
  /** The quietest 5 ms within tone and sweep, to their median. dB, negative */
  deepestDipDb: number
  /** How far the sound was moved against itself, between any two stretches (200 ms) of the sweep: what was lost or put in. ms */
  delayWanderMs: number
  /** The largest step of the tone's phase within 5 ms, beside its usual course: 36° for 0.1 ms. Whole ms hardly show. degrees */
  largestPhaseStep: number
  /** The sweep's loudness in the 200 ms where it is loudest, to where it is weakest. dB */
  rippleDb: number
}

interface Point {
  /** s since the beginning of the recording */
  t: number
  amplitude: number
  /** rad, unwrapped */
  phase: number
}

/** Between two points. s */
const HOP = 0.005
/** Window of one point: longer than any period here. s */
const WINDOW = 0.02
/** What is not looked at, at the edges: fades of the signal, the first moments of codecs. s */
const MARGIN = 0.15
const BLOCK = 0.1
const STRETCH = 0.2
/** A receiver that needs more or less time takes it from pauses. s */
const MOST_SHIFT = 0.15

/** @throws when there is no tone in it */
export function analyse(heard: Heard): ToneReport {
  const at = toneStart(heard)
  const tone = track(heard, at + MARGIN, at + TONE_SECONDS - MARGIN, (t) => 2 * Math.PI * TONE_HZ * t)
  // The median of many short regressions: a receiver that repeats a period of the tone, to wait for a late packet, has not changed its
  // frequency. Whatever it repeats or leaves out shows in `delayWanderMs`.
  const slope = median(stretches(tone).map((points) => line(points).slope))
  const frequencyError = slope / (2 * Math.PI * TONE_HZ)

  const from = sweepStart(heard, at + SWEEP_AT)
  const sweep = track(heard, from + MARGIN, from + SWEEP_SECONDS - MARGIN, (t) => sweepPhase(t - from))
  const sweepError = parabola(sweep.map(({ t, phase }) => ({ x: t - from, y: phase }))) / (2 * Math.PI * sweepRate)

  const snrs = blockSnrs(heard, at, TONE_HZ * (1 + frequencyError))
  const loudness = stretches(sweep).map((points) => decibels(mean(points.map(({ amplitude }) => amplitude))))
  // A sweep that comes `d` s early is too high by `d` times its rate. What a wrong clock does to that is taken away.
  const delays = stretches(sweep).map((points) => {
    const middle = points[points.length >> 1]?.t ?? 0
    return line(points).slope / (2 * Math.PI * sweepRate) - 2 * frequencyError * (middle - from)
  })
  const steps = tone.slice(1).map(({ phase }, i) => Math.abs(phase - (tone[i]?.phase ?? 0) - slope * HOP))
  return {
    at,
    frequencyError,
    sweepError,
    snrDb: median(snrs),
    worstSnrDb: Math.min(...snrs),
    deepestDipDb: Math.min(dip(tone), ...stretches(sweep).map(dip)),
    delayWanderMs: 1000 * (Math.max(...delays) - Math.min(...delays)),
    largestPhaseStep: (180 / Math.PI) * Math.max(...steps),
    rippleDb: Math.max(...loudness) - Math.min(...loudness),
  }
}

/** For logs. */
export function shown(report: ToneReport): string {
  const ppm = (part: number) => `${(part * 1e6).toFixed(0)} ppm`
  return [
    `tone ${ppm(report.frequencyError)}, sweep ${ppm(report.sweepError)} off`,
    `SNR ${report.snrDb.toFixed(1)} dB, worst 100 ms ${report.worstSnrDb.toFixed(1)} dB`,
    `deepest dip ${report.deepestDipDb.toFixed(1)} dB`,
    `largest phase step ${report.largestPhaseStep.toFixed(0)}°`,
    `delay moved by ${report.delayWanderMs.toFixed(2)} ms`,
    `ripple ${report.rippleDb.toFixed(1)} dB`,
  ].join('; ')
}

/** Where the tone begins, s: the first moment from which on nearly all there is for a second is the tone. */
function toneStart(heard: Heard): number {
  const seconds = heard.samples.length / heard.rate
  const points = track(heard, WINDOW, seconds - WINDOW, (t) => 2 * Math.PI * TONE_HZ * t)
  const loudest = Math.max(0, ...points.map(({ amplitude }) => amplitude))
  const second = Math.round(1 / HOP)
  for (const [i, { t }] of points.entries()) {
    const next = points.slice(i, i + second)
    const there = next.filter(({ amplitude }) => amplitude > loudest / 2)
    if (loudest > 0.01 && next.length === second && there.length > 0.9 * second && there[0] === next[0]) return t
  }
  throw new Error(`No tone in ${seconds.toFixed(1)} s of sound, the loudest at ${TONE_HZ} Hz is ${loudest}`)
}

/** A pause before it may have become longer or shorter: where the sweep fits best. s */
function sweepStart(heard: Heard, expected: number): number {
  let best = { from: expected, fit: -1 }
  for (let shift = -MOST_SHIFT; shift <= MOST_SHIFT; shift += HOP) {
    const from = expected + shift
    const points = track(heard, from + MARGIN, from + SWEEP_SECONDS - MARGIN, (t) => sweepPhase(t - from), 0.1)
    const fit = mean(points.map(({ amplitude }) => amplitude))
    if (fit > best.fit) best = { from, fit }
  }
  return best.from
}

/** Amplitude and phase of what is heard, against what it should be, every `hop` s. */
function track(
  { samples, rate }: Heard,
  from: number,
  to: number,
  expected: (t: number) => number,
  hop = HOP,
): Point[] {
  const half = Math.round((WINDOW / 2) * rate)
  const window = Float64Array.from({ length: 2 * half + 1 }, (_, i) => 1 + Math.cos((Math.PI * (i - half)) / half))
  const weight = window.reduce((sum, each) => sum + each, 0)
  const points: Point[] = []
  let last = 0
  for (let t = from; t < to; t += hop) {
    const middle = Math.round(t * rate)
    let re = 0
    let im = 0
    for (let i = -half; i <= half; i++) {
      const sample = (samples[middle + i] ?? 0) * (window[i + half] ?? 0)
      const phase = expected((middle + i) / rate)
      re += sample * Math.cos(phase)
      im -= sample * Math.sin(phase)
    }
    const phase = Math.atan2(im, re)
    last += wrapped(phase - last)
    points.push({ t, amplitude: (2 * Math.hypot(re, im)) / weight, phase: last })
  }
  return points
}

/** Signal to noise of each 100 ms of the tone: a sine is fitted to it, what is left is noise. dB */
function blockSnrs({ samples, rate }: Heard, at: number, frequency: number): number[] {
  const snrs: number[] = []
  for (let from = at + MARGIN; from + BLOCK < at + TONE_SECONDS - MARGIN; from += BLOCK) {
    const block = samples.subarray(Math.round(from * rate), Math.round((from + BLOCK) * rate))
    const turn = (2 * Math.PI * frequency) / rate
    const basis = [
      Float64Array.from(block, (_, i) => Math.cos(turn * i)),
      Float64Array.from(block, (_, i) => Math.sin(turn * i)),
      Float64Array.from(block, () => 1),
    ]
    const fitted = leastSquares(basis, block)
    let noise = 0
    for (const [i, sample] of block.entries()) {
      const sine = (fitted[0] ?? 0) * (basis[0]?.[i] ?? 0) + (fitted[1] ?? 0) * (basis[1]?.[i] ?? 0)
      noise += (sample - sine) ** 2 / block.length
    }
    const [a = 0, b = 0] = fitted
    snrs.push(10 * Math.log10((a * a + b * b) / 2 / noise))
  }
  return snrs
}

/** The straight line through the phases. */
function line(points: readonly Point[]): { slope: number } {
  const t = mean(points.map((point) => point.t))
  const y = mean(points.map(({ phase }) => phase))
  const up = points.reduce((sum, point) => sum + (point.t - t) * (point.phase - y), 0)
  return { slope: up / points.reduce((sum, point) => sum + (point.t - t) ** 2, 0) }
}

/** Of the parabola through the points: what is multiplied with x². */
function parabola(points: readonly { x: number; y: number }[]): number {
  const powers = [0, 1, 2].map((power) => Float64Array.from(points, ({ x }) => x ** power))
  return (
    leastSquares(
      powers,
      points.map(({ y }) => y),
    )[2] ?? Number.NaN
  )
}

/** How much of each column makes up the target best (normal equations, Gauss). */
function leastSquares(columns: readonly ArrayLike<number>[], target: ArrayLike<number>): number[] {
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    let sum = 0
    for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
    return sum
  }
  const rows = columns.map((column) => [...columns.map((other) => dot(column, other)), dot(column, target)])
  for (const [i, pivot] of rows.entries()) {
    for (const [j, row] of rows.entries()) {
      const factor = i === j ? 0 : (row[i] ?? 0) / (pivot[i] ?? 1)
      for (const [k, value] of pivot.entries()) row[k] = (row[k] ?? 0) - factor * value
    }
  }
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1))
}

function stretches(points: readonly Point[]): Point[][] {
  const size = Math.round(STRETCH / HOP)
  return Array.from({ length: Math.floor(points.length / size) }, (_, i) => points.slice(i * size, (i + 1) * size))
}

function dip(points: readonly Point[]): number {
  const amplitudes = points.map(({ amplitude }) => amplitude)
  return decibels(Math.min(...amplitudes) / median(amplitudes))
}

function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI))
}

function decibels(ratio: number): number {
  return 20 * Math.log10(Math.max(ratio, 1e-9))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
