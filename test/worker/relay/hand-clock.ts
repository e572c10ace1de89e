/** Time that moves only when a test says so. */
import type { Clock } from '../../../worker/session/ports.ts'

export class HandClock implements Clock {
  #now = 1_000_000_000
  #timers = new Set<{ at: number; run: () => void }>()

  now = () => this.#now

  after = (ms: number, run: () => void) => {
    const timer = { at: this.#now + ms, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** How many timers are running. */
  get waiting(): number {
    return this.#timers.size
  }

  pass(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers.delete(next)
      this.#now = next.at
      next.run()
    }
    this.#now = until
  }
}
