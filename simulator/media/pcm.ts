/** The one PCM format inside the simulator: signed 16-bit, mono, 24 kHz (realtime-api.md 5.2). */
export const SAMPLE_RATE = 24_000
/** Samples in one frame of 20 ms, the Opus frame of every browser. */
export const FRAME_SAMPLES = 480
export const FRAME_MS = 20

const SAMPLES_PER_MS = SAMPLE_RATE / 1000

/** Length in ms of that many samples. */
export function samplesToMs(samples: number): number {
  return samples / SAMPLES_PER_MS
}

/** Samples in that many ms, rounded to whole samples. */
export function msToSamples(ms: number): number {
  return Math.round(ms * SAMPLES_PER_MS)
}

/** Root mean square of the samples, on the 16-bit scale (0 to 32767). */
export function rms(pcm: Int16Array): number {
  if (pcm.length === 0) return 0
  let sum = 0
  for (const sample of pcm) sum += sample * sample
  return Math.sqrt(sum / pcm.length)
}

/** One array with all parts, in order. */
export function concat(parts: readonly Int16Array[]): Int16Array {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Int16Array(length)
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
