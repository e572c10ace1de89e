/**
 * What the visitor says on its way into a WebSocket: nothing is lost while the socket is away for a moment, nothing piles
 * up without a bound on a slow network, and nobody pays for minutes of digital silence.
 */
import { BYTES_PER_MS } from '../../protocol/relay.ts'
import type { Clock } from '../clock.ts'

/** So much (ms) may wait in the browser's own queue; what is said then waits here, where it can be counted. */
const UNSENT_LIMIT_MS = 1_000
/** So much (ms) waits here at most; then the oldest goes. First words come as one burst of 10 s; the broker takes 12 s. */
export const KEPT_LIMIT_MS = 10_000
/** Sound that has waited for so long (ms) on an open socket says that the network is slow. */
export const SLOW_AFTER_MS = 1_000
/** So much digital silence (ms) is sent, as after a mute: more than any pause that ends a turn (`silenceMs` of an agent). */
export const SILENCE_MS = 6_000

export interface OutgoingSocket {
  /** Bytes that it has not handed to the network yet. */
  readonly bufferedAmount: number
  send(data: ArrayBufferView<ArrayBuffer>): void
}

export interface Outgoing {
  /** The next sound of the microphone; copied where it has to wait. */
  add(pcm: Int16Array<ArrayBuffer>): void
  /** The socket is open, or null: it is away. */
  use(socket: OutgoingSocket | null): void
}

/** @param slow told when sound has waited on an open socket for a while, and when all of it is out again */
export function createOutgoing(clock: Pick<Clock, 'now'>, slow: (slow: boolean) => void): Outgoing {
  const kept: Int16Array<ArrayBuffer>[] = []
  let keptMs = 0
  let silentMs = 0
  let socket: OutgoingSocket | null = null
  let waitsSince: number | null = null
  let isSlow = false

  function tell(next: boolean): void {
    if (next !== isSlow) slow(next)
    isSlow = next
  }

  function drain(): void {
    if (!socket) return
    while (kept[0] && socket.bufferedAmount < UNSENT_LIMIT_MS * BYTES_PER_MS) {
      keptMs -= lengthMs(kept[0])
      socket.send(kept[0])
      kept.shift()
    }
    if (kept.length > 0) waitsSince ??= clock.now()
    else waitsSince = null
    tell(waitsSince !== null && clock.now() - waitsSince >= SLOW_AFTER_MS)
  }

  return {
    add(pcm) {
      silentMs = pcm.every((sample) => sample === 0) ? silentMs + lengthMs(pcm) : 0
      if (silentMs > SILENCE_MS) return
      kept.push(pcm.slice())
      keptMs += lengthMs(pcm)
      drain()
      for (let first = kept[0]; first && keptMs > KEPT_LIMIT_MS; first = kept[0]) {
        keptMs -= lengthMs(first)
        kept.shift()
      }
    },
    use(next) {
      socket = next
      waitsSince = null
      drain()
    },
  }
}

function lengthMs(pcm: Int16Array): number {
  return pcm.byteLength / BYTES_PER_MS
}
