import { describe, expect, it } from 'vitest'
import { loudness } from '../../../widget/audio/levels.ts'

describe('loudness', () => {
  it.each([
    [0, 0],
    [0.001, 0],
    [0.01, 1 / 3],
    [0.1, 2 / 3],
    [1, 1],
    [4, 1],
  ])('of a constant %f is %f', (amplitude, expected) => {
    expect(loudness(new Float32Array(1024).fill(amplitude))).toBeCloseTo(expected, 5)
  })
})
