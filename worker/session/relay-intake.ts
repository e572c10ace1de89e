/**
 * What comes from the browser over the relay, before anything is done with it: sound in the right form and not much faster
 * than anybody can speak, and frames of the protocol. Everything else is refused.
 */
import * as v from 'valibot'
import type { ErrorCode } from '../../protocol/errors.ts'
import { PING } from '../../protocol/frames.ts'
import { BYTES_PER_MS, MAX_SOUND_BYTES } from '../../protocol/relay.ts'
import { type RelayClientFrame, RelayClientFrameSchema } from '../../protocol/relay-client.ts'
import { FloodGuard } from './flood.ts'
import type { Clock } from './ports.ts'

/**
 * A browser may be ahead of real time by so much (ms): what was said between the tap and the first moment that it could
 * be sent (10 s at most), and what piled up while the network stood still.
 */
export const BURST_MS = 12_000
/** So fast (ms of sound per ms) the allowance comes back: real time, and room for a clock that runs fast. */
const REFILL = 1.25
/** Each frame counts at least so much (ms): tiny ones cost as much work as others. */
const LEAST_MS = 10
/** Longest text frame (characters). */
const MAX_FRAME = 1024

export type Intaken =
  | { type: 'sound'; pcm: Uint8Array }
  | { type: 'frame'; frame: RelayClientFrame }
  | { type: 'ping' }
  | { type: 'refused'; code: ErrorCode; detail: string }
  /** The one too many: the call is to be let go of. */
  | { type: 'flood'; code: ErrorCode; detail: string }
  /** Came after that. */
  | { type: 'dropped' }

/** For one call: another socket brings no new allowance. */
export class Intake {
  readonly #clock: Pick<Clock, 'now'>
  readonly #guard: FloodGuard<Intake>
  #allowanceMs = BURST_MS
  #allowedAt: number
  #flooded = false

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.#guard = new FloodGuard(clock)
    this.#allowedAt = clock.now()
  }

  take(message: string | ArrayBuffer): Intaken {
    if (this.#flooded) return { type: 'dropped' }
    const taken = typeof message === 'string' ? readText(message) : readSound(message)
    // Sound has its own measure; what is wrong is counted like a frame, whatever it was.
    const flood = taken.type === 'sound' ? this.#tooMuchSound(taken.pcm) : this.#tooManyFrames()
    if (!flood) return taken
    this.#flooded = true
    return flood
  }

  #tooManyFrames(): Intaken | null {
    if (this.#guard.count(this) === 'fine') return null
    return { type: 'flood', code: 'too_many_frames', detail: 'the relay takes a few text frames in one second' }
  }

  #tooMuchSound(pcm: Uint8Array): Intaken | null {
    const now = this.#clock.now()
    this.#allowanceMs = Math.min(BURST_MS, this.#allowanceMs + (now - this.#allowedAt) * REFILL)
    this.#allowedAt = now
    this.#allowanceMs -= Math.max(LEAST_MS, pcm.length / BYTES_PER_MS)
    if (this.#allowanceMs >= 0) return null
    return { type: 'flood', code: 'too_many_frames', detail: 'sound comes much faster than real time' }
  }
}

function readSound(message: ArrayBuffer): Intaken {
  const bytes = message.byteLength
  if (bytes > 0 && bytes % 2 === 0 && bytes <= MAX_SOUND_BYTES) return { type: 'sound', pcm: new Uint8Array(message) }
  return refuse(`sound has whole samples of 2 bytes, and at most ${MAX_SOUND_BYTES} bytes in a frame`)
}

function readText(message: string): Intaken {
  if (message === PING) return { type: 'ping' }
  if (message.length > MAX_FRAME) return refuse(`text frames have at most ${MAX_FRAME} characters`)
  let json: unknown
  try {
    json = JSON.parse(message)
  } catch {
    return refuse('text frames are JSON')
  }
  const result = v.safeParse(RelayClientFrameSchema, json)
  if (result.success) return { type: 'frame', frame: result.output }
  const issue = result.issues[0]
  return refuse(`${v.getDotPath(issue) ?? 'frame'}: ${issue.message}`.slice(0, 200))
}

function refuse(detail: string): Intaken {
  return { type: 'refused', code: 'bad_request', detail }
}
