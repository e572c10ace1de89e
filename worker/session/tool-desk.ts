/**
 * Runs the tools that the assistant calls. Each call of the provider is run once, whatever happens: a row says so before
 * it is run, and what came of it is stored before anybody is told. Calls go on while lines come and go.
 */
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts'
import { withDesk } from '../../protocol/hand-over.ts'
import { newId } from '../../protocol/ids.ts'
import type { Item } from '../../protocol/item.ts'
import { codeOf, type ToolSpec } from '../../protocol/tool.ts'
import type { CallEvent, PlacedItem } from '../provider/provider.ts'
import { execute, type Prepared, prepare } from '../tools/execute.ts'
import { failed, type Outcome } from '../tools/result.ts'
import type { Carrier } from './carrier.ts'
import { isUnanswered, owesAnswerToTool } from './last-word.ts'
import { McpDesk } from './mcp-desk.ts'
import type { CallRow, SessionRow } from './store.ts'
import { Consents } from './tool-consent.ts'
import { callsOfTurn, lookBack, questionOf } from './tool-memory.ts'
import { PageCalls } from './tool-page.ts'
import { Patience } from './tool-patience.ts'
import type { ToolDeskPorts } from './tool-ports.ts'
import type { ToolRow } from './tool-rows.ts'
import { ToolTelling } from './tool-telling.ts'

/** So many calls the assistant may make before the visitor speaks again: enough for any plan, too few for a loop. */
const MAX_CALLS_PER_TURN = 10
/** For tools that nobody knows (ms). */
const USUAL_HOLD_MS = 1500
/** Pauses (ms) between attempts to store, the last one again and again: storage that fails does so for everybody. */
const STORE_PAUSES_MS = [500, 1_000, 2_000, 5_000, 15_000]

/** What a page says about calls of tools. */
export type ToolFrame = Extract<ClientFrame, { type: 'confirm' | 'page_result' | 'page_failed' }>

interface Running {
  item: Item
  /** The answer that it was a part of: calls of one answer are answered together. */
  batch: string
  question: string
  outcome: Promise<Outcome>
  abort: AbortController
}

export class ToolDesk {
  readonly #ports: ToolDeskPorts
  /** By the provider's id of the call. */
  readonly #running = new Map<string, Running>()
  /** Items of calls that were heard and are not vouched for yet. */
  readonly #heard = new Set<string>()
  /** The answer that is being made. */
  #response: string | null = null
  readonly #patience: Patience
  readonly #telling: ToolTelling
  readonly #consents: Consents
  readonly #pages: PageCalls
  /** Tools that the provider calls by itself. */
  readonly #mcp: McpDesk

  constructor(ports: ToolDeskPorts) {
    this.#ports = ports
    this.#patience = new Patience({ ...ports, onDue: () => this.#look() })
    const isSpent = () => callsOfTurn(ports.store.newestFirst()) > MAX_CALLS_PER_TURN
    this.#telling = new ToolTelling({ ...ports, isOpen: (batch) => this.#isOpen(batch), isSpent })
    this.#consents = new Consents(ports)
    this.#pages = new PageCalls(ports)
    this.#mcp = new McpDesk({ ...ports, consents: this.#consents, stored: (work) => this.#stored(work) })
  }

  /** A tool is at work. */
  get busy(): boolean {
    return this.#running.size > 0 || this.#mcp.busy
  }

