/**
 * No dead air: when a tool takes long the assistant says so, once, in its own words, and the widget shows it. Only a
 * silence is filled: while anybody speaks the waiting begins anew when that is over.
 */
import type { ServerFrame } from '../../protocol/frames.ts'
import type { Carrier } from './carrier.ts'
import type { Floor } from './floor.ts'
import type { Clock } from './ports.ts'

const HOLD =
  'A tool that you have called is still at work. Tell the visitor so in one short sentence, in the language of the ' +
  'conversation and the manner that you had so far, and ask for a moment. Promise no result and add nothing else.'

/** The visitor has to be told where to look: what is said does not count. */
const HOLD_FOR_WORD =
  'Before the tool that you have called is run, the visitor is asked on the screen, with the buttons Yes and No. Say in one ' +
  'short sentence, in the language of the conversation and the manner that you had so far, that you wait for that answer, and ' +
  'that it has to be given there, not by voice. Add nothing else.'

export interface PatienceOptions {
  clock: Pick<Clock, 'after'>
  send: (frame: ServerFrame) => void
  floor: Pick<Floor, 'taken' | 'speaking'>
  /** Something may have to be said. */
  onDue: () => void
}

/** What is waited for: the tool itself, or that the visitor agrees. */
type For = 'tool' | 'visitor'

interface Wait {
  name: string
  for: For
  holdAfterMs: number
  /** `due`: for so long nothing was heard. `broken`: somebody spoke when it was. `over`: it was said. */
  state: 'waiting' | 'due' | 'broken' | 'over'
  isShown: boolean
  stopTimer: () => void
}

export class Patience {
  readonly #options: PatienceOptions
  /** By the item of the call. */
  readonly #waits = new Map<string, Wait>()

  constructor(options: PatienceOptions) {
    this.#options = options
  }

  begin(item: string, name: string, holdAfterMs: number, what: For = 'tool'): void {
    this.end(item)
    const wait: Wait = { name, for: what, holdAfterMs, state: 'waiting', isShown: false, stopTimer: () => {} }
    this.#waits.set(item, wait)
    this.#arm(item, wait)
  }

  end(item: string): void {
    const wait = this.#waits.get(item)
    this.#waits.delete(item)
    wait?.stopTimer()
    if (wait?.isShown) this.#options.send({ type: 'tool', item, name: wait.name, state: 'over' })
  }

  /** Tools that take long, for a widget that has just come. */
  shown(): ServerFrame[] {
    return [...this.#waits].flatMap(([item, { name, isShown }]): ServerFrame[] =>
      isShown ? [{ type: 'tool', item, name, state: 'running' }] : [],
    )
  }

  /** To be called whenever something has happened. In writing nobody minds a silence that is explained on the screen. */
  look({ kind, line, responder }: Carrier, mayAnswer: boolean): void {
    const { floor } = this.#options
    if (kind === 'text' || !line.ready) return
    const isSilent = !responder.busy && !floor.taken && !floor.speaking
    for (const [item, wait] of this.#waits) {
      if (wait.state === 'broken' && isSilent) this.#arm(item, wait)
      else if (wait.state === 'due' && !isSilent) wait.state = 'broken'
    }
    const due = [...this.#waits.values()].find(({ state }) => state === 'due')
    if (!due || !mayAnswer || !responder.fill(due.for === 'tool' ? HOLD : HOLD_FOR_WORD)) return
    // One sentence speaks for all that are at work.
    for (const wait of this.#waits.values()) if (wait.for === due.for) this.#close(wait)
  }

  #arm(item: string, wait: Wait): void {
    wait.state = 'waiting'
    wait.stopTimer = this.#options.clock.after(wait.holdAfterMs, () => {
      if (wait.state === 'waiting') wait.state = 'due'
      // What the visitor is asked stands there already.
      if (wait.for === 'visitor') return this.#options.onDue()
      if (!wait.isShown) this.#options.send({ type: 'tool', item, name: wait.name, state: 'running' })
      wait.isShown = true
      this.#options.onDue()
    })
  }

  /** The frame for the widget still comes in its own time. */
  #close(wait: Wait): void {
    wait.state = 'over'
  }
}
