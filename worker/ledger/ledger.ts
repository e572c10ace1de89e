/** Durable Object `Ledger`: the budget of one agent, named by the agent's id. Only wiring: the accounting is in budget.ts. */
import { DurableObject } from 'cloudflare:workers'
import { createLog } from '../log.ts'
import { BookStore } from './books.ts'
import {
  type Books,
  type Count,
  count,
  expire,
  type Hold,
  type HoldAnswer,
  hold,
  nextExpiry,
  nextMidnight,
  release,
  type TooFast,
  turnTo,
  withoutIdle,
} from './budget.ts'
import type { MicroUsd } from './money.ts'
import { type Overview, overview, PauseSwitch } from './overview.ts'
import { undo } from './undo.ts'

export class Ledger extends DurableObject<Env> {
  readonly #store: BookStore
  readonly #pause: PauseSwitch
  #books: Books
  /** ms since 1970; null: not known. */
  #armedFor: number | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#store = new BookStore(ctx.storage.sql)
    this.#pause = new PauseSwitch(ctx.storage.sql)
    this.#books = this.#store.load(Date.now())
  }

  /** Settles what a call or text line has spent and sets aside what its next answer may cost. */
  async hold(ask: Hold): Promise<HoldAnswer> {
    // What has begun goes on.
    if (this.#pause.on && !Object.hasOwn(this.#books.leases, ask.id)) {
      return { ok: false, code: 'agent_paused', spent: ask.spent ?? 0 }
    }
    const { books, answer } = hold(this.#store.withVisitor(this.#books, ask.visitor), ask, Date.now())
    this.#keep(books)
    await this.#arm()
    return answer
  }

  /** Counts a start that needs no money yet. Null: it may begin. */
  async countStart(start: Count): Promise<TooFast | { code: 'agent_paused' } | null> {
    if (this.#pause.on) return { code: 'agent_paused' }
    const counted = count(this.#store.withVisitor(this.#books, start.visitor), start, Date.now())
    this.#keep(counted.books)
    await this.#arm()
    return counted.ok ? null : counted.tooFast
  }

  /** It is over: settles the rest, gives back what was set aside. Repeats change nothing. */
  async release(id: string, spent: MicroUsd | null): Promise<void> {
    this.#keep(release(this.#books, id, spent, Date.now()))
  }

  /** It was no start at all. */
  async undo(id: string, start: Omit<Count, 'visitor'>): Promise<void> {
    this.#keep(undo(this.#books, id, start, Date.now()))
  }

  /** How the agent stands today, for the console. */
  async overview(): Promise<Overview> {
    return overview(turnTo(this.#books, Date.now()), this.#pause.on)
  }

  /** Lets nothing new begin until it is switched off again. */
  async pause(on: boolean): Promise<void> {
    this.#pause.set(on)
  }

  override async alarm(): Promise<void> {
    this.#armedFor = null
    const leases = Object.keys(this.#books.leases).length
    this.#keep(expire(this.#books, Date.now()))
    const expired = leases - Object.keys(this.#books.leases).length
    if (expired > 0) createLog({ agent: this.ctx.id.name ?? '' }).error('lease_expired', { count: expired })
    await this.#arm()
  }

  #keep(books: Books): void {
    this.#store.save(this.#books, books)
    this.#books = withoutIdle(books)
  }

  /** For the first lease that ends by itself (one that was renewed since is looked at again then), or the end of the day. */
  async #arm(): Promise<void> {
    const next = nextExpiry(this.#books) ?? (this.#store.hasVisitors() ? nextMidnight(Date.now()) : null)
    if (next === null) return
    this.#armedFor ??= await this.ctx.storage.getAlarm()
    if (this.#armedFor !== null && this.#armedFor <= next) return
    this.#armedFor = next
    await this.ctx.storage.setAlarm(next)
  }
}
