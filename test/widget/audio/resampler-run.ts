/** Drives the resampler in the ways that tests and benchmark need. */
import { createResampler, maxFlushFrames, maxProcessFrames } from '../../../widget/audio/resampler.ts'
import type { Rates, Stream } from './resampler-measure.ts'

const DEVICE_RATES = [8000, 11025, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 192000] as const

/** Every pair that the widget needs: any device to the provider's 24 kHz, and back. */
export const PAIRS: readonly Rates[] = [
  ...DEVICE_RATES.map((inRate) => ({ inRate, outRate: 24000 })),
  ...DEVICE_RATES.map((outRate) => ({ inRate: 24000, outRate })),
]

/** The whole signal with a new resampler, `flush` included, in chunks of these lengths (the last one again and again). */
export function resample(rates: Rates, input: Float32Array, chunks: readonly number[] = [input.length]): Float32Array {
  const resampler = createResampler(rates.inRate, rates.outRate)
  const collected = collector(rates, input.length)
  let taken = 0
  for (let i = 0; taken < input.length; i++) {
    const length = chunks[Math.min(i, chunks.length - 1)] ?? input.length
    collected.add((room) => resampler.process(input.subarray(taken, taken + length), room))
    taken += length
  }
  collected.add((room) => resampler.flush(room))
  return collected.all()
}

export function streamOf({ inRate, outRate }: Rates): Stream {
  const resampler = createResampler(inRate, outRate)
  return {
    push(input) {
      const output = new Float32Array(maxProcessFrames(inRate, outRate, input.length))
      return output.subarray(0, resampler.process(input, output))
    },
  }
}

function collector({ inRate, outRate }: Rates, inputFrames: number) {
  const frames = new Float32Array(maxProcessFrames(inRate, outRate, inputFrames) + maxFlushFrames(inRate, outRate))
  let written = 0
  return {
    add(write: (room: Float32Array) => number): void {
      written += write(frames.subarray(written))
    },
    all: () => frames.slice(0, written),
  }
}

/** Noise that is the same in every run (mulberry32), −1…1. */
export function noise(frames: number, seed = 1): Float32Array {
  const random = randomFrom(seed)
  return Float32Array.from({ length: frames }, () => 2 * random() - 1)
}

/** Uniform in 0…1. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
