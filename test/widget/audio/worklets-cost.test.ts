/** What the worklets cost the audio thread and the page. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { createCaptureEngine } from '../../../widget/audio/capture-engine.ts'
import { createPlaybackEngine } from '../../../widget/audio/playback-engine.ts'
import { allocatedBytes } from './garbage.ts'
import { gzipBytes } from './resampler-bundle.ts'
import { noise } from './resampler-run.ts'

// Much work for a busy machine.
vi.setConfig({ testTimeout: 60_000 })

it('are at most 4096 bytes, minified and gzipped', async () => {
  const bytes = await gzipBytes(fileURLToPath(new URL('../../../widget/audio/worklets.ts', import.meta.url)))
  expect(bytes).toBeGreaterThan(2000)
  expect(bytes).toBeLessThanOrEqual(4096)
})

describe('garbage per quantum', () => {
  const QUANTA = 20_000
  /** One view per frame of 20 ms, one position per 40 ms, and the profiler's own. */
  const LITTLE_BYTES = 48

  /** Once the engine has compiled it, which a busy machine puts off: interpreted code keeps every sum on the heap. */
  async function bytesPerQuantum(run: () => void): Promise<number> {
    let bytes = Number.POSITIVE_INFINITY
    for (let round = 0; round < 20 && bytes >= LITTLE_BYTES; round++) bytes = (await allocatedBytes(run)) / QUANTA
    return bytes
  }

  it.each([48_000, 44_100])('capture at %i Hz', async (rate) => {
    const input = [noise(128)]
    const engine = createCaptureEngine(rate, (buffer) => engine.giveBack(buffer))
    const run = () => {
      for (let i = 0; i < QUANTA; i++) engine.process(input, 128)
    }
    expect(await bytesPerQuantum(run)).toBeLessThan(LITTLE_BYTES)
  })

  it.each([48_000, 44_100])('playback at %i Hz', async (rate) => {
    const second = new Int16Array(24_000).fill(1000)
    const output = new Float32Array(128)
    const engine = createPlaybackEngine(rate, () => undefined)
    const run = () => {
      for (let s = 0; s < 60; s++) engine.push('a', second)
      for (let i = 0; i < QUANTA; i++) engine.process(output)
    }
    expect(await bytesPerQuantum(run)).toBeLessThan(LITTLE_BYTES)
    expect(output.some((sample) => sample !== 0)).toBe(true)
  })
})
