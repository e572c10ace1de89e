/**
 * Asks the visitor before a tool is run. What is asked stands in the row of the call until it is answered, so that it
 * outlives sockets and the object; the first answer counts, and is stored before anything is done.
 */
import type { ServerFrame } from '../../protocol/frames.ts'
import type { Consent } from '../../protocol/tool.ts'
import type { Log } from '../log.ts'
import { failed, type Outcome } from '../tools/result.ts'
import type { Clock } from './ports.ts'
import type { Asked, ToolRow, ToolRows } from './tool-rows.ts'

/** `silence`: nobody has answered in time. */
type Word = 'yes' | 'no' | 'silence'

export interface ConsentPorts {
  rows: ToolRows
  clock: Clock
  log: Log
  send: (frame: ServerFrame) => void
}

interface Waiting {
  callId: string
  ask: Asked['ask']
  answer: (word: Word) => void
}

export class Consents {
  readonly #ports: ConsentPorts
  /** By the item of the call. */
  readonly #waiting = new Map<string, Waiting>()

  constructor(ports: ConsentPorts) {
    this.#ports = ports
  }

  /**
   * Null when the visitor agrees.
   * @param signal nobody wants to know any more: then this never answers
   */
  async refusal(row: ToolRow, consent: Consent, args: unknown, signal: AbortSignal): Promise<Outcome | null> {
    try {
      const word = await this.#word(row, consent, args, signal)
      return word === 'yes' ? null : failed(word === 'no' ? 'declined' : 'unconfirmed')
    } catch (error) {
      // The agent's own words could not be made. What it says of that may hold anything (tools/execute.ts).
      this.#ports.log.error('tool_threw', { cause: error instanceof Error ? error.name : typeof error })
      return failed('threw')
    }
  }

  /** At once where an earlier life of the object was told. What was asked before is not changed while it is looked at. */
  #word(row: ToolRow, { label, ask, waitMs }: Consent, args: unknown, signal: AbortSignal): Word | Promise<Word> {
    const { clock, rows } = this.#ports
    const asked = row.asked ?? { ask: { label, text: ask(args) }, until: clock.now() + waitMs, yes: null }
    if (asked.yes !== null) return asked.yes ? 'yes' : 'no'
    if (!row.asked) rows.save({ ...row, asked })
    const left = asked.until - clock.now()
    return left > 0 ? this.#wait(row, asked, left, signal) : 'silence'
  }

  /** The visitor's own answer. False where nothing was asked. */
  answer(item: string, yes: boolean): boolean {
    const waiting = this.#waiting.get(item)
    const row = waiting && this.#ports.rows.get(waiting.callId)
    if (!waiting || !row?.asked) return this.#wasAsked(item)
    this.#ports.rows.save({ ...row, asked: { ...row.asked, yes } })
    waiting.answer(yes ? 'yes' : 'no')
    return true
  }

  /** What a widget that has just come is to ask. */
  shown(): ServerFrame[] {
    return [...this.#waiting].map(([item, { ask }]) => ({ type: 'confirm', item, ask }))
  }

  #wait(row: ToolRow, { ask }: Asked, ms: number, signal: AbortSignal): Promise<Word> {
    const { clock, send } = this.#ports
    const { callId, item } = row
    return new Promise((resolve) => {
      const close = () => {
        stopTimer()
        this.#waiting.delete(item)
        send({ type: 'confirm', item, ask: null })
      }
      const answer = (word: Word) => {
        close()
        resolve(word)
      }
      const stopTimer = clock.after(ms, () => answer('silence'))
      signal.addEventListener('abort', close, { once: true })
      this.#waiting.set(item, { callId, ask, answer })
      send({ type: 'confirm', item, ask })
    })
  }

  /** A repeat, or an answer that came too late, is no mistake of the widget's. */
  #wasAsked(item: string): boolean {
    return this.#ports.rows.ofCall(item)?.asked !== undefined
  }
}
