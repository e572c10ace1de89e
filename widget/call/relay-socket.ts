/**
 * The relay's WebSocket: opens, opens again within the broker's patience when it breaks, and notices a silent death by
 * heartbeat. Which sound had arrived before a break is told to the broker, which goes on from there.
 */
import { PING, PONG, TOKEN_SUBPROTOCOL_PREFIX } from '../../protocol/frames.ts'
import { RELAY_CLOSE_CODES, RELAY_GRACE_MS, RELAY_PING_EVERY_MS, RELAY_SUBPROTOCOL } from '../../protocol/relay.ts'
import type { Clock } from '../clock.ts'
import type { LostReason } from './transport.ts'

/** Longest way to an open socket (ms), with all tries. */
export const RELAY_CONNECT_TIMEOUT_MS = 8_000
/** A try that has not come to anything in this time (ms) is given up for the next. */
const TRY_TIMEOUT_MS = 4_000
/** Pauses before the tries (ms); the last one repeats. */
const PAUSES_MS = [0, 300, 1_000, 2_000]
/** A ping without any answer for this long (ms): the socket is dead, whatever it says. */
const SILENCE_LIMIT_MS = 3_000
/** The reason of the end comes over the event socket; it gets this head start (ms) before the end counts as a loss. */
const CALL_OVER_GRACE_MS = 300

export interface RelaySocketOptions {
  WebSocket: typeof WebSocket
  clock: Clock
  /** Asked before each try, so that it can say what had arrived. */
  url(): string
  token(): string
}

export interface RelaySocketHandlers {
  /** Open, for the first time or again. */
  up(socket: WebSocket): void
  /** Broken; it may come up again. */
  down(): void
  text(data: string): void
  sound(data: ArrayBuffer): void
  /** It will not come up (any more). Told once, not after `close`. */
  lost(reason: LostReason): void
}

/** Answers what closes it for good; nothing is told afterwards. */
export function openRelaySocket(options: RelaySocketOptions, handlers: RelaySocketHandlers): () => void {
  const { clock } = options
  let socket: WebSocket | null = null
  let isUp = false
  let over = false
  let tries = 0
  let deadline = clock.now() + RELAY_CONNECT_TIMEOUT_MS
  let heardAt = 0
  let pingAt = 0
  let cancelTimer = () => {}

  function end(): void {
    over = true
    drop()
  }

  function lose(reason: LostReason): void {
    if (over) return
    end()
    handlers.lost(reason)
  }

  /** Lets go of the socket without waiting for its goodbye. */
  function drop(): void {
    cancelTimer()
    const old = socket
    socket = null
    isUp = false
    old?.close()
  }

  function retry(): void {
    const pause = PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? 0
    if (clock.now() + pause >= deadline) return lose('disconnected')
    tries += 1
    cancelTimer = clock.after(pause, connect)
  }

  function broken(): void {
    const wasUp = isUp
    drop()
    if (wasUp) {
      tries = 0
      deadline = clock.now() + RELAY_GRACE_MS
      handlers.down()
    }
    if (!over) retry()
  }

  function connect(): void {
    const { WebSocket } = options
    const mine = new WebSocket(options.url(), [RELAY_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + options.token()])
    mine.binaryType = 'arraybuffer'
    socket = mine
    cancelTimer = clock.after(TRY_TIMEOUT_MS, broken)
    const ifMine = (act: () => void) => () => {
      if (socket === mine) act()
    }
    mine.addEventListener('open', ifMine(opened))
    mine.addEventListener('close', (event) => {
      if (socket === mine) closed(event.code)
    })
    mine.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (socket !== mine) return
      heardAt = clock.now()
      if (data instanceof ArrayBuffer) handlers.sound(data)
      else if (typeof data === 'string' && data !== PONG) handlers.text(data)
    })
  }

  function opened(): void {
    if (!socket) return
    cancelTimer()
    isUp = true
    heardAt = clock.now()
    ping()
    handlers.up(socket)
  }

  function closed(code: number): void {
    switch (code) {
      case RELAY_CLOSE_CODES.call_over:
        drop()
        handlers.down()
        cancelTimer = clock.after(CALL_OVER_GRACE_MS, () => lose('channel_closed'))
        break
      case RELAY_CLOSE_CODES.replaced:
      case RELAY_CLOSE_CODES.flood:
        lose('channel_closed')
        break
      default:
        broken()
    }
  }

  /** Timers of hidden pages come late, so what counts is whether anything came since the ping, not how late it is now. */
  function ping(): void {
    const isAnswered = heardAt >= pingAt
    const now = clock.now()
    if (!isAnswered && now - pingAt >= SILENCE_LIMIT_MS) return broken()
    if (isAnswered) {
      pingAt = now
      socket?.send(PING)
    }
    cancelTimer = clock.after(RELAY_PING_EVERY_MS, ping)
  }

  connect()
  return end
}
