/**
 * How much sound must wait before playing begins: enough for the network's unsteadiness, and no more, since all of it is delay.
 * Grows with each underrun, and shrinks slowly with each item that came through without one.
 */

const START_MS = 60
const MIN_MS = 40
const MAX_MS = 300
const GROWTH = 1.5
const SHRINK_MS = 5
/** What waits is played after this time, even when it is less: its rest may never come. */
const LONGEST_WAIT_MS = 500

export interface Preroll {
  readonly ms: number
  /** @param queuedMs sound that waits; @param waitedMs since the first of it was there; @param ended nothing more will come */
  enough(queuedMs: number, waitedMs: number, ended: boolean): boolean
  underrun(): void
  /** All was played without an underrun since the last one. */
  smooth(): void
}

export function createPreroll(): Preroll {
  let ms = START_MS
  return {
    get ms() {
      return ms
    },
    enough: (queuedMs, waitedMs, ended) => queuedMs > 0 && (ended || queuedMs >= ms || waitedMs >= LONGEST_WAIT_MS),
    underrun() {
      ms = Math.min(MAX_MS, ms * GROWTH)
    },
    smooth() {
      ms = Math.max(MIN_MS, ms - SHRINK_MS)
    },
  }
}