  /** The assistant owes the visitor an answer that nothing will set going by itself. @param call that it would be given in */
  isAnswerOwed(call: CallRow | null): boolean {
    const newest = () => this.#ports.store.newestFirst()
    const isAtWork = ({ tool }: Item) =>
      Boolean(tool && (this.#running.has(tool.callId) || this.#mcp.isOpen(tool.callId)))
    return isUnanswered(newest(), isAtWork) || (call !== null && owesAnswerToTool(newest()))
  }

  /** A widget has just come, and has to know how things stand. */
  show(tell: (frame: ServerFrame) => void): void {
    for (const frame of [...this.#patience.shown(), ...this.#consents.shown()]) tell(frame)
    this.#pages.offerAll()
  }

  /** The visitor's answer, or the page's. False where nothing was asked. */
  answered(frame: ToolFrame): boolean {
    return frame.type === 'confirm' ? this.#consents.answer(frame.item, frame.yes) : this.#pages.answer(frame)
  }

  /** To be told of every event of the line that carries the conversation, when that was recorded. */
  hear(event: CallEvent, carrier: Carrier): void {
    const isOurs = (item: PlacedItem) => item.kind === 'tool_call' && item.tool?.server === undefined
    if (event.type === 'placed' && isOurs(event.item)) carrier.toolCalls.add(event.item.id)
    if (event.type === 'finished' && isOurs(event.item) && !event.cut) this.#heard.add(event.item.id)
    this.#mcp.hear(event, carrier)
    if (event.type === 'answer_began') this.#response = event.response
    if (event.type === 'answer_ended') this.#response = null
    this.#telling.hear(event, carrier)
    this.#look()
  }

  /** Another line to the same call was opened. */
  resume(session: SessionRow, carrier: Carrier): void {
    this.#telling.resume(carrier, leaseOf(session, carrier))
  }

  /** A line may be spoken to. @param isResumed an earlier one was to the same call */
  ready(session: SessionRow, carrier: Carrier, isResumed: boolean): void {
    // Of a call that is over nobody will vouch for anything any more.
    if (!isResumed) this.#heard.clear()
    this.#response = null
    this.#telling.ready(carrier, leaseOf(session, carrier), isResumed)
    this.#mcp.ready(carrier, isResumed)
    this.#look()
  }

  /** After a restart: what was at work is lost, and nobody knows how far it had come. */
  recover(session: SessionRow): void {
    for (const row of this.#ports.rows.unfinished()) this.#stored(() => this.#recover(session, row))
  }

  #recover(session: SessionRow, row: ToolRow): void {
    const { store } = this.#ports
    const call = store.item(row.item)
    if (!call || this.#running.has(row.callId) || (row.result !== null && store.item(row.result))) return
    if (this.#mayGoOn(session, call, row)) this.#run(session, call, row.callId)
    else this.#keep(call, row, failed('interrupted'))
  }

  /** The session is erased: nobody wants to know any more. */
  close(): void {
    for (const [callId, { item, abort }] of this.#running) {
      this.#running.delete(callId)
      this.#patience.end(item.id)
      abort.abort(new DOMException('The conversation was erased', 'AbortError'))
    }
    this.#heard.clear()
    this.#mcp.close()
  }

  /** It was not begun, doing it twice does no harm, or whoever does it knows how far it came. */
  #mayGoOn(session: SessionRow, call: Item, { asked }: ToolRow): boolean {
    const tool = this.#toolOf(session, call)
    if (!tool) return false
    const code = codeOf(tool)
    return tool.idempotent || (code !== null && 'page' in code) || (asked !== undefined && asked.yes !== true)
  }

  #look(): void {
    const carrier = this.#ports.carrier()
    if (!carrier) return
    for (const id of this.#heard) {
      // A page could put a call into the conversation, or have one made; the provider's own are part of a fair answer.
      if (carrier.guard && !carrier.guard.watch.vouchesFor(id)) continue
      // First: what cannot be stored is tried again by itself, not once more with every event.
      this.#heard.delete(id)
      this.#stored(() => this.#begin(id))
    }
    this.#patience.look(carrier, this.#ports.mayAnswer())
    this.#telling.look(carrier)
    this.#mcp.look()
  }

  #begin(id: string): void {
    const { store, rows } = this.#ports
    const session = store.session()
    const call = store.item(id)
    const callId = call?.tool?.callId
    if (!session || !call || !callId || call.source === 'client' || rows.get(callId)) return
    // Before it is run: what leaves this object waits until that is on disk.
    rows.save({ callId, item: id, result: null, home: call.call, told: false })
    this.#run(session, call, callId)
  }

  #run(session: SessionRow, call: Item, callId: string): void {
    const abort = new AbortController()
    const question = questionOf(call)
    this.#patience.begin(call.id, nameOf(call), this.#holdOf(session, call))
    // Whatever goes wrong is an outcome: a call that has none would be at work for ever.
    const outcome = this.#outcomeOf(session, call, callId, abort.signal).catch((error: unknown) => {
      this.#ports.log.error('tool_not_run', { cause: error instanceof Error ? error.name : typeof error })
      return failed('threw')
    })
    this.#running.set(callId, { item: call, batch: this.#response ?? callId, question, outcome, abort })
    void outcome.then((told) => this.#stored(() => this.#settle(session.id, callId, told)))
  }

  /** Does it, and again until storage takes it. What was done already is not done twice. */
  #stored(work: () => void, tries = 0): void {
    try {
      work()
    } catch (error) {
      this.#ports.log.error('tool_not_stored', { tries, cause: error instanceof Error ? error.name : 'unknown' })
      const pause = STORE_PAUSES_MS[Math.min(tries, STORE_PAUSES_MS.length - 1)] ?? 0
      this.#ports.clock.after(pause, () => this.#stored(work, tries + 1))
    }
  }

