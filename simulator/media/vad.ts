/**
 * Voice activity detection by loudness, driven by audio alone: it has no timers, so that the same code serves a
 * microphone that arrives by the wall clock (WebRTC) and one that arrives in bursts (WebSocket).
 */
import { concat, FRAME_MS, FRAME_SAMPLES, msToSamples, rms, samplesToMs } from './pcm.ts'

/** `server_vad` as a session sets it (realtime-api.md 7). */
export interface VadOptions {
  /** 0 to 1, higher needs louder speech; see `thresholdToRms`. */
  threshold: number
  /** Audio kept from before the first loud frame, ms. */
  prefixPaddingMs: number
  /** Silence that ends speech, ms. */
  silenceDurationMs: number
}

export type VadEvent =
  /** Speech began; the time is on the audio clock and includes the prefix padding, ms. */
  | { type: 'started'; audioStartMs: number }
  /** Speech ended; the time is on the audio clock and includes the silence that told it, ms. `pcm` is the whole segment. */
  | { type: 'stopped'; audioEndMs: number; pcm: Int16Array }

export interface Vad {
  /** Hears audio of any length and tells what happened in it. */
  push(pcm: Int16Array): VadEvent[]
  /** Changes the parameters; speech that is going on goes on. */
  configure(options: VadOptions): void
  /** Forgets the audio so far and any speech that is going on, without an event. The clock goes on. */
  reset(): void
  readonly speaking: boolean
  /** Audio heard since creation, ms. */
  readonly nowMs: number
}

/** Loud frames in a row that make speech: 60 ms. Anything shorter is a click, a cough or a key. */
const FRAMES_TO_START = 3
/** Once speaking, a frame counts as speech down to this part of the threshold: the ends of words are soft. */
const STAY_FACTOR = 0.6

/**
 * The loudness a threshold stands for, as RMS of 16-bit samples. Logarithmic like hearing: 0 → 60 (−55 dBFS),
 * 0.5 (the API's default) → 300 (−41 dBFS), 1 → 1500 (−27 dBFS).
 */
export function thresholdToRms(threshold: number): number {
  return 60 * 25 ** Math.min(1, Math.max(0, threshold))
}

/** A detector that has heard nothing yet. */
export function createVad(options: VadOptions): Vad {
  let settings = options
  let partial: Int16Array = new Int16Array(0)
  let analysed = 0
  /** Frames from before speech (prefix padding and undecided loud frames), or the segment while speaking. */
  let kept: Int16Array[] = []
  let loudFrames = 0
  let quietMs = 0
  let speaking = false

  function push(pcm: Int16Array): VadEvent[] {
    const events: VadEvent[] = []
    const audio = partial.length > 0 ? concat([partial, pcm]) : pcm
    let offset = 0
    for (; offset + FRAME_SAMPLES <= audio.length; offset += FRAME_SAMPLES) {
      const event = hear(audio.slice(offset, offset + FRAME_SAMPLES))
      if (event) events.push(event)
    }
    partial = audio.slice(offset)
    return events
  }

  function hear(frame: Int16Array): VadEvent | undefined {
    analysed += frame.length
    kept.push(frame)
    return speaking ? hearSpeech(frame) : hearSilence(frame)
  }

  function hearSilence(frame: Int16Array): VadEvent | undefined {
    loudFrames = rms(frame) >= thresholdToRms(settings.threshold) ? loudFrames + 1 : 0
    const needed = msToSamples(settings.prefixPaddingMs) + loudFrames * FRAME_SAMPLES
    let length = kept.length * FRAME_SAMPLES
    while (length - FRAME_SAMPLES >= needed) {
      kept.shift()
      length -= FRAME_SAMPLES
    }
    if (loudFrames < FRAMES_TO_START) return undefined
    speaking = true
    quietMs = 0
    return { type: 'started', audioStartMs: Math.round(samplesToMs(analysed - length)) }
  }

  function hearSpeech(frame: Int16Array): VadEvent | undefined {
    const loud = rms(frame) >= thresholdToRms(settings.threshold) * STAY_FACTOR
    quietMs = loud ? 0 : quietMs + FRAME_MS
    if (quietMs < Math.max(FRAME_MS, settings.silenceDurationMs)) return undefined
    const pcm = concat(kept)
    forget()
    return { type: 'stopped', audioEndMs: Math.round(samplesToMs(analysed)), pcm }
  }

  function forget(): void {
    kept = []
    loudFrames = 0
    quietMs = 0
    speaking = false
  }

  return {
    push,
    configure(next) {
      settings = next
    },
    reset() {
      analysed += partial.length
      partial = new Int16Array(0)
      forget()
    },
    get speaking() {
      return speaking
    },
    get nowMs() {
      return samplesToMs(analysed + partial.length)
    },
  }
}
