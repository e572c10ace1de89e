/** `idle_timeout_ms`: after so much silence the assistant speaks first (realtime-api.md 7, server_vad). */
import type { Clock } from '../clock.ts'
import type { SessionConfig } from './session-config.ts'

export class IdleWatch {
  #clock: Clock
  #onTimeout: (timeoutMs: number) => void
  #cancel: (() => void) | null = null
  #closed = false

  constructor(clock: Clock, onTimeout: (timeoutMs: number) => void) {
    this.#clock = clock
    this.#onTimeout = onTimeout
  }

  /** Starts counting; `stillPlayingMs` is how long the person will go on hearing the assistant. */
  arm(config: SessionConfig, stillPlayingMs: number): void {
    this.cancel()
    const turns = config.audio.input.turn_detection
    const timeoutMs = turns?.type === 'server_vad' ? turns.idle_timeout_ms : null
    if (timeoutMs === null || this.#closed) return
    this.#cancel = this.#clock.after(stillPlayingMs + timeoutMs, () => {
      this.#cancel = null
      this.#onTimeout(timeoutMs)
    })
  }

  cancel(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  close(): void {
    this.cancel()
    this.#closed = true
  }
}
