import { describe, expect, it, vi } from 'vitest'
import { DESIGN, designGains, gainAt } from '../../../bench/resampler-design.ts'
import { createFilterBank, GAINS, HALF_WIDTH } from '../../../widget/audio/resampler-kernel.ts'

// Much arithmetic for a busy machine.
vi.setConfig({ testTimeout: 60_000 })

describe('the kernel', () => {
  it('is what the design finds, rounded', () => {
    const { gains, stopbandDb } = designGains()
    expect(stopbandDb).toBeLessThan(-104)
    expect(GAINS).toHaveLength(gains.length)
    expect(HALF_WIDTH).toBe(DESIGN.halfWidth)
    for (const [k, gain] of gains.entries()) expect(Math.abs((GAINS[k] ?? 0) - gain), `g${k}`).toBeLessThan(1e-7)
  })

  it('keeps within its bounds between the points of the design', () => {
    for (let frequency = 0; frequency < 3; frequency += 1 / 12000) {
      const gain = Math.abs(gainAt(GAINS, HALF_WIDTH, frequency))
      const db = 20 * Math.log10(gain)
      if (frequency <= DESIGN.passEdge) expect(Math.abs(db)).toBeLessThan(0.0201)
      else if (frequency >= DESIGN.quietEdge) expect(db).toBeLessThan(-124)
      else if (frequency >= DESIGN.stopEdge) expect(db).toBeLessThan(-104.2)
    }
  })
})

describe('a filter bank', () => {
  it('lets a constant through unchanged at every position', () => {
    for (const [inRate, outRate] of [
      [44100, 24000],
      [24000, 44100],
      [11025, 24000],
      [192000, 24000],
    ] as const) {
      const bank = createFilterBank(inRate, outRate)
      if (!bank) throw new Error('no filter')
      const stride = bank.taps + bank.gap
      const sums = Array.from({ length: bank.phases }, (_, row) =>
        bank.coefficients.subarray(bank.gap + row * stride, bank.gap + (row + 1) * stride).reduce((a, b) => a + b),
      )
      // The same ripple at 0 Hz for all; what differs between rows would be a tone.
      expect(Math.abs(Math.max(...sums) - 1)).toBeLessThan(0.0024)
      expect(Math.max(...sums) - Math.min(...sums)).toBeLessThan(3e-6)
    }
  })

  it('comes to the output frame with half the taps ahead and half behind', () => {
    const bank = createFilterBank(48000, 24000)
    expect(bank).toMatchObject({ phases: 1, step: 2, taps: 109, lead: 54 })
  })

  it.each([
    [44100, 0],
    [0, 24000],
    [-48000, 24000],
    [44100.5, 24000],
    [Number.NaN, 24000],
    [Number.POSITIVE_INFINITY, 24000],
    [47999, 24000],
    [24000, 47999],
    [1, 192000],
    [2 ** 40, 24000],
  ])('there is none for %d → %d Hz', (inRate, outRate) => {
    expect(createFilterBank(inRate, outRate)).toBeNull()
  })
})
