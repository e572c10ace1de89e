/** What the resampler does to sound, measured from outside. The bars are those of docs/benchmarks.md, mostly set tighter. */
import { describe, expect, it, vi } from 'vitest'
import { floatToPcm16, pcm16ToFloat } from '../../../widget/audio/pcm16.ts'
import { createResampler } from '../../../widget/audio/resampler.ts'
import { createFilterBank, LANES } from '../../../widget/audio/resampler-kernel.ts'
import { distortionDb, latencyMs, primeFrom, type Response, sweep } from './resampler-measure.ts'
import { PAIRS, resample, streamOf } from './resampler-run.ts'

// Much arithmetic for a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const RIPPLE_DB = 0.0205
/** One alias is −104 dB; close to the input's Nyquist frequency a tone and its image leave two, side by side. */
const ALIAS_DB = -101
const SPUR_DB = -103
const PCM16_DB = -96.5

/** Of the lower rate: 10.5 and 12.5 kHz of 24 kHz. */
const PASS = 10.5 / 24
const STOP = 12.5 / 24

const named = PAIRS.map((rates) => [`${rates.inRate} → ${rates.outRate} Hz`, rates] as const)
const down = named.filter(([, { inRate, outRate }]) => inRate > outRate)
const up = named.filter(([, { inRate, outRate }]) => inRate < outRate)

describe.each(named)('%s', (_name, rates) => {
  const lower = Math.min(rates.inRate, rates.outRate)
  const convert = (input: Float32Array) => resample(rates, input)

  it('is flat to 7/16 of the lower rate, and adds nothing', () => {
    const responses = sweep(convert, rates, 100, PASS * lower)
    expect(largest(responses, ({ gainDb }) => Math.abs(gainDb))).toBeLessThan(RIPPLE_DB)
    expect(largest(responses, ({ spurDb }) => spurDb)).toBeLessThan(SPUR_DB)
  })

  it('is as good as PCM16 can be', () => {
    for (const share of [1 / 24, 9 / 24]) {
      // A prime: at 1000 Hz the rounding error would repeat and be harmonics instead of noise.
      const frequency = share < 0.1 ? 997 : primeFrom(share * lower)
      expect(distortionDb(convert, rates, frequency, throughPcm16), `${frequency} Hz`).toBeLessThan(PCM16_DB)
    }
  })

  it('waits 1.15 ms × 24 kHz / lower rate at most', () => {
    const bound = 1.15 * (24000 / Math.min(lower, 24000))
    expect(createResampler(rates.inRate, rates.outRate).latencyMs).toBeLessThan(bound)
    // Float32 leaves the measured phase some nanoseconds of doubt.
    const measured = latencyMs(streamOf(rates), rates)
    expect(measured).toBeLessThan(bound)
    expect(measured).toBeCloseTo(createResampler(rates.inRate, rates.outRate).latencyMs, 3)
  })
})

describe.each(down)('%s, tones that the output cannot hold', (_name, rates) => {
  it('are gone from 25/48 of the output rate up', () => {
    const responses = sweep(
      (input) => resample(rates, input),
      rates,
      STOP * rates.outRate,
      rates.inRate / 2 - 100,
      rates.inRate / 480,
    )
    expect(responses.length).toBeGreaterThan(1)
    expect(largest(responses, ({ totalDb }) => totalDb)).toBeLessThan(ALIAS_DB)
  })
})

describe.each(up)('%s, images', (_name, rates) => {
  it('are gone for every tone to 23/48 of the input rate', () => {
    const responses = sweep((input) => resample(rates, input), rates, 100, rates.inRate - STOP * rates.inRate)
    expect(largest(responses, ({ spurDb }) => spurDb)).toBeLessThan(SPUR_DB)
  })
})

describe('the measurement itself', () => {
  const rates = { inRate: 48000, outRate: 24000 }
  const everySecond = (input: Float32Array) => input.filter((_, i) => i % 2 === 0)

  it('sees aliases in full', () => {
    expect(largest(sweep(everySecond, rates, 12500, 23900), ({ totalDb }) => Math.abs(totalDb))).toBeLessThan(0.001)
  })

  it('sees a gain, and a spur beside the tone', () => {
    const humming = (input: Float32Array) =>
      everySecond(input).map((value, i) => 0.9 * value + 0.5e-4 * Math.sin((2 * Math.PI * 3000 * i) / 24000))
    for (const response of sweep(humming, rates, 1000, 2000)) {
      expect(response.gainDb).toBeCloseTo(-0.915, 3)
      expect(response.spurDb).toBeCloseTo(-80, 1)
    }
  })

  it('sees a delay and a wait', () => {
    let pushed = 0
    const late: number[] = new Array(24).fill(0)
    // 24 frames of silence first (1 ms), and each frame comes out with the second of its two input frames.
    const push = (input: Float32Array) => {
      if (pushed++ % 2 === 0) {
        late.push(input[0] ?? 0)
        return new Float32Array()
      }
      return Float32Array.of(late.shift() ?? 0)
    }
    expect(latencyMs({ push }, rates)).toBeCloseTo(1 + 1000 / 48000, 3)
  })
})

describe('multiply-adds per output frame, in quanta of 128', () => {
  it.each([
    [48000, 110],
    [44100, 160],
    [16000, 100],
  ])('%i Hz → 24 kHz needs at most %i', (inRate, most) => {
    const bank = createFilterBank(inRate, 24000)
    if (!bank) throw new Error('no filter')
    // Folded, a frame of output is `taps` additions and half as many multiplications; otherwise all lanes run through the gap too.
    const perLane = bank.phases === 1 ? bank.taps : bank.taps + (bank.starts[LANES - 1] ?? 0) + 1
    const resampler = createResampler(inRate, 24000)
    const output = new Float32Array(256)
    let frames = 0
    let lanes = 0
    for (let i = 0; i < 1000; i++) {
      const written = resampler.process(new Float32Array(128), output)
      frames += written
      lanes += LANES * Math.ceil(written / LANES)
    }
    expect((lanes * perLane) / frames).toBeLessThan(most)
  })
})

function largest(responses: readonly Response[], value: (response: Response) => number): number {
  return Math.max(...responses.map(value))
}

function throughPcm16(signal: Float32Array): Float32Array {
  const pcm = new Int16Array(signal.length)
  floatToPcm16(signal, pcm)
  const back = new Float32Array(signal.length)
  pcm16ToFloat(pcm, back)
  return back
}
