/**
 * A call over the relay: sound both ways by WebSocket, through the broker (protocol/relay.ts). It does not own the
 * microphone and the speaker, which live longer than a call: their sound and their news are handed in by whoever
 * opened them.
 */
import * as v from 'valibot'
import { PLAYED_EVERY_MS, RelayServerFrameSchema } from '../../protocol/relay.ts'
import type { RelayClientFrame } from '../../protocol/relay-client.ts'
import type { Clock } from '../clock.ts'
import { createOutgoing } from './outgoing.ts'
import { openRelaySocket } from './relay-socket.ts'
import { type LostReason, TransportError } from './transport.ts'

/** Whole ms of an item's sound that had left the device. */
export interface Played {
  item: string
  playedMs: number
}

/** What plays the assistant; audio/speaker.ts. */
export interface RelaySpeaker {
  push(item: string, pcm: Int16Array<ArrayBuffer>): void
  /** Nothing more of this item will come. */
  end(item: string): void
  /** Silent at once. Answers every item that was not through, in order. */
  flush(): Promise<Played[]>
}

export interface RelayPorts {
  WebSocket: typeof WebSocket
  clock: Clock
  speaker: RelaySpeaker
  /** `wss://…/v1/sessions/{id}/relay?call=…` */
  url: string
  /** The newest token of the session. */
  token(): string
}

export interface RelayHandlers {
  /** The network takes less than the visitor says, or takes all of it again. */
  slow(slow: boolean): void
  /** The connection broke after it was up, and could not be mended. Told once. */
  lost(reason: LostReason): void
}

export interface Relay {
  /**
   * Resolves when sound can flow.
   * @throws TransportError
   */
  readonly connected: Promise<void>
  /** What the visitor says: PCM16, mono, 24 000 Hz. Used before this returns. */
  say(pcm: Int16Array<ArrayBuffer>): void
  /** News of the speaker, as often as it likes. */
  played(played: Played): void
  /** News of the speaker: everything was played to its end. */
  drained(): void
  /** Lets go of the socket; nothing is reported afterwards. */
  close(): void
}

export function createRelay({ WebSocket, clock, speaker, url, token }: RelayPorts, handlers: RelayHandlers): Relay {
  const outgoing = createOutgoing(clock, handlers.slow)
  let settle = { resolve: () => {}, reject: (_: Error) => {} }
  const connected = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // Whoever awaits it gets the error; a call that was given up must not become an unhandled rejection.
  connected.catch(() => undefined)
  let isConnected = false
  let closed = false
  let socket: WebSocket | null = null
  /** Whose sound comes at the moment, and how much of it has come. */
  let current: { item: string; bytes: number; ended: boolean } | null = null
  let position: Played | null = null
  let reportedAt = 0

  function tell(frame: RelayClientFrame): void {
    socket?.send(JSON.stringify(frame))
  }

  function report(): void {
    if (!position) return
    reportedAt = clock.now()
    tell({ type: 'played', item: position.item, ms: position.playedMs, done: false })
  }

  async function flush(number: number): Promise<void> {
    position = null
    const items = await speaker.flush()
    // The last one that was begun is the one that was stopped.
    const stopped = items.findLast(({ playedMs }) => playedMs > 0) ?? items[0]
    tell({ type: 'flushed', flush: number, item: stopped?.item ?? null, ms: stopped?.playedMs ?? 0 })
  }

  function read(text: string): void {
    const result = v.safeParse(RelayServerFrameSchema, parseJson(text))
    if (!result.success) return console.warn('Parley: an unknown frame of the relay was ignored')
    const frame = result.output
    switch (frame.type) {
      case 'audio':
        if (current?.item !== frame.item) current = { item: frame.item, bytes: 0, ended: false }
        break
      case 'end_of_item':
        if (current?.item === frame.item && !current.ended) {
          current.ended = true
          speaker.end(frame.item)
        }
        break
      case 'flush':
        // A speaker that broke has told so itself; the broker then goes by the last report.
        flush(frame.flush).catch(() => undefined)
        break
      case 'error':
        console.warn(`Parley: the relay refused a frame (${frame.code})`)
        break
    }
  }

  const end = openRelaySocket(
    {
      WebSocket,
      clock,
      token,
      url: () => (current ? `${url}&item=${encodeURIComponent(current.item)}&received=${current.bytes}` : url),
    },
    {
      up(opened) {
        socket = opened
        report()
        outgoing.use(opened)
        isConnected = true
        settle.resolve()
      },
      down() {
        socket = null
        outgoing.use(null)
      },
      text: read,
      sound(data) {
        if (!current || data.byteLength % 2 !== 0) return
        current.bytes += data.byteLength
        speaker.push(current.item, new Int16Array(data))
      },
      lost(reason) {
        close()
        if (isConnected) handlers.lost(reason)
        else settle.reject(new TransportError('connect_timeout', { cause: reason }))
      },
    },
  )

  function close(): void {
    if (closed) return
    closed = true
    socket = null
    outgoing.use(null)
    end()
    settle.reject(new TransportError('connect_timeout', { cause: 'closed' }))
  }

  return {
    connected,
    say(pcm) {
      if (!closed) outgoing.add(pcm)
    },
    played(next) {
      if (closed) return
      const isNew = next.item !== position?.item
      position = next
      if (isNew || clock.now() - reportedAt >= PLAYED_EVERY_MS) report()
    },
    drained() {
      // A very short item is through before its first position is told; one that is still coming was not meant.
      const item = position?.item ?? (current?.ended ? current.item : null)
      if (closed || item === null) return
      tell({ type: 'played', item, ms: position?.playedMs ?? 0, done: true })
      position = null
    },
    close,
  }
}

/** null for what is not JSON: no schema accepts that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
