/** Push-to-talk: the visitor holds a button while speaking. */
import type { Clock } from '../clock.ts'

/** Sound and frames travel separately: the end of the speech needs this long (ms) to arrive first (realtime-api.md 4.6). */
export const TAIL_MS = 250

export interface Talk {
  readonly held: boolean
  /** Answers whether it is held now: with nobody to tell, it is not. */
  set(on: boolean): boolean
  /** The event socket is back: tells the release that could not be told. */
  catchUp(): void
  /** Lets go without telling: the call is over. */
  reset(): void
}

export function createTalk(clock: Clock, send: (on: boolean) => boolean, changed: () => void): Talk {
  let held = false
  /** What the broker knows. */
  let told = false
  let cancelTail: (() => void) | null = null

  function tellRelease(): void {
    cancelTail?.()
    cancelTail = null
    if (send(false)) told = false
  }

  return {
    get held() {
      return held
    },
    set(on) {
      if (on === held) return held
      if (on) {
        if (told) tellRelease()
        // Not told is not heard: the visitor would speak into nothing.
        if (told || !send(true)) return false
        told = true
      } else {
        cancelTail = clock.after(TAIL_MS, tellRelease)
      }
      held = on
      changed()
      return held
    },
    catchUp() {
      if (told && !held && !cancelTail) tellRelease()
    },
    reset() {
      cancelTail?.()
      cancelTail = null
      held = false
      told = false
    },
  }
}
