/**
 * A telephone without a network in between: what its caller says goes in, what the assistant says comes out, one frame each
 * 20 ms of the clock, as on every other call. It keeps what was heard.
 */
import { everyFrame } from './pace.ts'
import { concat, FRAME_SAMPLES, samplesToMs } from './pcm.ts'

/** So much of what was heard is kept, the newest (frames of 20 ms: ten minutes). */
const KEPT_FRAMES = 30_000

export interface HandsetEvents {
  /** A frame of the caller's voice or silence, 480 samples. */
  onAudio: (pcm: Int16Array) => void
  /** The assistant's speech ran out. */
  onDrained: () => void
  /** What the caller had to say is said. */
  onSaid: () => void
}

export interface Handset {
  /** Speech of the assistant (24 kHz). */
  play(pcm: Int16Array): void
  playedMs(): number
  clear(): number
  /** Speech of the caller (24 kHz), behind what they are saying already. */
  say(pcm: Int16Array): void
  readonly saying: boolean
  /** The assistant has something to say that was not heard yet. */
  readonly hearing: boolean
  /** All that the caller has heard, silence included. */
  heard(): Int16Array
  stop(): void
}

/** @param clock monotonic, ms */
export function createHandset(clock: () => number, events: HandsetEvents): Handset {
  const earpiece = createQueue()
  const mouthpiece = createQueue()
  let heard: Int16Array[] = []
  let played = 0

  const stop = everyFrame(clock, () => {
    const hadSpeech = earpiece.length() > 0
    const frame = earpiece.take()
    heard.push(frame)
    if (heard.length > KEPT_FRAMES * 1.1) heard = heard.slice(-KEPT_FRAMES)
    if (hadSpeech) played += FRAME_SAMPLES
    const hadWords = mouthpiece.length() > 0
    events.onAudio(mouthpiece.take())
    if (hadWords && mouthpiece.length() === 0) events.onSaid()
    if (hadSpeech && earpiece.length() === 0) events.onDrained()
  })

  return {
    play(pcm) {
      if (pcm.length === 0) return
      if (earpiece.length() === 0) played = 0
      earpiece.put(pcm)
    },
    playedMs: () => samplesToMs(played),
    clear() {
      const ms = samplesToMs(played)
      earpiece.clear()
      played = 0
      return ms
    },
    say: mouthpiece.put,
    get saying() {
      return mouthpiece.length() > 0
    },
    get hearing() {
      return earpiece.length() > 0
    },
    heard: () => concat(heard),
    stop,
  }
}

/** Samples, taken frame by frame; the last frame is filled up with silence. */
function createQueue() {
  let parts: Int16Array[] = []
  let length = 0
  return {
    length: () => length,
    put(pcm: Int16Array) {
      parts.push(pcm)
      length += pcm.length
    },
    take(): Int16Array {
      const frame = new Int16Array(FRAME_SAMPLES)
      let filled = 0
      while (filled < FRAME_SAMPLES) {
        const first = parts[0]
        if (!first) break
        const part = first.subarray(0, FRAME_SAMPLES - filled)
        frame.set(part, filled)
        filled += part.length
        if (part.length === first.length) parts.shift()
        else parts[0] = first.subarray(part.length)
      }
      length -= filled
      return frame
    },
    clear() {
      parts = []
      length = 0
    },
  }
}
