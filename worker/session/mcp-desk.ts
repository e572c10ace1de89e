/**
 * Calls of servers that the provider asks by itself. The visitor is asked where the provider wants an approval, in the thread
 * as for our own tools; the answer stands in the row before it is sent. What came of a call is answered when we ask for
 * that: nothing follows it by itself (openai-ruby, examples/realtime/mcp_approval.rb).
 */
import { newId } from '../../protocol/ids.ts'
import { type Consent, inWords } from '../../protocol/tool.ts'
import type { CallEvent, Provider } from '../provider/provider.ts'
import { failed, type Outcome } from '../tools/result.ts'
import type { Carrier } from './carrier.ts'
import { owesAnswerToTool } from './last-word.ts'
import type { Consents } from './tool-consent.ts'
import type { ToolDeskPorts } from './tool-ports.ts'
import type { ToolRow } from './tool-rows.ts'

/** So long (ms) the visitor's answer is waited for. */
const WAIT_MS = 60_000
/** Longest question to the visitor (characters). */
const MAX_QUESTION = 500
/** So many answers are asked for before the visitor speaks again: calls of the provider know no other bound. */
const MAX_ANSWERS_PER_TURN = 10

export interface McpDeskPorts
  extends Pick<ToolDeskPorts, 'store' | 'rows' | 'recorder' | 'log' | 'floor' | 'carrier' | 'mayAnswer'> {
  provider: Pick<Provider, 'approve'>
  consents: Consents
  /** Does it, and again until storage takes it. */
  stored: (work: () => void) => void
}

export class McpDesk {
  readonly #ports: McpDeskPorts
  /** Requests that the visitor is asked about, by the provider's id. */
  readonly #asking = new Map<string, AbortController>()
  /** Items of requests that were heard and are not vouched for yet. */
  readonly #heard = new Set<string>()
  /** Results that were heard of in this life. */
  readonly #came = new Set<string>()
  /** Replies that the provider was sent for the first time, by their ids. */
  readonly #replies = new Map<string, string>()
  #isOwed = false
  #answers = 0

  constructor(ports: McpDeskPorts) {
    this.#ports = ports
  }

  /** The visitor is being asked. */
  get busy(): boolean {
    return this.#asking.size > 0
  }

  hear(event: CallEvent, carrier: Carrier): void {
    const tool = event.type === 'finished' ? event.item.tool : undefined
    if (event.type === 'finished' && tool?.server !== undefined) {
      if (event.item.approval) this.#heard.add(event.item.id)
      if (event.item.kind === 'tool_result') this.#arrived(event.item.id, tool.callId)
    }
    if (event.type === 'placed' && event.item.role === 'user') this.#answers = 0
    // An answer that begins now knows all that has come.
    if (event.type === 'answer_began' && !carrier.responder.holding) this.#isOwed = false
    if (event.type === 'refused' && event.ref !== undefined) this.#refused(event.ref)
    if (event.type === 'unlisted') this.#ports.log.error('mcp_not_listed', { item: event.id })
  }

  /** Its server is at work, or the visitor is asked. */
  isOpen(callId: string): boolean {
    const row = this.#ports.rows.get(callId)
    return row?.atServer === true && row.result === null
  }

