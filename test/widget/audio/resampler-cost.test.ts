/** What the resampler costs a page: bytes and garbage. Its arithmetic is counted in resampler-quality.test.ts. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { createResampler, maxProcessFrames } from '../../../widget/audio/resampler.ts'
import { allocatedBytes } from './garbage.ts'
import { gzipBytes } from './resampler-bundle.ts'
import { noise } from './resampler-run.ts'

// Much work for a busy machine.
vi.setConfig({ testTimeout: 60_000 })

it('is at most 2048 bytes, minified and gzipped', async () => {
  const bytes = await gzipBytes(fileURLToPath(new URL('../../../widget/audio/resampler.ts', import.meta.url)))
  expect(bytes).toBeGreaterThan(500)
  expect(bytes).toBeLessThanOrEqual(2048)
})

describe('garbage', () => {
  const QUANTA = 20_000
  /** The profiler's own steps, and a quantum in which the engine compiles anew. */
  const NOISE_BYTES = 16

  it.each([48000, 44100, 16000])('%i Hz → 24 kHz leaves none', async (inRate) => {
    const resampler = createResampler(inRate, 24000)
    const input = noise(128)
    const output = new Float32Array(maxProcessFrames(inRate, 24000, 128))
    const run = () => {
      for (let i = 0; i < QUANTA; i++) resampler.process(input, output)
    }
    // Until the engine has compiled it, which a busy machine puts off: interpreted code keeps every sum on the heap.
    let bytes = Number.POSITIVE_INFINITY
    for (let round = 0; round < 20 && bytes >= NOISE_BYTES; round++) bytes = (await allocatedBytes(run)) / QUANTA
    expect(bytes).toBeLessThan(NOISE_BYTES)
  })

  it('would be seen', async () => {
    let kept = new Float64Array(0)
    const bytes = await allocatedBytes(() => {
      for (let i = 0; i < QUANTA; i++) kept = Float64Array.of(i, kept.length)
    })
    expect(bytes / QUANTA).toBeGreaterThan(64)
  })
})
