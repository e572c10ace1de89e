/**
 * The caller's microphone: Opus packets in whenever they arrive, one frame of 20 ms out whenever one is due.
 * Where no packet came it is silence, because the time of a voice detector must follow the wall clock: a page whose
 * source stops sends no packets at all, and speech would never end.
 */
import { createDecoder } from 'libopus-wasm'
import { concat, FRAME_SAMPLES, SAMPLE_RATE } from './pcm.ts'

export interface Microphone {
  /** One RTP packet's sequence number and Opus payload. */
  receive(sequence: number, payload: Uint8Array): void
  /** The frame that is due now: 480 samples at 24 kHz. */
  nextFrame(): Int16Array
  free(): void
}

/** Missing frames that the decoder conceals before silence is delivered, as a browser's receiver does: 100 ms. */
const CONCEALED_FRAMES = 5
/** More audio than this waiting means that the caller's clock runs ahead or a burst came: the oldest is dropped (200 ms). */
const MOST_WAITING_FRAMES = 10
/** The backlog is looked at once a second; what was never needed in that second is only delay. */
const REVIEW_FRAMES = 50

/** A microphone from which nothing has come yet. */
export async function createMicrophone(): Promise<Microphone> {
  const decoder = await createDecoder({ sampleRate: SAMPLE_RATE, channels: 1 })
  let waiting: Int16Array = new Int16Array(0)
  let lastSequence: number | undefined
  let missing = CONCEALED_FRAMES
  let leastWaiting = Number.POSITIVE_INFINITY
  let framesToReview = REVIEW_FRAMES

  function receive(sequence: number, payload: Uint8Array): void {
    if (payload.length === 0 || !isNewer(sequence, lastSequence)) return
    lastSequence = sequence
    const decoded = decode(payload)
    if (!decoded) return
    waiting = concat([waiting, decoded])
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

  function nextFrame(): Int16Array {
    dropNeedlessDelay()
    if (waiting.length >= FRAME_SAMPLES) {
      missing = 0
      return take()
    }
    missing += 1
    return missing <= CONCEALED_FRAMES ? decoder.decodePacketLoss(FRAME_SAMPLES) : new Int16Array(FRAME_SAMPLES)
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

  return { receive, nextFrame, free: () => decoder.free() }
}

/** RTP sequence numbers wrap at 16 bits (RFC 3550 5.1); a repeated or overtaken packet is not newer. */
function isNewer(sequence: number, last: number | undefined): boolean {
  if (last === undefined) return true
  const ahead = (sequence - last) & 0xffff
  return ahead > 0 && ahead < 0x8000
}
