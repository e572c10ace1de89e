/**
 * The caller's microphone: Opus packets in whenever they arrive, frames of 20 ms out. Whoever hears them plays them nowhere, so a
 * frame that is late is waited for, and what follows catches up: nothing is lost or made up by mere unsteadiness. Where
 * no packet comes for longer it is silence, because the time of a voice detector must follow the wall clock: a page whose
 * source stops sends no packets at all, and speech would never end.
 */
import { createDecoder } from 'libopus-wasm'
import { concat, FRAME_SAMPLES, SAMPLE_RATE } from './pcm.ts'

export interface Microphone {
  /** One RTP packet's sequence number and Opus payload. */
  receive(sequence: number, payload: Uint8Array): void
  /** To be called once each 20 ms: the frames that are due and there, 480 samples at 24 kHz each. One a call on average. */
  dueFrames(): Int16Array[]
  free(): void
}

/** Frames that were lost on the way and are concealed by the decoder, as a browser's receiver does; more are a pause. */
const MOST_CONCEALED_FRAMES = 5
/** So late (100 ms) a frame may be; then there is silence instead. */
const MOST_OWED_FRAMES = 5
/** More audio than this waiting means that the caller's clock runs ahead or a burst came: the oldest is dropped (200 ms). */
const MOST_WAITING_FRAMES = 10
/** The backlog is looked at once a second; what was never needed in that second is only delay. */
const REVIEW_FRAMES = 50

/** A microphone from which nothing has come yet. */
export async function createMicrophone(): Promise<Microphone> {
  const decoder = await createDecoder({ sampleRate: SAMPLE_RATE, channels: 1 })
  let waiting: Int16Array = new Int16Array(0)
  let lastSequence: number | undefined
  /** Frames that are due and did not come yet. */
  let owed = 0
  let leastWaiting = Number.POSITIVE_INFINITY
  let framesToReview = REVIEW_FRAMES

  function receive(sequence: number, payload: Uint8Array): void {
    const ahead = lastSequence === undefined ? 1 : stepsAhead(sequence, lastSequence)
    if (payload.length === 0 || ahead <= 0) return
    lastSequence = sequence
    const lost = ahead - 1 <= MOST_CONCEALED_FRAMES ? ahead - 1 : 0
    const concealed = Array.from({ length: lost }, () => decoder.decodePacketLoss(FRAME_SAMPLES).slice())
    const decoded = decode(payload)
    if (!decoded) return
    waiting = concat([waiting, ...concealed, decoded])
    const most = MOST_WAITING_FRAMES * FRAME_SAMPLES
    if (waiting.length > most) waiting = waiting.slice(waiting.length - most)
  }

  /** A packet that is not Opus is treated as lost: anybody can send anything, and a call must survive it. */
  function decode(payload: Uint8Array): Int16Array | undefined {
    try {
      return decoder.decode(payload)
    } catch {
      return undefined
    }
  }

  function dueFrames(): Int16Array[] {
    dropNeedlessDelay()
    owed += 1
    const frames: Int16Array[] = []
    for (; owed > 0 && waiting.length >= FRAME_SAMPLES; owed -= 1) frames.push(take())
    for (; owed > MOST_OWED_FRAMES; owed -= 1) frames.push(new Int16Array(FRAME_SAMPLES))
    return frames
  }

  function take(): Int16Array {
    const frame = waiting.slice(0, FRAME_SAMPLES)
    waiting = waiting.slice(FRAME_SAMPLES)
    return frame
  }

  function dropNeedlessDelay(): void {
    leastWaiting = Math.min(leastWaiting, Math.floor(waiting.length / FRAME_SAMPLES))
    framesToReview -= 1
    if (framesToReview > 0) return
    if (leastWaiting > 2) take()
    leastWaiting = Number.POSITIVE_INFINITY
    framesToReview = REVIEW_FRAMES
  }

  return { receive, dueFrames, free: () => decoder.free() }
}

/** RTP sequence numbers wrap at 16 bits (RFC 3550 5.1); a repeated or overtaken packet is not ahead. */
function stepsAhead(sequence: number, last: number): number {
  const ahead = (sequence - last) & 0xffff
  return ahead < 0x8000 ? ahead : ahead - 0x10000
}
