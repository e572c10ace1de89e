/**
 * The microphone's sound, from render quanta at the context's rate to frames of PCM16 at 24 kHz. Pure: the worklet around it is
 * capture.worklet.ts, the page's side capture.ts.
 *
 * While muted the frames go on and are silence: the provider's voice detection counts time in samples.
 */
import { floatToPcm16 } from './pcm16.ts'
import { createResampler, maxProcessFrames } from './resampler.ts'
import { WIRE_RATE } from './worklet-messages.ts'

/** 20 ms. Shorter ones cost more messages, longer ones delay. */
export const FRAME_SAMPLES = 480
/** Frames under way to the page or kept for the next ones. More are made when the page is slow, and not kept. */
const POOL_SIZE = 8
/** How long muting takes, so that it does not click. ms */
const RAMP_MS = 2.7

export interface CaptureEngine {
  /** One quantum of any length: the graph's channels, or none when nothing is connected, which is silence. */
  process(channels: readonly Float32Array[], frames: number): void
  setMuted(muted: boolean): void
  /** A frame's buffer, to be used again. Anything but such a buffer is ignored. */
  giveBack(buffer: ArrayBuffer): void
  /** Forgets the part of a frame that is there. Muting stays. */
  reset(): void
}

/**
 * @param rate of the context, Hz
 * @param emit gets each frame and its RMS (of the microphone at full band, 0…1)
 * @throws ConversionError `unsupported_rate`
 */
export function createCaptureEngine(rate: number, emit: (buffer: ArrayBuffer, rms: number) => void): CaptureEngine {
  const resampler = createResampler(rate, WIRE_RATE)
  const frame = new Float32Array(FRAME_SAMPLES)
  const pool = Array.from({ length: POOL_SIZE }, () => new ArrayBuffer(FRAME_SAMPLES * 2))
  const gainStep = 1000 / (RAMP_MS * rate)
  // As long as a quantum, which is 128 frames in nearly every browser.
  let mono = new Float32Array(0)
  let resampled = new Float32Array(0)
  let filled = 0
  let power = 0
  let counted = 0
  let gain = 1
  let wantedGain = 1

  function mix(channels: readonly Float32Array[], frames: number): void {
    if (mono.length !== frames) {
      mono = new Float32Array(frames)
      resampled = new Float32Array(maxProcessFrames(rate, WIRE_RATE, frames))
    }
    mono.fill(0)
    for (const channel of channels) {
      for (let i = 0; i < frames; i++) mono[i] = (mono[i] as number) + (channel[i] as number)
    }
    // Local: a number that a closure keeps costs an object with each change.
    let gainNow = gain
    let powerNow = power
    const share = 1 / Math.max(1, channels.length)
    for (let i = 0; i < frames; i++) {
      gainNow = Math.min(Math.max(wantedGain, gainNow - gainStep), gainNow + gainStep)
      const sum = mono[i] as number
      const sample = Number.isFinite(sum) ? gainNow * share * sum : 0
      mono[i] = sample
      powerNow += sample * sample
    }
    gain = gainNow
    power = powerNow
    counted += frames
  }

  function send(): void {
    const buffer = pool.pop() ?? new ArrayBuffer(FRAME_SAMPLES * 2)
    floatToPcm16(frame, new Int16Array(buffer))
    emit(buffer, counted > 0 ? Math.sqrt(power / counted) : 0)
    filled = 0
    power = 0
    counted = 0
  }

  return {
    process(channels, frames) {
      mix(channels, frames)
      const count = resampler.process(mono, resampled)
      for (let i = 0; i < count; i++) {
        frame[filled++] = resampled[i] ?? 0
        if (filled === FRAME_SAMPLES) send()
      }
    },
    setMuted(muted) {
      wantedGain = muted ? 0 : 1
    },
    giveBack(buffer) {
      if (buffer.byteLength === FRAME_SAMPLES * 2 && pool.length < POOL_SIZE) pool.push(buffer)
    },
    reset() {
      resampler.reset()
      filled = 0
      power = 0
      counted = 0
    },
  }
}
