/**
 * A WebSocket that is opened again until it is closed for good. Our own and not a library's, because its pauses have to follow the
 * clock that is handed in, and because it is small.
 */
import type { Clock } from '../clock.ts'

/** A try that has not come to anything in this time (ms) is given up for the next. */
const TRY_TIMEOUT_MS = 8_000
/** Pause before the second try (ms), what each next one is longer by, and the longest. The first is made at once. */
const FIRST_PAUSE_MS = 400
const GROWTH = 1.8
const LONGEST_PAUSE_MS = 5_000
/** Part of each pause that is random, so that many widgets do not come back at the same moment. */
const JITTER = 0.3
/** One that was open for so long (ms) was a good one: pauses begin with the first again. */
const STABLE_MS = 3_000

export interface ReconnectingSocketOptions {
  clock: Clock
  /** 0 ≤ x < 1. */
  random: () => number
  WebSocket: typeof WebSocket
  /** Asked before each try, so the newest are used. */
  url(): string
  protocols(): string[]
  open(): void
  /** It closed or could not be opened. Not told after `close()`. */
  down(): void
  message(data: unknown): void
}

export interface ReconnectingSocket {
  readonly isOpen: boolean
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number
  send(data: string): void
  /** Gives up the socket that there is and opens another at once. */
  reconnect(): void
  close(): void
}

export function openReconnectingSocket(options: ReconnectingSocketOptions): ReconnectingSocket {
  const { clock, random } = options
  let socket: WebSocket | null = null
  let tries = 0
  let openedAt: number | null = null
  let cancelTimer = () => {}

  function connect(): void {
    tries += 1
    let own: WebSocket
    try {
      own = new options.WebSocket(options.url(), options.protocols())
    } catch {
      return fail() // some browsers throw where a policy of the page forbids it
    }
    socket = own
    const isOwn = (act: () => void) => () => {
      if (socket === own) act()
    }
    cancelTimer = clock.after(TRY_TIMEOUT_MS, isOwn(fail))
    own.addEventListener(
      'open',
      isOwn(() => {
        cancelTimer()
        openedAt = clock.now()
        options.open()
      }),
    )
    own.addEventListener('message', (event) => {
      if (socket === own) options.message(event.data)
    })
    own.addEventListener('close', isOwn(fail))
    own.addEventListener('error', isOwn(fail))
  }

  /** The next try comes after a pause. */
  function fail(): void {
    if (openedAt !== null && clock.now() - openedAt >= STABLE_MS) tries = 1
    drop()
    const pause = Math.min(FIRST_PAUSE_MS * GROWTH ** (tries - 1), LONGEST_PAUSE_MS)
    cancelTimer = clock.after(pause * (1 - JITTER * random()), connect)
    options.down()
  }

  function drop(): void {
    cancelTimer()
    const old = socket
    socket = null
    openedAt = null
    old?.close()
  }

  connect()
  return {
    get isOpen() {
      return openedAt !== null
    },
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0
    },
    send: (data) => socket?.send(data),
    reconnect() {
      tries = 0
      drop()
      cancelTimer = clock.after(0, connect)
      options.down()
    },
    close: drop,
  }
}
