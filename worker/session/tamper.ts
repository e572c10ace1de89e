/**
 * Tamper watch: a page shares the call's data channel with the provider and can send there what it likes. This tells what
 * was not done by the provider or by us. It looks at events only after they happened: it detects, it cannot prevent.
 *
 * What is right: the configuration that we set; answers to turns that voice detection heard, and those that carry a nonce
 * of ours; items that answers consist of, that the provider made of speech, or that the transcript had before.
 */
import type { Agent } from '../../protocol/agent.ts'
import type { Item } from '../../protocol/item.ts'
import { type CallEvent, CONFIGURE, type PlacedItem } from '../provider/provider.ts'
import { asTold } from './person.ts'

/** So long (ms) a strange answer or item is looked at: what explains it may come in the wrong order (realtime-api.md 8.4). */
export const WAIT_MS = 500
/** So long (ms) after its end a turn of the visitor explains an answer. */
const TURN_MS = 10_000
/** So long (ms) after a gap in the events a turn or a request may lie in that gap. */
const GRACE_MS = 5_000

/** What was noticed, for the log. */
export type Sign = 'configuration' | 'answer' | 'item' | 'approval'

export interface Verdict {
  /** `wait`: ask `due` again after `WAIT_MS`. */
  act: 'pass' | 'wait' | 'put_back' | 'end'
  sign?: Sign
  /** Items that the page has put in, or that came of an answer it asked for. */
  foreign?: readonly string[]
}

const PASS: Verdict = { act: 'pass' }

interface Suspect {
  type: 'answer' | 'item'
  id: string
  /** ms since 1970 */
  since: number
}

export interface TamperPorts {
  mode: Agent['tamper']
  /** Turns of the visitor end by our own commit. */
  pushToTalk: boolean
  now: () => number
  /** An item of the transcript. */
  item: (id: string) => Item | null
}

/** Watches one call, over all the sidebands it has one after the other. */
export class TamperWatch {
  readonly #ports: TamperPorts
  #baseline: string | null = null
  #lastEcho: string | undefined
  #wasPutBack = false
  #puttingBack = false
  #open = false
  #graceUntil = 0
  /** No answer has begun since the gap. */
  #isFirstAnswer = false
  readonly #nonces = new Set<string>()
  /** Notes of ours and their words. */
  readonly #notes = new Map<string, string>()
  /** Questions of the provider and what we say to them. */
  readonly #approvals = new Map<string, boolean>()
  readonly #answers = new Set<string>()
  /** Items of answers, and which answer. */
  readonly #parts = new Map<string, string>()
  /** Items that speech becomes. */
  readonly #spoken = new Set<string>()
  /** Turns that voice detection ended, each explains one answer. */
  readonly #turns = new Set<string>()
  #turnAt: number | null = null
  #suspects: Suspect[] = []

  constructor(ports: TamperPorts) {
    this.#ports = ports
  }

  /** We are about to ask for an answer. */
  expectAnswer(nonce: string): void {
    this.#nonces.add(nonce)
  }

  /** We are about to put this note into the call. */
  expectNote(id: string, words: string): void {
    this.#notes.set(id, words)
  }

  /** We are about to answer the provider's question whether an MCP server may be asked. */
  expectApproval(request: string, yes: boolean): void {
    this.#approvals.set(request, yes)
  }

  /** Events were missed from here on, until `opened`. */
  gap(): void {
    this.#graceUntil = Number.POSITIVE_INFINITY
    this.#isFirstAnswer = true
  }

