import { describe, expect, it } from 'vitest'
import { createLevels, loudness } from '../../../widget/audio/levels.ts'
import { FakeAudioContext, FakeStream } from '../../../widget/npm/testing/media.ts'

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

describe('levels', () => {
  it('renewed, measure the same streams in another context', () => {
    FakeAudioContext.all.length = 0
    const levels = createLevels(FakeAudioContext as unknown as typeof AudioContext)
    levels.watch('input', new FakeStream() as unknown as MediaStream)
    levels.renew()
    expect(FakeAudioContext.all.map(({ state }) => state)).toEqual(['closed', 'running'])
    expect(levels.context).toBe(FakeAudioContext.all[1])
    expect(levels.read('input')).toBeGreaterThan(0)
    expect(levels.read('output')).toBe(0)
    levels.close()
    expect(FakeAudioContext.all.map(({ state }) => state)).toEqual(['closed', 'closed'])
  })

  it('without Web Audio are 0, renewed or not', () => {
    const levels = createLevels(undefined)
    levels.watch('input', new FakeStream() as unknown as MediaStream)
    levels.renew()
    expect([levels.context, levels.read('input')]).toEqual([null, 0])
  })
})
