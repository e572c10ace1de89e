/** Typed text and pictures that the broker has not acknowledged. Sent again with the same id until it is: repeats are harmless. */
import type { ClientFrame } from '../../protocol/frames.ts'
import type { Clock } from '../clock.ts'

/** An open socket that does not acknowledge for this long (ms) gets the text again. */
const RESEND_AFTER_MS = 5_000
/** The same while a picture waits (ms): on a slow network it takes its time. */
const RESEND_IMAGE_AFTER_MS = 30_000

export type OutboxFrame = Extract<ClientFrame, { type: 'text' | 'image' }>

export interface Outbox {
  add(frame: OutboxFrame): void
  /** The broker has it, or refused it for good. */
  settle(id: string): void
  /** Sends everything that waits, in the order of typing. */
  flush(): void
  /** Stops sending; what waits stays for the next `flush`. */
  pause(): void
  clear(): void
}

export function createOutbox(clock: Clock, send: (frame: OutboxFrame) => void): Outbox {
  const waiting = new Map<string, OutboxFrame>()
  let cancelResend = () => {}

  function flush(): void {
    cancelResend()
    if (waiting.size === 0) return
    for (const frame of waiting.values()) send(frame)
    resendLater()
  }

  function resendLater(): void {
    const hasImage = [...waiting.values()].some(({ type }) => type === 'image')
    cancelResend = clock.after(hasImage ? RESEND_IMAGE_AFTER_MS : RESEND_AFTER_MS, flush)
  }

  return {
    flush,
    add(frame) {
      waiting.set(frame.id, frame)
      send(frame)
      cancelResend()
      resendLater()
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
