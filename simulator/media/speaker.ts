/**
 * What a peer says: a queue of speech that leaves as one Opus packet each 20 ms, and silence when there is none.
 * It counts what really left, because truncation is by what a listener can have heard.
 */
import { Application, createEncoder } from 'libopus-wasm'
import { FRAME_SAMPLES, SAMPLE_RATE, samplesToMs } from './pcm.ts'

export interface Speaker {
  /** Appends speech. */
  play(pcm: Int16Array): void
  /** The packet to send now, and whether the queue ran dry with it. */
  nextPacket(): { payload: Uint8Array; drained: boolean }
  /** Speech given out since the queue last began to fill, ms; stays until the next `play` on an empty queue, 0 after `clear`. */
  playedMs(): number
  queuedMs(): number
  /** Drops what is queued. Returns how much of it had been given out, ms. */
  clear(): number
  free(): void
}

/** Frames of real silence encoded after speech, so that the decoder's memory fades before the prepared packet is used. */
const FADE_FRAMES = 5

let silence: Promise<Uint8Array> | undefined

/** A speaker that is silent. */
export async function createSpeaker(): Promise<Speaker> {
  const silentPacket = await encodedSilence()
  const encoder = await createOpusEncoder()
  const queue: Int16Array[] = []
  let queued = 0
  let played = 0
  let fade = 0

  function play(pcm: Int16Array): void {
    if (pcm.length === 0) return
    if (queued === 0) played = 0
    queue.push(pcm)
    queued += pcm.length
  }

  function nextPacket(): { payload: Uint8Array; drained: boolean } {
    if (queued > 0) {
      const payload = encoder.encode(takeFrame())
      fade = FADE_FRAMES
      return { payload, drained: queued === 0 }
    }
    if (fade > 0) {
      fade -= 1
      return { payload: encoder.encode(new Int16Array(FRAME_SAMPLES)), drained: false }
    }
    return { payload: silentPacket, drained: false }
  }

  /** The next 480 samples; the last frame of the queue is filled up with silence. */
  function takeFrame(): Int16Array {
    const frame = new Int16Array(FRAME_SAMPLES)
    let filled = 0
    while (filled < FRAME_SAMPLES) {
      const first = queue[0]
      if (!first) break
      const part = first.subarray(0, FRAME_SAMPLES - filled)
      frame.set(part, filled)
      filled += part.length
      if (part.length === first.length) queue.shift()
      else queue[0] = first.subarray(part.length)
    }
    queued -= filled
    played += filled
    return frame
  }

  function clear(): number {
    const heard = samplesToMs(played)
    queue.length = 0
    queued = 0
    played = 0
    return heard
  }

  return {
    play,
    nextPacket,
    playedMs: () => samplesToMs(played),
    queuedMs: () => samplesToMs(queued),
    clear,
    free: () => encoder.free(),
  }
}

/** Speech at 24 kHz in, 32 kbit/s Opus out; complexity 5 costs about 0.15 ms of a core per frame. */
function createOpusEncoder() {
  return createEncoder({
    sampleRate: SAMPLE_RATE,
    channels: 1,
    frameSize: FRAME_SAMPLES,
    application: Application.Voip,
    bitrate: 32_000,
    complexity: 5,
  })
}

/** The packet of steady silence, encoded once for all speakers. */
function encodedSilence(): Promise<Uint8Array> {
  silence ??= encodeSilence()
  return silence
}

async function encodeSilence(): Promise<Uint8Array> {
  const encoder = await createOpusEncoder()
  const frame = new Int16Array(FRAME_SAMPLES)
  for (let settled = 0; settled < 10; settled += 1) encoder.encode(frame)
  const packet = encoder.encode(frame).slice()
  encoder.free()
  return packet
}
