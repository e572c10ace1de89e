import { describe, expect, it } from 'vitest'
import { floatToPcm16, pcm16ToFloat } from '../../../widget/audio/pcm16.ts'
import { randomFrom } from './resampler-run.ts'

const STEP = 1 / 32768

function pcmOf(values: readonly number[], random?: () => number): number[] {
  const output = new Int16Array(values.length)
  floatToPcm16(Float32Array.from(values), output, random)
  return [...output]
}

describe('PCM16', () => {
  it('comes back as it was, all 65536 steps', () => {
    const all = Int16Array.from({ length: 65536 }, (_, i) => i - 32768)
    const floats = new Float32Array(all.length)
    pcm16ToFloat(all, floats)
    const back = new Int16Array(all.length)
    floatToPcm16(floats, back)
    expect(back).toEqual(all)
    expect(floats[0]).toBe(-1)
  })

  it('is rounded to the nearest step, ties to the even one', () => {
    const steps = [0.49, 0.51, -0.49, -0.51, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5]
    expect(pcmOf(steps.map((value) => value * STEP))).toEqual([0, 1, 0, -1, 0, 2, 2, 0, -2, -2])
  })

  it('adds no DC to sound between the steps', () => {
    // Every value is a tie.
    const halves = Array.from({ length: 4000 }, (_, i) => (i - 2000 + 0.5) * STEP)
    const error = pcmOf(halves).reduce((sum, value, i) => sum + value - (halves[i] ?? 0) / STEP, 0)
    expect(Math.abs(error)).toBeLessThanOrEqual(1)
  })

  it('is clamped, not wrapped', () => {
    const { POSITIVE_INFINITY, NEGATIVE_INFINITY, NaN: notANumber } = Number
    expect(pcmOf([1, 1.5, 1e30, POSITIVE_INFINITY])).toEqual([32767, 32767, 32767, 32767])
    expect(pcmOf([-1, -1.5, -1e30, NEGATIVE_INFINITY])).toEqual([-32768, -32768, -32768, -32768])
    expect(pcmOf([32767.4 * STEP, 32767.6 * STEP, notANumber])).toEqual([32767, 32767, 0])
  })

  it('needs room, and writes nothing without', () => {
    const output = new Int16Array(2).fill(7)
    expect(() => floatToPcm16(new Float32Array(3), output)).toThrow(
      expect.objectContaining({ code: 'output_too_small' }),
    )
    expect(() => pcm16ToFloat(output, new Float32Array(1))).toThrow(
      expect.objectContaining({ code: 'output_too_small' }),
    )
    expect([...output]).toEqual([7, 7])
  })
})

describe('dither', () => {
  const level = 0.25
  const dithered = pcmOf(new Array(200_000).fill(level * STEP), randomFrom(3))

  it('is off unless asked for', () => {
    expect(new Set(pcmOf(new Array(100).fill(level * STEP)))).toEqual(new Set([0]))
  })

  it('keeps what is smaller than a step, on average', () => {
    const mean = dithered.reduce((sum, value) => sum + value, 0) / dithered.length
    // Standard error of the mean: 0.5 / √200000 = 0.0011.
    expect(mean).toBeCloseTo(level, 2)
  })

  it('is triangular, ±1 step: the error has a variance of a quarter step² at every level', () => {
    for (const offset of [0, 0.1, 0.25, 0.5]) {
      const values = pcmOf(new Array(100_000).fill(offset * STEP), randomFrom(11))
      const variance = values.reduce((sum, value) => sum + (value - offset) ** 2, 0) / values.length
      expect(variance).toBeGreaterThan(0.245)
      expect(variance).toBeLessThan(0.255)
    }
    expect([...new Set(dithered)].sort((a, b) => a - b)).toEqual([-1, 0, 1])
  })
})
