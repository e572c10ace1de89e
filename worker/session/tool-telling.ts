/**
 * Tells the provider what came of tools and asks for the answer to it: all results of calls that were made together, then
 * one answer. A result that is not confirmed is told again on the next socket of its call; its id makes repeats harmless.
 */
import type { Log } from '../log.ts'
import type { CallEvent, Provider } from '../provider/provider.ts'
import type { Carrier } from './carrier.ts'
import type { Floor } from './floor.ts'
import { owesAnswerToTool } from './last-word.ts'
import type { Meter } from './meter.ts'
import type { Store } from './store.ts'
import type { ToolRow, ToolRows } from './tool-rows.ts'

export interface TellingPorts {
  store: Pick<Store, 'item' | 'newestFirst'>
  rows: ToolRows
  provider: Pick<Provider, 'seed' | 'toolResult'>
  meter: Pick<Meter, 'record'>
  log: Log
  floor: Pick<Floor, 'taken'>
  /** Calls made together of which some have no result yet. */
  isOpen: (batch: string) => boolean
  /** The call is not about to be ended. */
  mayAnswer: () => boolean
  /** The assistant has called more tools than it may before the visitor speaks again. */
  isSpent: () => boolean
}

export class ToolTelling {
  readonly #ports: TellingPorts
  /** What the following is about. */
  #carrier: Carrier | null = null
  /** Results that were sent there and not confirmed yet. */
  readonly #unconfirmed = new Set<string>()
  /** Calls made together whose results are to be answered. */
  readonly #due = new Set<string>()
  /** Those of them that may have been answered while nobody listened. */
  readonly #unsure = new Set<string>()
  #wasAsked = false

  constructor(ports: TellingPorts) {
    this.#ports = ports
  }

  /** Sends a result, with its call where this conversation of the provider does not know that. */
  tell(carrier: Carrier, lease: string, row: ToolRow, batch: string): void {
    const { store, rows, provider, meter } = this.#ports
    const call = store.item(row.item)
    const result = row.result === null ? null : store.item(row.result)
    if (!call || !result) return
    this.#turnTo(carrier)
    if (row.home !== carrier.call) rows.save({ ...row, home: carrier.call })
    const isKnown = carrier.toolCalls.has(call.id) || (carrier.call !== null && call.call === carrier.call)
    // Counted before it is confirmed: money has to be there for the answer, which is asked for at once.
    meter.record(lease, { type: 'placed', item: result, after: undefined })
    if (isKnown) carrier.line.send(provider.toolResult(result))
    else carrier.line.send(provider.seed(call), provider.seed(result))
    this.#unconfirmed.add(result.id)
    this.#due.add(batch)
  }

  /** Another line to the same call was opened: what is told first stands before all that is typed from now on. */
  resume(carrier: Carrier, lease: string): void {
    this.#turnTo(carrier)
    if (!carrier.call) return
    const untold = this.#ports.rows.untold(carrier.call).filter(({ result }) => !this.#unconfirmed.has(result ?? ''))
    for (const row of untold) {
      this.tell(carrier, lease, row, row.callId)
      this.#unsure.add(row.callId)
    }
  }

  /** A line may be spoken to. @param isResumed an earlier one was to the same call */
  ready(carrier: Carrier, lease: string, isResumed: boolean): void {
    this.#turnTo(carrier)
    if (!isResumed || !carrier.call) return
    this.resume(carrier, lease)
    // Or it was confirmed, and then nobody was there to ask or to hear.
    this.#due.add(carrier.call)
    this.#unsure.add(carrier.call)
  }

  hear(event: CallEvent, carrier: Carrier): void {
    if (carrier !== this.#carrier) return
    if (event.type === 'placed' && event.item.kind === 'tool_result') this.#confirm(event.item.id)
    if (event.type === 'refused') this.#refused(event, carrier)
    // An answer that begins when all results are in speaks to them, whoever asked for it.
    if (event.type !== 'answer_began' || carrier.responder.holding) return
    if (this.#unconfirmed.size === 0) this.#due.clear()
    // A confirmation that was lost must not make us ask for ever.
    else if (this.#wasAsked) this.#unconfirmed.clear()
    this.#wasAsked = false
  }

  /** To be called whenever something has happened. */
  look(carrier: Carrier): void {
    const { floor, isOpen, mayAnswer, isSpent } = this.#ports
    if (carrier !== this.#carrier || !carrier.line.ready) return
    // While the visitor speaks nothing is asked for: the answer to that will speak to the results, too.
    if (floor.taken || !mayAnswer() || carrier.responder.busy) return
    if (this.#unsure.size > 0) this.#makeSure()
    if (![...this.#due].some((batch) => !isOpen(batch))) return
    this.#wasAsked = true
    // Asked like any other, it might call yet another tool, which would be refused, and so on.
    carrier.responder.request({ noTools: isSpent(), isStillWanted: () => this.#due.size > 0 })
  }

  /** The transcript tells whether the assistant has spoken since. */
  #makeSure(): void {
    if (!owesAnswerToTool(this.#ports.store.newestFirst())) for (const batch of this.#unsure) this.#due.delete(batch)
    this.#unsure.clear()
  }

  /** What was sent on another line is part of this one's history, or is told again. */
  #turnTo(carrier: Carrier): void {
    if (carrier === this.#carrier) return
    this.#carrier = carrier
    this.#unconfirmed.clear()
    this.#due.clear()
    this.#unsure.clear()
    this.#wasAsked = false
  }

  #confirm(result: string): void {
    this.#unconfirmed.delete(result)
    const row = this.#ports.rows.ofResult(result)
    if (row && !row.told) this.#ports.rows.save({ ...row, told: true })
  }

  #refused({ ref, code }: Extract<CallEvent, { type: 'refused' }>, { responder }: Carrier): void {
    if (ref !== undefined && this.#unconfirmed.has(ref)) {
      this.#ports.log.error('tool_result_refused', { cause: code })
      this.#confirm(ref)
    }
    // Our request for the answer was refused: asking again would be refused again.
    if (this.#wasAsked && !responder.busy) this.#due.clear()
  }
}
