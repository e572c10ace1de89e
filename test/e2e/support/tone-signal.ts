/** What is said into the microphone to measure the way of the sound: a steady tone, a sweep, words. One turn of speech. */
import { writeWav } from '../../../simulator/speech/wav.ts'

/** What fake microphones take. Hz */
export const SIGNAL_RATE = 48_000

/** Not a divisor of any rate, so that rounding errors are noise and no harmonics. Hz */
export const TONE_HZ = 997
export const TONE_SECONDS = 3
/** Where speech lies. Hz */
const SWEEP_HZ = { from: 300, to: 7_000 }
export const SWEEP_SECONDS = 4
/** Between the parts; no voice detection ends a turn so soon. s */
const GAP_SECONDS = 0.1
/** From the first sample of the tone to the first one of the sweep, and to the first word. s */
export const SWEEP_AT = TONE_SECONDS + GAP_SECONDS
export const SPEECH_AT = SWEEP_AT + SWEEP_SECONDS + GAP_SECONDS
/** Of full scale: loud enough for 16 bits, far from clipping. */
export const AMPLITUDE = 0.25

/** So that neither begins with a click. s */
const FADE_SECONDS = 0.01

/** Phase of the sweep `t` s after its beginning, rad. */
export function sweepPhase(t: number): number {
  return 2 * Math.PI * (SWEEP_HZ.from * t + (sweepRate / 2) * t * t)
}

/** Hz per second. */
export const sweepRate = (SWEEP_HZ.to - SWEEP_HZ.from) / SWEEP_SECONDS

/**
 * As the bytes of a WAV file.
 * @param leadSeconds silence before it @param speech 16 bit at `SIGNAL_RATE`
 */
export function toneWav({ leadSeconds, speech }: { leadSeconds: number; speech: Int16Array }): Buffer {
  const start = leadSeconds * SIGNAL_RATE
  const speechAt = Math.round(start + SPEECH_AT * SIGNAL_RATE)
  const pcm = new Int16Array(speechAt + speech.length + SIGNAL_RATE)
  put(pcm, start, TONE_SECONDS, (t) => 2 * Math.PI * TONE_HZ * t)
  put(pcm, start + SWEEP_AT * SIGNAL_RATE, SWEEP_SECONDS, sweepPhase)
  pcm.set(speech, speechAt)
  return Buffer.from(writeWav({ rate: SIGNAL_RATE, pcm }))
}

function put(pcm: Int16Array, from: number, seconds: number, phase: (t: number) => number): void {
  const first = Math.round(from)
  for (let i = 0; i < seconds * SIGNAL_RATE; i++) {
    const t = i / SIGNAL_RATE
    const fade = Math.min(1, t / FADE_SECONDS, (seconds - t) / FADE_SECONDS)
    pcm[first + i] = Math.round(32_767 * AMPLITUDE * fade * Math.sin(phase(t)))
  }
}
