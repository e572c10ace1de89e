/** The contract of the stream: what comes out, how much, and that chunks, rests and rubbish change nothing. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { ConversionError } from '../../../widget/audio/conversion-error.ts'
import { createResampler, maxFlushFrames, maxProcessFrames } from '../../../widget/audio/resampler.ts'
import type { Rates } from './resampler-measure.ts'
import { noise, PAIRS, resample } from './resampler-run.ts'

// Much arithmetic for a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const named = PAIRS.map((rates) => [`${rates.inRate} → ${rates.outRate} Hz`, rates] as const)
const anyPair = fc.constantFrom(...PAIRS)
/** Render quanta, odd lengths, nothing at all, and more than one block. */
const anyChunks = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 300 }) }, fc.constantFrom(0, 1, 128, 1024, 5000)),
  { minLength: 1, maxLength: 40 },
)

function openAt({ inRate, outRate }: Rates) {
  return createResampler(inRate, outRate)
}

function roomFor({ inRate, outRate }: Rates, inputFrames: number): Float32Array {
  return new Float32Array(Math.max(maxProcessFrames(inRate, outRate, inputFrames), maxFlushFrames(inRate, outRate)))
}

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof ConversionError) return error.code
    throw error
  }
  return 'none'
}

describe('chunks', () => {
  it('change no bit, whatever their lengths', () => {
    fc.assert(
      fc.property(anyPair, anyChunks, fc.integer(), (rates, chunks, seed) => {
        const input = noise(
          chunks.reduce((sum, length) => sum + length, 0),
          seed,
        )
        expect(resample(rates, input, chunks.concat(1))).toEqual(resample(rates, input))
      }),
      { numRuns: 300 },
    )
  })

  it.each(named)('of one frame change no bit: %s', (_name, rates) => {
    const input = noise(2000)
    expect(resample(rates, input, [1])).toEqual(resample(rates, input))
  })
})

describe.each(named)('%s', (_name, rates) => {
  it('makes ⌈n · outRate / inRate⌉ frames of n', () => {
    for (const length of [0, 1, 2, 127, 128, 1000, 4801]) {
      const expected = Math.ceil((length * rates.outRate) / rates.inRate)
      expect(resample(rates, noise(length)), `${length} frames`).toHaveLength(expected)
    }
  })

  it('is in line with the input: a click stays where it was', () => {
    const input = new Float32Array(rates.inRate / 4)
    input[rates.inRate / 5] = 1
    const output = resample(rates, input)
    const loudest = output.reduce((best, value, i) => (Math.abs(value) > Math.abs(output[best] ?? 0) ? i : best), 0)
    expect(loudest).toBe(Math.round(rates.outRate / 5))
  })

  it('does not drift in 60 s of quanta', () => {
    const resampler = openAt(rates)
    const input = new Float32Array(128)
    const output = roomFor(rates, 128)
    const quanta = Math.ceil((60 * rates.inRate) / 128)
    let written = 0
    for (let i = 0; i < quanta; i++) written += resampler.process(input, output)
    written += resampler.flush(output)
    expect(written).toBe(Math.ceil((quanta * 128 * rates.outRate) / rates.inRate))
  })

  it('never writes more than the helpers say, and comes close', () => {
    const resampler = openAt(rates)
    const lengths = Array.from({ length: 400 }, (_, i) => (i * 37) % 301)
    for (const length of lengths) {
      const most = maxProcessFrames(rates.inRate, rates.outRate, length)
      const written = resampler.process(noise(length), roomFor(rates, length))
      expect(written).toBeLessThanOrEqual(most)
    }
    const rest = resampler.flush(roomFor(rates, 0))
    const most = maxFlushFrames(rates.inRate, rates.outRate)
    expect(rest).toBeLessThanOrEqual(most)
    expect(rest).toBeGreaterThan(most - 2 - Math.ceil(rates.outRate / rates.inRate))
  })

  it('writes nothing behind its result', () => {
    const resampler = openAt(rates)
    for (const length of [0, 5, 128, 129, 1500, 3]) {
      const output = roomFor(rates, length + 400).fill(7)
      const written = resampler.process(noise(length), output)
      expect(output.subarray(written).every((value) => value === 7)).toBe(true)
      expect(output.subarray(0, written).includes(7)).toBe(false)
    }
    const output = roomFor(rates, 400).fill(7)
    expect(output.subarray(resampler.flush(output)).every((value) => value === 7)).toBe(true)
  })

  it('is bit by bit as new after a reset and after a flush', () => {
    const input = noise(3000, 5)
    const fresh = resample(rates, input)
    for (const end of ['reset', 'flush'] as const) {
      const resampler = openAt(rates)
      const output = roomFor(rates, 3000)
      resampler.process(noise(1777, 9), output)
      resampler[end](output)
      const written = resampler.process(input, output)
      expect(output.slice(0, written)).toEqual(fresh.subarray(0, written))
      expect(output.slice(0, resampler.flush(output))).toEqual(fresh.subarray(written))
    }
  })
})