  /** To be called whenever something has happened. */
  look(): void {
    const { carrier, stored, floor, mayAnswer, store } = this.#ports
    const line = carrier()
    if (!line) return
    for (const id of this.#heard) {
      if (line.guard && !line.guard.watch.vouchesFor(id)) continue
      this.#heard.delete(id)
      stored(() => this.#begin(id, line))
    }
    if (!this.#isOwed || !line.line.ready || floor.taken || !mayAnswer() || line.responder.busy) return
    const isUnanswered = owesAnswerToTool(store.newestFirst())
    if (isUnanswered && this.#answers < MAX_ANSWERS_PER_TURN) {
      this.#answers += 1
      line.responder.request({ isStillWanted: () => this.#isOwed })
    } else this.#isOwed = false
  }

  /** A line may be spoken to. @param isResumed an earlier one was to the same call */
  ready(carrier: Carrier, isResumed: boolean): void {
    if (!isResumed) this.#heard.clear()
    for (const row of this.#ports.rows.openAtServers()) {
      if (!isResumed || row.home !== carrier.call) this.#giveUp(row)
      else if (row.asked && row.asked.yes !== null && row.reply) this.#send(carrier, row, row.asked.yes)
      else if (!this.#asking.has(row.callId)) this.#ask(row)
    }
  }

  /** The session is erased. */
  close(): void {
    for (const abort of this.#asking.values()) abort.abort()
    this.#asking.clear()
    this.#heard.clear()
  }

  #begin(id: string, carrier: Carrier): void {
    const { store, rows } = this.#ports
    const item = store.item(id)
    const callId = item?.tool?.callId
    if (!item || !callId || item.source === 'client' || rows.get(callId)) return
    const row: ToolRow = { callId, item: id, result: null, home: carrier.call, told: false, atServer: true }
    rows.save(row)
    this.#ask(row)
  }

  #ask(row: ToolRow): void {
    const { store, consents, stored } = this.#ports
    const item = store.item(row.item)
    if (!item) return
    const abort = new AbortController()
    this.#asking.set(row.callId, abort)
    const label = `${item.tool?.server}: ${item.tool?.name}`.replaceAll(/[_-]+/g, ' ').slice(0, 60)
    const consent: Consent = { label, ask: () => asWords(item.text).slice(0, MAX_QUESTION), waitMs: WAIT_MS }
    void consents
      .refusal(row, consent, null, abort.signal)
      .then((refusal) => stored(() => this.#settle(row.callId, refusal)))
  }

  #settle(callId: string, refusal: Outcome | null): void {
    const { rows, carrier, recorder, store } = this.#ports
    const row = rows.get(callId)
    if (!row || !this.#asking.delete(callId)) return // erased meanwhile, or stored by an earlier try
    const line = carrier()
    // Only the call that has asked can take the answer.
    if (!line || line.call !== row.home) return this.#giveUp(row)
    const reply = newId('itm_')
    const item = store.item(row.item)
    rows.save({ ...row, reply, ...(refusal ? { result: reply, told: true } : {}) })
    if (refusal && item) {
      recorder.toolResult(item, refusal.text, reply)
      this.#isOwed = true
    }
    this.#replies.set(reply, callId)
    this.#send(line, { ...row, reply }, refusal === null)
    this.look()
  }

  #send({ guard, line }: Carrier, { callId, reply = '' }: ToolRow, yes: boolean): void {
    guard?.watch.expectApproval(callId, yes)
    line.send(this.#ports.provider.approve(reply, callId, yes))
  }

  #arrived(result: string, callId: string): void {
    const { rows } = this.#ports
    if (this.#came.has(result)) return
    this.#came.add(result)
    const row = rows.get(callId)
    if (row?.atServer) rows.save({ ...row, result, told: true })
    this.#isOwed = true
  }

  /** The provider does not know what was asked any more, as after a text line was opened anew. */
  #refused(ref: string): void {
    const callId = this.#replies.get(ref)
    const row = callId === undefined ? null : this.#ports.rows.get(callId)
    this.#replies.delete(ref)
    if (row && row.result === null) this.#giveUp(row)
  }

  /** Its call is over: nobody will learn what came of it. */
  #giveUp(row: ToolRow): void {
    const { store, rows, recorder } = this.#ports
    this.#asking.get(row.callId)?.abort()
    this.#asking.delete(row.callId)
    const result = newId('itm_')
    const item = store.item(row.item)
    rows.save({ ...row, result, told: true })
    if (item) recorder.toolResult(item, failed('interrupted').text, result)
  }
}

/** `about: tea` */
function asWords(written: string): string {
  try {
    return inWords(JSON.parse(written)) || '–'
  } catch {
    return written // the model's own words, which are no JSON
  }
}
