/** The measuring of tone.spec.ts, on sound that was spoilt on purpose: each number has to notice what it is there for. */
import { expect, test } from '@playwright/test'
import { readWav } from '../../simulator/speech/wav.ts'
import { analyse } from './support/tone-analysis.ts'
import { AMPLITUDE, SIGNAL_RATE, SPEECH_AT, TONE_SECONDS, toneWav } from './support/tone-signal.ts'

const LEAD = 0.7
const { pcm } = readWav(toneWav({ leadSeconds: LEAD, speech: new Int16Array(0) }))
const said = Float32Array.from(pcm, (sample) => sample / 32_768)
const at = (seconds: number) => Math.round((LEAD + seconds) * SIGNAL_RATE)
const heard = (samples: Float32Array) => analyse({ samples, rate: SIGNAL_RATE })

/** Played with a clock that runs `part` too fast, by a sinc of 32 samples. */
function played(part: number): Float32Array {
  return Float32Array.from(said, (_, i) => {
    const where = i * (1 + part)
    const first = Math.floor(where) - 15
    let sum = 0
    for (let j = first; j < first + 32; j++) {
      const x = Math.PI * (where - j)
      const hann = 0.5 + 0.5 * Math.cos(x / 16)
      sum += (said[j] ?? 0) * hann * (x === 0 ? 1 : Math.sin(x) / x)
    }
    return sum
  })
}

test('the signal itself is perfect but for its 16 bits', () => {
  const report = heard(said)
  expect(report.at).toBeCloseTo(LEAD, 1)
  expect(Math.abs(report.frequencyError)).toBeLessThan(1e-8)
  expect(Math.abs(report.sweepError)).toBeLessThan(1e-7)
  expect(report.snrDb).toBeGreaterThan(85)
  expect(report.worstSnrDb).toBeGreaterThan(85)
  expect(report.deepestDipDb).toBeGreaterThan(-0.1)
  expect(report.delayWanderMs).toBeLessThan(0.01)
  expect(report.largestPhaseStep).toBeLessThan(0.1)
  expect(report.rippleDb).toBeLessThan(0.05)
  expect(LEAD + SPEECH_AT).toBeLessThan(said.length / SIGNAL_RATE)
})

test('a clock that is 0.02 % fast is told to the ppm, and is nothing else', () => {
  const report = heard(played(2e-4))
  expect(report.frequencyError).toBeCloseTo(2e-4, 6)
  expect(report.sweepError).toBeCloseTo(2e-4, 5)
  expect(report.delayWanderMs).toBeLessThan(0.05)
  expect(report.largestPhaseStep).toBeLessThan(1)
})

test('a gap of 5 ms is a dip', () => {
  const report = heard(said.map((sample, i) => (i >= at(1.5) && i < at(1.505) ? 0 : sample)))
  expect(report.deepestDipDb).toBeLessThan(-3)
  expect(report.worstSnrDb).toBeLessThan(20)
  expect(report.snrDb).toBeGreaterThan(85)
})

test('a gap in the sweep is a dip as well', () => {
  expect(heard(said.map((sample, i) => (i >= at(5) && i < at(5.005) ? 0 : sample))).deepestDipDb).toBeLessThan(-3)
})

test('one lost quantum (2.7 ms) moves what follows', () => {
  const without = (from: number) => Float32Array.from([...said.subarray(0, from), ...said.subarray(from + 128)])
  expect(heard(without(at(5))).delayWanderMs).toBeCloseTo(2.67, 1)
  expect(heard(without(at(1.5))).largestPhaseStep).toBeGreaterThan(30)
})

test('noise is told by its power, wherever it is', () => {
  let seed = 1
  const noise = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647 - 0.5
  }
  // A sine of amplitude 0.25 and white noise of one hundredth of its power.
  const peak = (AMPLITUDE / Math.SQRT2 / 10) * Math.sqrt(12)
  expect(heard(said.map((sample) => sample + peak * noise())).snrDb).toBeCloseTo(20, 0)
  const short = said.map((sample, i) => sample + (i >= at(2) && i < at(2.1) ? peak * noise() : 0))
  const report = heard(short)
  expect(report.snrDb).toBeGreaterThan(85)
  expect(report.worstSnrDb).toBeLessThan(25)
})

test('without its tone nothing is measured', () => {
  const silent = said.map((sample, i) => (i < at(TONE_SECONDS) ? 0 : sample))
  expect(() => heard(silent)).toThrow(/No tone/)
  expect(() => heard(new Float32Array(0))).toThrow(/No tone/)
})
