/** Durable Object `Ledger`: the budget of one agent, named by the agent's id. Only wiring: the accounting is in budget.ts. */
import { DurableObject } from 'cloudflare:workers'
import { createLog } from '../log.ts'
import { BookStore } from './books.ts'
import { type Books, expire, type Hold, type HoldAnswer, hold, nextExpiry, release } from './budget.ts'
import type { MicroUsd } from './money.ts'

export class Ledger extends DurableObject<Env> {
  readonly #store: BookStore
  #books: Books
  #armed = false

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#store = new BookStore(ctx.storage.sql)
    this.#books = this.#store.load(Date.now())
  }

  /** Settles what a call or text line has spent and sets aside what its next answer may cost. */
  async hold(ask: Hold): Promise<HoldAnswer> {
    const { books, answer } = hold(this.#books, ask, Date.now())
    this.#keep(books)
    await this.#arm()
    return answer
  }

  /** It is over: settles the rest, gives back what was set aside. Repeats change nothing. */
  async release(id: string, spent: MicroUsd | null): Promise<void> {
    this.#keep(release(this.#books, id, spent, Date.now()))
  }

  override async alarm(): Promise<void> {
    this.#armed = false
    const leases = Object.keys(this.#books.leases).length
    this.#keep(expire(this.#books, Date.now()))
    const expired = leases - Object.keys(this.#books.leases).length
    if (expired > 0) createLog({ agent: this.ctx.id.name ?? '' }).error('lease_expired', { count: expired })
    await this.#arm()
  }

  #keep(books: Books): void {
    this.#store.save(this.#books, books)
    this.#books = books
  }

  /** Arms the alarm where none is: a lease that was renewed since is looked at again then. */
  async #arm(): Promise<void> {
    const next = nextExpiry(this.#books)
    if (this.#armed || next === null) return
    this.#armed = true
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(next)
  }
}