  /** The call may be spoken to: our configuration is in force. */
  opened(): void {
    this.#open = true
    if (this.#graceUntil > 0) this.#graceUntil = this.#ports.now() + GRACE_MS
  }

  /** To be asked before the event is recorded. */
  judge(event: CallEvent): Verdict {
    const verdict = this.#judge(event)
    const overlooked = this.#ports.mode === 'allow' && (verdict.act === 'put_back' || verdict.act === 'end')
    return overlooked ? { ...verdict, act: 'pass' } : verdict
  }

  /** What has stayed unexplained for too long. */
  due(): Verdict {
    const old = this.#suspects.find(({ since }) => this.#ports.now() - since >= WAIT_MS)
    if (!old) return PASS
    this.#suspects = this.#suspects.filter((suspect) => suspect !== old)
    return { act: this.#ports.mode === 'allow' ? 'pass' : 'end', sign: old.type, foreign: this.#itemsOf(old) }
  }

  /** The item is part of an answer that nobody but the provider has made, and that was asked for in a fair way. */
  vouchesFor(id: string): boolean {
    const answer = this.#parts.get(id)
    return answer !== undefined && !this.#suspects.some((one) => one.type === 'answer' && one.id === answer)
  }

  /** Items that nothing has explained yet. */
  unexplained(): string[] {
    return this.#suspects.flatMap((suspect) => this.#itemsOf(suspect))
  }

  #itemsOf({ type, id }: Suspect): string[] {
    if (type === 'item') return [id]
    return [...this.#parts].flatMap(([part, answer]) => (answer === id ? [part] : []))
  }

  #judge(event: CallEvent): Verdict {
    switch (event.type) {
      case 'configured':
        return this.#judgeConfiguration(event)
      case 'refused':
        // Ours did not take effect, so the page's is still in force.
        return this.#puttingBack && event.ref === CONFIGURE ? { act: 'end', sign: 'configuration' } : PASS
      case 'speech':
        return this.#hear(event.id, !event.on)
      case 'silence':
        return this.#hear(event.id, true)
      case 'answer_began':
        return this.#judgeAnswer(event.response, event.nonce)
      case 'answer_part':
        return this.#explain(event.id, event.response)
      case 'answer_ended':
        for (const id of event.items) this.#explain(id, event.response)
        return PASS
      case 'placed':
        if (!event.heard) return this.#judgeItem(event.item, false)
        return this.#hear(event.item.id, this.#spoken.has(event.item.id))
      case 'finished':
        return this.#judgeItem(event.item, true)
      case 'passed':
        return this.#judgeApproval(event.approval)
      default:
        return PASS
    }
  }

  #judgeConfiguration({ print, answers, event }: Extract<CallEvent, { type: 'configured' }>): Verdict {
    if (event !== undefined && event === this.#lastEcho) return PASS
    this.#lastEcho = event
    this.#baseline ??= print
    // While a history is brought in, the visitor is not answered by itself, and that is our doing.
    if (print === this.#baseline && !(this.#open && answers === false)) {
      this.#puttingBack = false
      return PASS
    }
    if (this.#wasPutBack) return { act: 'end', sign: 'configuration' }
    this.#wasPutBack = true
    this.#puttingBack = true
    return { act: 'put_back', sign: 'configuration' }
  }

  #judgeAnswer(response: string, nonce: string | undefined): Verdict {
    if (this.#answers.has(response)) return PASS
    this.#answers.add(response)
    // Answers come one after the other: of what lay in the gap the next one came, and no other.
    const isOfGap = this.#inGrace && this.#isFirstAnswer
    this.#isFirstAnswer = false
    // A page sees nonces go by, so each is good for one answer.
    if (nonce !== undefined && this.#nonces.delete(nonce)) return PASS
    if ((nonce === undefined && this.#takeTurn()) || isOfGap) return PASS
    return this.#suspect('answer', response)
  }

  #judgeItem(item: PlacedItem, finished: boolean): Verdict {
    const note = this.#notes.get(item.id)
    if (note !== undefined && letters(item.text ?? '') === letters(note)) return PASS
    // Nobody but the provider can make items of MCP servers (realtime-api.md 8.2).
    if (item.tool?.server !== undefined) return PASS
    const stored = this.#ports.item(item.id)
    if (stored ? finished || isSame(stored, item) : this.#parts.has(item.id) || this.#spoken.has(item.id)) return PASS
    if (!stored && canBeProviders(item)) {
      // The provider's own begin empty and are told of before they are complete (realtime-api.md 8.3).
      const harmless = item.role === 'user' ? this.#ports.pushToTalk || this.#inGrace : !finished && !item.text
      // What was begun in a gap is first heard of when it is complete.
      const missed = finished && item.via === 'voice'
      return harmless || missed ? PASS : this.#suspect('item', item.id)
    }
    return { act: 'end', sign: 'item', foreign: [item.id] }
  }

  /** The visitor was not asked, or has said something else. */
  #judgeApproval(told: { request: string; yes: boolean } | undefined): Verdict {
    return !told || this.#approvals.get(told.request) === told.yes ? PASS : { act: 'end', sign: 'approval' }
  }

  /** The provider heard something; `over`: and answers by itself now. */
  #hear(id: string | undefined, over: boolean): Verdict {
    if (id !== undefined) {
      this.#spoken.add(id)
      this.#acquit('item', id)
    }
    if (!over || (id !== undefined && this.#turns.has(id))) return PASS
    if (id !== undefined) this.#turns.add(id)
    const waiting = this.#suspects.find(({ type }) => type === 'answer')
    if (waiting) this.#acquit('answer', waiting.id)
    else this.#turnAt = this.#ports.now()
    return PASS
  }

  #explain(id: string, response: string): Verdict {
    this.#parts.set(id, response)
    this.#acquit('item', id)
    return PASS
  }

  #takeTurn(): boolean {
    const fresh = this.#turnAt !== null && this.#ports.now() - this.#turnAt < TURN_MS
    this.#turnAt = null
    return fresh
  }

  get #inGrace(): boolean {
    return this.#ports.now() < this.#graceUntil
  }

  #suspect(type: Suspect['type'], id: string): Verdict {
    if (type === 'answer' && this.#ports.mode === 'allow') return PASS
    this.#suspects.push({ type, id, since: this.#ports.now() })
    return { act: 'wait', sign: type }
  }

  #acquit(type: Suspect['type'], id: string): void {
    this.#suspects = this.#suspects.filter((suspect) => suspect.type !== type || suspect.id !== id)
  }
}

/** Tool results and text of the visitor are never the provider's; of the rest, events around it tell. */
function canBeProviders(item: PlacedItem): boolean {
  if (item.kind === 'tool_result') return false
  if (item.role === 'user') return item.via === 'voice'
  return true
}

/** The item of the transcript that came back: a page may use its id, but not for other words. */
function isSame(stored: Item, placed: PlacedItem): boolean {
  // System messages are told of as the visitor's side (reduce.ts), and a person's words go to the provider as one.
  const role = stored.role === 'person' ? 'user' : stored.role
  if (stored.source === 'client' || role !== placed.role || stored.kind !== placed.kind) return false
  if (placed.images && !stored.image) return false
  if (placed.kind !== 'message' || placed.via === 'voice' || !placed.text) return true
  // A picture goes to the provider with its words alone, or with words in the place of its pixels.
  const told = stored.image ? [stored, asTold(stored)] : [stored]
  return told.some(({ text }) => letters(placed.text ?? '') === letters(text))
}

function letters(text: string): string {
  return text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '')
}