  async #outcomeOf(session: SessionRow, call: Item, callId: string, signal: AbortSignal): Promise<Outcome> {
    const { store, clock, log, workshop, builtIn } = this.#ports
    const tool = this.#toolOf(session, call)
    if (!tool) return failed('unknown_tool')
    const past = lookBack(call, store.newestFirst(), tool.cacheMs, clock.now())
    if (past.calls >= MAX_CALLS_PER_TURN) return failed('too_many')
    if (past.answer !== null) return { text: past.answer }
    const twin = [...this.#running.values()].find(({ question }) => question === questionOf(call))
    if (twin) return twin.outcome
    const ready = prepare(tool, call.text, log)
    if ('outcome' in ready) return ready.outcome
    const refusal = await this.#refusal(session, call, callId, ready, signal)
    if (refusal) return refusal
    const { id, agentId, person = null } = session
    const plain = { callId, session: id, agent: agentId, person, env: workshop.env }
    const context = withDesk(plain, (wish) => this.#ports.handOver(call, wish))
    const askPage = (args: unknown, until: AbortSignal) => this.#pages.call(callId, tool.name, args, until)
    const ours = {
      end_call: (args: unknown) => builtIn.end_call(args, call),
      remember: (args: unknown) => builtIn.remember(args, call),
      transfer: (args: unknown) => builtIn.transfer(args, call),
    }
    return execute(tool, { ...ready, context, signal, askPage, builtIn: ours }, { clock, log })
  }

  /** Null when it may be run. */
  async #refusal(session: SessionRow, call: Item, callId: string, ready: Prepared, signal: AbortSignal) {
    const { consent } = ready.code
    const row = this.#ports.rows.get(callId)
    if (!consent || !row) return null
    const hold = this.#holdOf(session, call)
    this.#patience.begin(call.id, nameOf(call), hold, 'visitor')
    const refusal = await this.#consents.refusal(row, consent, ready.args, signal)
    this.#patience.begin(call.id, nameOf(call), hold)
    return refusal
  }

  #settle(session: string, callId: string, outcome: Outcome): void {
    const { store, rows, log, carrier, wake } = this.#ports
    const running = this.#running.get(callId)
    if (!running) return // erased meanwhile
    const row = rows.get(callId)
    const now = store.session()
    const isWanted = row !== null && now?.id === session
    const line = carrier()
    if (isWanted) {
      // A line that has not taken its history yet gets the result with it, and so does the next one where there is none.
      const teller = line && !line.line.beforeSeeds ? line : null
      const told = this.#keep(running.item, teller ? { ...row, home: teller.call } : row, outcome)
      if (teller) this.#telling.tell(teller, leaseOf(now, teller), told, running.batch)
    }
    this.#running.delete(callId)
    this.#patience.end(running.item.id)
    if (!isWanted) return
    if (!line && running.item.call === null && !store.currentCall()) wake(now)
    // A name that nobody knows is the model's own words.
    const tool = this.#toolOf(now, running.item)?.name
    if (outcome.failure) log.error('tool_failed', { tool, cause: outcome.failure })
    this.#look()
  }

  #holdOf(session: SessionRow, call: Item): number {
    return this.#toolOf(session, call)?.holdAfterMs ?? USUAL_HOLD_MS
  }

  /** The result becomes part of the transcript. The row comes first: an item has its place from when it is stored. */
  #keep(call: Item, row: ToolRow, outcome: Outcome): ToolRow {
    const { store, rows, recorder, onToolFailed } = this.#ports
    const result = row.result ?? newId('itm_')
    const kept = { ...row, result }
    rows.save(kept)
    if (store.item(result)) return kept
    recorder.toolResult(call, outcome.text, result)
    const session = store.session()
    if (outcome.failure && session) onToolFailed(call.call, this.#toolOf(session, call)?.name, outcome.failure)
    return kept
  }

  /** The session must have begun with it, and the deployment must still have it. */
  #toolOf(session: SessionRow, call: Item): ToolSpec | undefined {
    const isNamed = ({ name }: ToolSpec) => name === nameOf(call)
    const pinned: readonly ToolSpec[] | undefined = session.agent.tools
    return pinned?.some(isNamed) ? this.#ports.workshop.tools(session.agentId).find(isNamed) : undefined
  }

  #isOpen(batch: string): boolean {
    return this.#response === batch || [...this.#running.values()].some((running) => running.batch === batch)
  }
}

function nameOf({ tool }: Item): string {
  return tool?.name ?? ''
}

function leaseOf(session: SessionRow, { call }: Carrier): string {
  return call ?? session.id
}
