/** The event socket: opens again by itself with the newest token, notices a silent death by heartbeat, checks every frame. */
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
import { openReconnectingSocket } from './reconnecting-socket.ts'

/** A ping without an answer for this long (ms) means the socket is dead. */
const PONG_TIMEOUT_MS = 10_000
/** The same when there is reason to doubt, such as after a lost call (ms). */
const DOUBT_TIMEOUT_MS = 2_000

export interface EventSocketOptions {
  clock: Clock
  /** 0 ≤ x < 1. */
  random: () => number
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
  let cancelPing = () => {}
  let cancelPong: (() => void) | null = null

  const socket = openReconnectingSocket({
    clock,
    random: options.random,
    WebSocket: options.WebSocket,
    url: options.url,
    protocols: () => [SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + options.token()],
    open() {
      cancelPing = clock.after(PING_EVERY_MS, () => ping(PONG_TIMEOUT_MS))
    },
    down() {
      stopHeartbeat()
      failures += 1
      options.down(failures)
    },
    message(data) {
      cancelPong?.()
      cancelPong = null
      if (typeof data !== 'string' || data === PONG) return
      const frame = parseFrame(data)
      if (!frame) return
      if (frame.type === 'welcome') failures = 0
      options.frame(frame)
    },
  })

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

  return {
    send(frame) {
      // What is not sent is sent again after `welcome` by those who know what is still missing.
      if (socket.isOpen) socket.send(JSON.stringify(frame))
      return socket.isOpen
    },
    check() {
      if (socket.isOpen) ping(DOUBT_TIMEOUT_MS)
    },
    close() {
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
