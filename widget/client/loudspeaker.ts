/** Whether the assistant is heard in the visitor's room at the moment. */
import type { ReadonlySignal } from '@preact/signals'
import type { Activity } from '../../protocol/frames.ts'
import type { Clock } from '../clock.ts'

/** Its last sound is under way, and in the room, for so long (ms) after it has said everything. */
export const TAIL_MS = 500

export interface Loudspeaker {
  readonly isHeard: boolean
  /** The visitor's newest turn began while it was. */
  readonly overlaps: boolean
  stop(): void
}

export function watchLoudspeaker(clock: Clock, activity: ReadonlySignal<Activity>, changed: () => void): Loudspeaker {
  let isHeard = false
  let overlaps = false
  let cancelTail = () => {}

  function tell(next: boolean): void {
    if (next === isHeard) return
    isHeard = next
    changed()
  }

  const unsubscribe = activity.subscribe((now) => {
    if (now === 'hearing') overlaps = isHeard
    cancelTail()
    if (now === 'speaking') tell(true)
    else cancelTail = clock.after(TAIL_MS, () => tell(false))
  })

  return {
    get isHeard() {
      return isHeard
    },
    get overlaps() {
      return overlaps
    },
    stop() {
      unsubscribe()
      cancelTail()
    },
  }
}
