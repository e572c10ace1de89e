import { describe, expect, it } from 'vitest'
import { rms } from '../../../simulator/media/pcm.ts'
import { resample } from '../../../simulator/speech/resample.ts'

function sine(hz: number, rate: number, ms: number): Int16Array {
  return Int16Array.from({ length: (rate * ms) / 1000 }, (_, n) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * hz * n) / rate)),
  )
}

/** How far two sounds are apart, dB below the first, without the edges where the filter has half its input. */
function distanceDb(expected: Int16Array, actual: Int16Array): number {
  const from = 200
  const to = expected.length - 200
  const difference = Int16Array.from(
    { length: to - from },
    (_, n) => (expected[from + n] ?? 0) - (actual[from + n] ?? 0),
  )
  return 20 * Math.log10(rms(expected.subarray(from, to)) / rms(difference))
}

describe('resample', () => {
  it.each([
    [16_000, 24_000, 1000],
    [16_000, 24_000, 6000],
    [24_000, 16_000, 1000],
    [24_000, 48_000, 3000],
    [48_000, 24_000, 3000],
  ])('%i → %i Hz keeps a tone of %i Hz in shape and in time', (from, to, hz) => {
    const out = resample(sine(hz, from, 500), from, to)
    expect(out).toHaveLength(to / 2)
    expect(distanceDb(sine(hz, to, 500), out)).toBeGreaterThan(50)
  })

  it('removes what the lower rate cannot carry', () => {
    expect(rms(resample(sine(10_000, 24_000, 500), 24_000, 16_000).subarray(200, 7800))).toBeLessThan(30)
  })

  it('clips instead of wrapping around', () => {
    const square = Int16Array.from({ length: 1600 }, (_, n) => (Math.floor(n / 40) % 2 ? 32_767 : -32_768))
    const out = resample(square, 16_000, 24_000)
    for (let n = 100; n < 2300; n += 1) {
      if (Math.abs(n % 60) < 10 || n % 60 > 50) continue
      expect(Math.sign(out[n] ?? 0)).toBe(Math.floor(n / 60) % 2 ? 1 : -1)
    }
  })

  it('leaves the same rate alone, and nothing is nothing', () => {
    const pcm = sine(440, 24_000, 20)
    expect(resample(pcm, 24_000, 24_000)).toEqual(pcm)
    expect(resample(new Int16Array(0), 16_000, 24_000)).toHaveLength(0)
  })
})
