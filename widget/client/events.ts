/** The event socket: opens again by itself with the newest token, notices a silent death by heartbeat, checks every frame. */
import ReconnectingWebSocket from 'partysocket/ws'
import * as v from 'valibot'
import {
  type ClientFrame,
  PING,
  PING_EVERY_MS,
  PONG,
  type ServerFrame,
  ServerFrameSchema,
  SUBPROTOCOL,
  TOKEN_SUBPROTOCOL_PREFIX,
} from '../../protocol/frames.ts'
import type { Clock } from '../clock.ts'

/** A ping without an answer for this long (ms) means the socket is dead. */
const PONG_TIMEOUT_MS = 10_000
/** The same when there is reason to doubt, such as after a lost call (ms). */
const DOUBT_TIMEOUT_MS = 2_000

/** partysocket's own units are ms. It keeps at most one timer after `close()`, for at most `maxReconnectionDelay`. */
const RECONNECT = {
  minReconnectionDelay: 400,
  maxReconnectionDelay: 5_000,
  reconnectionDelayGrowFactor: 1.8,
  connectionTimeout: 8_000,
  minUptime: 3_000,
  // What was not sent is sent again after `welcome` by those who know what is still missing.
  maxEnqueuedMessages: 0,
}

export interface EventSocketOptions {
  clock: Clock
  WebSocket: typeof WebSocket
  /** Asked before each connection, so the newest number and token are used. */
  url(): string
  token(): string
  frame(frame: ServerFrame): void
  /** The socket closed or could not be opened; `failures` in a row without a `welcome`. */
  down(failures: number): void
}

export interface EventSocket {
  /** False when it could not be sent because the socket is not open. */
  send(frame: ClientFrame): boolean
  /** There is reason to doubt the connection: ask now, and open a new one soon if nothing answers. */
  check(): void
  close(): void
}

export function openEventSocket(options: EventSocketOptions): EventSocket {
  const { clock } = options
  let failures = 0
  let closed = false
  let cancelPing = () => {}
  let cancelPong: (() => void) | null = null

  const socket = new ReconnectingWebSocket(
    async () => options.url(),
    async () => [SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + options.token()],
    { ...RECONNECT, WebSocket: options.WebSocket },
  )

  function isOpen(): boolean {
    return !closed && socket.readyState === socket.OPEN
  }

  function ping(timeoutMs: number): void {
    stopHeartbeat()
    socket.send(PING)
    const unsent = socket.bufferedAmount
    cancelPong = clock.after(timeoutMs, () => {
      // Something long, such as a picture, is still on its way out: that is no silence.
      if (socket.bufferedAmount < unsent) return ping(PONG_TIMEOUT_MS)
      stopHeartbeat()
      socket.reconnect()
    })
    cancelPing = clock.after(PING_EVERY_MS, () => ping(PONG_TIMEOUT_MS))
  }

  function stopHeartbeat(): void {
    cancelPing()
    cancelPong?.()
    cancelPong = null
  }

  socket.onopen = () => {
    cancelPing = clock.after(PING_EVERY_MS, () => ping(PONG_TIMEOUT_MS))
  }
  socket.onclose = () => {
    stopHeartbeat()
    if (closed) return
    failures += 1
    options.down(failures)
  }
  socket.onmessage = (event: MessageEvent) => {
    if (closed) return
    cancelPong?.()
    cancelPong = null
    if (typeof event.data !== 'string' || event.data === PONG) return
    const frame = parseFrame(event.data)
    if (!frame) return
    if (frame.type === 'welcome') failures = 0
    options.frame(frame)
  }

  return {
    send(frame) {
      if (!isOpen()) return false
      return socket.send(JSON.stringify(frame))
    },
    check() {
      if (isOpen()) ping(DOUBT_TIMEOUT_MS)
    },
    close() {
      closed = true
      stopHeartbeat()
      socket.close()
    },
  }
}

/** null for frames of a newer broker or garbage: said once per frame in the console, without its content. */
function parseFrame(text: string): ServerFrame | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    console.warn('Parley: a frame that is not JSON was ignored')
    return null
  }
  const result = v.safeParse(ServerFrameSchema, value)
  if (result.success) return result.output
  console.warn('Parley: an unknown frame was ignored')
  return null
}