describe('an output that is too small', () => {
  it('is refused before anything is taken or written, and the stream goes on', () => {
    fc.assert(
      fc.property(
        anyPair,
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 130, max: 700 }),
        (rates, before, length) => {
          const [careful, careless] = [openAt(rates), openAt(rates)]
          const [expected, output] = [roomFor(rates, 700), roomFor(rates, 700)]
          careful.process(noise(before), expected)
          careless.process(noise(before), output)
          const written = careful.process(noise(length, 2), expected)
          output.fill(7)
          if (written > 0)
            expect(codeOf(() => careless.process(noise(length, 2), output.subarray(0, written - 1)))).toBe(
              'output_too_small',
            )
          expect(output.every((value) => value === 7)).toBe(true)
          // Exactly enough is enough.
          expect(careless.process(noise(length, 2), output.subarray(0, written))).toBe(written)
          expect(output.subarray(0, written)).toEqual(expected.subarray(0, written))

          const rest = careful.flush(expected)
          expect(rest).toBeGreaterThan(0)
          expect(codeOf(() => careless.flush(output.subarray(0, rest - 1)))).toBe('output_too_small')
          expect(careless.flush(output.subarray(0, rest))).toBe(rest)
          expect(output.subarray(0, rest)).toEqual(expected.subarray(0, rest))
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('frames that are no sound', () => {
  it('count as silence and leave the rest of the stream alone', () => {
    const rubbish = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -1e30]
    fc.assert(
      fc.property(anyPair, fc.array(fc.nat(1999), { maxLength: 50 }), (rates, places) => {
        const dirty = noise(2000)
        const clean = noise(2000)
        for (const place of places) {
          dirty[place] = rubbish[place % rubbish.length] ?? 0
          clean[place] = 0
        }
        const output = resample(rates, dirty)
        expect(output.every(Number.isFinite)).toBe(true)
        expect(output).toEqual(resample(rates, clean))
      }),
      { numRuns: 100 },
    )
  })

  it('cannot be made by the loudest that are', () => {
    for (const rates of PAIRS)
      expect(
        resample(
          rates,
          noise(500).map((value) => 9e29 * Math.sign(value)),
        ).every(Number.isFinite),
      ).toBe(true)
  })
})

describe('rates', () => {
  it('that are equal change nothing and cost no time', () => {
    const input = noise(1000)
    expect(resample({ inRate: 24000, outRate: 24000 }, input, [128])).toEqual(input)
    expect(createResampler(48000, 48000).latencyMs).toBe(0)
  })

  it.each([
    [0, 24000],
    [44100.5, 24000],
    [24000, Number.NaN],
    [47999, 24000],
  ])('of %d → %d Hz are refused', (inRate, outRate) => {
    expect(codeOf(() => createResampler(inRate, outRate))).toBe('unsupported_rate')
  })

  it.each([3000, 12000, 37800, 50000, 64000, 176400, 384000, 768000])(
    'that devices seldom have work too: %i Hz',
    (rate) => {
      // One slow swell, 50 ms: a resampled one is the same formula at the other rate, to the last frame.
      const swell = (atRate: number) =>
        Float32Array.from({ length: atRate / 20 }, (_, i) => Math.sin((Math.PI * 20 * i) / atRate) ** 2)
      for (const [inRate, outRate] of [
        [rate, 24000],
        [24000, rate],
      ] as const) {
        const expected = swell(outRate)
        const output = resample({ inRate, outRate }, swell(inRate), [128])
        expect(output).toHaveLength(expected.length)
        const worst = expected.reduce(
          (most, value, i) => Math.max(most, Math.abs(value - (output[i] ?? Number.NaN))),
          0,
        )
        expect(worst).toBeLessThan(0.003)
      }
    },
  )
})
