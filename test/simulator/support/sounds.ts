import { SAMPLE_RATE } from '../../../simulator/media/pcm.ts'

/** A pure tone (24 kHz); `loudness` is its RMS on the 16-bit scale. */
export function tone(ms: number, { hz = 440, loudness = 5000 } = {}): Int16Array {
  const peak = loudness * Math.SQRT2
  return Int16Array.from({ length: (ms * SAMPLE_RATE) / 1000 }, (_, n) =>
    Math.round(peak * Math.sin((2 * Math.PI * hz * n) / SAMPLE_RATE)),
  )
}

/** Silence (24 kHz). */
export function silence(ms: number): Int16Array {
  return new Int16Array((ms * SAMPLE_RATE) / 1000)
}

/** Noise (24 kHz) that is the same each time; `loudness` is its peak on the 16-bit scale. */
export function noise(ms: number, loudness = 2000): Int16Array {
  let state = 1
  return Int16Array.from({ length: (ms * SAMPLE_RATE) / 1000 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.round((state / 0xffff_ffff - 0.5) * 2 * loudness)
  })
}
