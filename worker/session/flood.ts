/** A socket that sends more than a person can mean. */
import { MAX_FRAMES_PER_SECOND } from '../../protocol/frames.ts'
import type { Clock } from './ports.ts'

const SECOND_MS = 1000

/**
 * Counts the frames of each socket in spans of one second. Kept in memory: an object does not hibernate while it is
 * flooded, and what it forgets then is a socket that was quiet.
 */
export class FloodGuard<Socket extends object> {
  readonly #clock: Pick<Clock, 'now'>
  readonly #spans = new WeakMap<Socket, { since: number; frames: number }>()
  readonly #flooded = new WeakSet<Socket>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /**
   * Counts a frame, or one that is as long as several. `flood`: it is the one too many, close the socket. `drop`: the socket is being closed and what had
   * been sent before that still comes in.
   */
  count(socket: Socket, frames = 1): 'fine' | 'flood' | 'drop' {
    if (this.#flooded.has(socket)) return 'drop'
    const now = this.#clock.now()
    const span = this.#spans.get(socket)
    const current = span && now - span.since < SECOND_MS ? span : { since: now, frames: 0 }
    current.frames += Math.max(1, frames)
    this.#spans.set(socket, current)
    if (current.frames <= MAX_FRAMES_PER_SECOND) return 'fine'
    this.#flooded.add(socket)
    return 'flood'
  }
}
