/** Typed text that the broker has not acknowledged. Sent again with the same id until it is: repeats are harmless. */
import type { Clock } from '../clock.ts'

/** An open socket that does not acknowledge for this long (ms) gets the text again. */
const RESEND_AFTER_MS = 5_000

export interface Outbox {
  add(id: string, text: string): void
  /** The broker has it, or refused it for good. */
  settle(id: string): void
  /** Sends everything that waits, in the order of typing. */
  flush(): void
  /** Stops sending; what waits stays for the next `flush`. */
  pause(): void
  clear(): void
}

export function createOutbox(clock: Clock, send: (id: string, text: string) => void): Outbox {
  const waiting = new Map<string, string>()
  let cancelResend = () => {}

  function flush(): void {
    cancelResend()
    if (waiting.size === 0) return
    for (const [id, text] of waiting) send(id, text)
    cancelResend = clock.after(RESEND_AFTER_MS, flush)
  }

  return {
    flush,
    add(id, text) {
      waiting.set(id, text)
      send(id, text)
      cancelResend()
      cancelResend = clock.after(RESEND_AFTER_MS, flush)
    },
    settle(id) {
      waiting.delete(id)
      if (waiting.size === 0) cancelResend()
    },
    pause: () => cancelResend(),
    clear() {
      waiting.clear()
      cancelResend()
    },
  }
}
