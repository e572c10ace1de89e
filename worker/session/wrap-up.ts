/**
 * Near the end of a call's time or money its assistant is told to come to an end, so that nobody is cut off: a note of the
 * broker, which the visitor does not hear. Once in a call, and not while an answer is being made or played.
 */
import type { Cap } from '../../protocol/frames.ts'
import type { Clock } from './ports.ts'
import type { Recorder } from './recorder.ts'
import type { SessionRow, Store } from './store.ts'

/** A call comes near a cap. */
export interface Near {
  session: SessionRow
  call: string
  cap: Cap
  /** What is left of its time (s). */
  seconds: number | undefined
}

export interface WrapUpPorts {
  store: Pick<Store, 'newestFirst'>
  recorder: Pick<Recorder, 'call' | 'notice'>
  clock: Pick<Clock, 'now'>
  /** The call can be spoken to, and nothing is being said. */
  free: () => boolean
  /** Puts the note into the call, under the id of a stored item. */
  tell: (id: string, words: string) => void
}

export class WrapUp {
  readonly #ports: WrapUpPorts
  /** `until`: when the time is over (ms since 1970), null where it is the money. */
  #due: { call: string; until: number | null } | null = null

  constructor(ports: WrapUpPorts) {
    this.#ports = ports
  }

  near({ session, call, cap, seconds }: Near): void {
    // The agent's or the visitor's day may still have room for many calls.
    const isOfCall = cap === 'time_cap' || cap === 'cost_cap'
    if (!session.agent.wrapUp || !isOfCall || this.#due || this.#wasTold(call)) return
    this.#due = { call, until: seconds === undefined ? null : this.#ports.clock.now() + seconds * 1000 }
    this.next()
  }

  /** To be asked whenever something has happened in the call. */
  next(): void {
    const { recorder, clock, free, tell } = this.#ports
    const due = this.#due
    if (!due) return
    if (recorder.call !== due.call) this.#due = null
    else if (free()) {
      this.#due = null
      // Stored first: the tamper watch takes what it does not know for the page's.
      tell(recorder.notice('wrap_up'), noteFor(due.until === null ? null : (due.until - clock.now()) / 1000))
    }
  }

  #wasTold(call: string): boolean {
    for (const item of this.#ports.store.newestFirst()) {
      if (item.call !== call) return false
      if (item.kind === 'notice' && item.text === 'wrap_up') return true
    }
    return false
  }
}

/** @param seconds that are left, null where it is the money that comes to an end */
function noteFor(seconds: number | null): string {
  const left =
    seconds === null ? 'Only a few more answers are possible in this call.' : `${timeFor(seconds)} left of this call.`
  return (
    `Note of the website, not said by the visitor. ${left} ` +
    'Bring the conversation to a good end within that: finish what is open in few words, begin nothing new, and say goodbye ' +
    'in time. Go on in the language of the conversation and do not mention this note.'
  )
}

function timeFor(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (minutes >= 2) return `About ${minutes} minutes are`
  return seconds >= 50 ? 'About one minute is' : `About ${Math.max(5, Math.round(seconds / 5) * 5)} seconds are`
}
