/** One cell while it is played: who takes part, what was broken, and what everybody may ask. */
import type { JournalEntry } from '../../simulator/journal.ts'
import type { Arena, LedgerRows, Order, SessionRows } from './arena.ts'
import { CANARY } from './constants.ts'
import { pause, until, WaitedTooLong } from './pause.ts'
import type { Chance } from './random.ts'
import { Trail } from './trail.ts'
import { Visitor } from './visitor.ts'

/** Of the provider. */
const LONGEST_CALL_MS = 3_600_000

export class Scene {
  readonly arena: Arena
  readonly chance: Chance
  readonly agent: string
  /** Everybody with a tab open on this session; the first began it. */
  readonly visitors: Visitor[]
  /** Who has the conversation now. */
  lead: Visitor
  /** The journal of this cell begins after this entry. */
  readonly from: number
  /** When the memory of the broker was lost (ms since 1970). */
  readonly crashes: number[] = []
  /** The object was taken out of memory and its event socket stayed open. */
  evicted = false
  /** A request to the provider was given up without an answer: it may have taken effect. */
  unanswered = false
  /** Texts that a hostile page has put into a call. */
  readonly forged: string[] = []
  readonly trail = new Trail()
  readonly note = this.trail.of('scene')
  #texts = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(arena: Arena, chance: Chance, from: number) {
    this.arena = arena
    this.chance = chance
    this.agent = arena.nextAgent()
    this.lead = new Visitor(arena.workerd.url, this.agent, this.trail.ofVisitor())
    this.visitors = [this.lead]
    this.from = from
  }

  /** Another tab with the same session and token. */
  twin(): Visitor {
    const twin = this.lead.twin(this.trail.ofVisitor())
    this.visitors.push(twin)
    return twin
  }

  journal(): Promise<JournalEntry[]> {
    return this.arena.upstream.journal(this.from)
  }

  /** Words that appear nowhere else, so that they are recognised wherever they turn up. */
  words(about: string): string {
    this.#texts += 1
    return `${about} ${CANARY}${this.agent.slice(6)}x${this.#texts}`
  }

  fault(kind: string, details: Record<string, unknown> = {}): Promise<void> {
    this.note(`breaks the provider: ${kind} ${JSON.stringify(details)}`)
    return this.arena.upstream.fault(kind, details)
  }

  tellSession<T = null>(verb: string, order?: Order): Promise<T> {
    if (verb !== 'next-alarm' && verb !== 'rows') this.note(`tells the session: ${verb} ${JSON.stringify(order ?? {})}`)
    return this.arena.control<T>('session', this.lead.session, verb, order)
  }

  rows(): Promise<SessionRows> {
    return this.tellSession<SessionRows>('rows')
  }

  ledger(): Promise<LedgerRows> {
    return this.arena.control<LedgerRows>('ledger', this.agent, 'rows')
  }

  /** Whether something comes about within `ms`. */
  async soon(fits: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
    try {
      await until(fits, 'something', ms)
      return true
    } catch (error) {
      if (error instanceof WaitedTooLong) return false
      throw error
    }
  }

  isReady = () => this.lead.call !== null && this.lead.ready.has(this.lead.call) && !this.hasEnded()
  hasEnded = () => this.lead.call !== null && this.lead.ended.has(this.lead.call)

  /** An answer to these words was finished. */
  isAnswered(words: string): boolean {
    return [...this.lead.items.values()].some(
      ({ role, status, text }) => role === 'assistant' && status !== 'in_progress' && text.includes(words),
    )
  }

  /** Types, and waits a little for the answer. */
  async converse(words: string, ms = 1_500): Promise<boolean> {
    const id = this.lead.type(words)
    await this.soon(() => this.lead.acknowledged(id), ms)
    return this.soon(() => this.isAnswered(words), ms)
  }

  /** What is done to the object from outside in several steps is not cut in two by its death. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  /** The session's clock jumps to where the live call is to be rolled over, and the watchdog looks. */
  untilRollover(): Promise<void> {
    return this.inTurn(() => this.#jumpToRollover())
  }

  async #jumpToRollover(): Promise<void> {
    const live = (await this.rows()).calls.find(({ state, follows }) => state === 'live' && !follows)
    if (!live) return
    const now = Date.now() + (await this.tellSession<number>('offset'))
    const { startedAt, endsAt = startedAt + LONGEST_CALL_MS } = live
    const left = Math.min(90_000, (endsAt - startedAt) / 4) // it is rolled over at half of its time at the latest
    if (endsAt - left > now) await this.tellSession('skew', { ms: Math.round(endsAt - left - now) })
    // Before it looks for signs of life.
    const heard = this.lead.pongs
    this.lead.ping()
    await this.soon(() => this.lead.pongs > heard, 300)
    await this.tellSession<boolean>('alarm')
  }

  /** Time goes by for the session: whatever alarm becomes due meanwhile runs then, and again 2 s later when it throws. */
  pass(ms: number): Promise<void> {
    return this.inTurn(() => this.#pass(ms))
  }

  async #pass(ms: number): Promise<void> {
    let left = ms
    for (let rounds = 0; rounds < 60; rounds++) {
      const due = await this.tellSession<number | null>('next-alarm')
      if (due === null || due > left) break
      const step = Math.max(0, due)
      await this.tellSession('advance', { ms: step })
      left -= step
      await this.tellSession<boolean>('alarm')
      await pause(2)
    }
    await this.tellSession('advance', { ms: left })
  }
}
