/**
 * Durable Object `Ledger`: the budget of one agent, named by the agent's id. Only wiring: the accounting is in budget.ts, what
 * its owner is told of it in ../alerts.
 */
import { DurableObject } from 'cloudflare:workers'
import type { Agents } from '../../protocol/agent.ts'
import { Alerts } from '../alerts/alerts.ts'
import { systemClock } from '../clock.ts'
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
  /** The assistants of this deployment: whose owner is told, and of what. Without: nobody is. */
  protected get agents(): Agents {
    return {}
  }
  readonly #store: BookStore
  readonly #pause: PauseSwitch
  readonly #alerts: Alerts
  #books: Books
  /** ms since 1970; null: not known. */
  #armedFor: number | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#store = new BookStore(ctx.storage.sql)
    this.#pause = new PauseSwitch(ctx.storage.sql)
    this.#books = this.#store.load(Date.now())
    const id = ctx.id.name ?? ''
    this.#alerts = new Alerts({
      ...{ sql: ctx.storage.sql, env: { ...env }, clock: systemClock, random: Math.random },
      log: createLog({ agent: id }),
      agent: () => {
        const agent = Object.hasOwn(this.agents, id) ? this.agents[id] : undefined
        return agent ? { id, agent } : null
      },
      // Declared in wrangler.toml, and may be taken out there.
      db: (env as Partial<Env>).RECORDS,
      watchBy: () => this.#arm(),
      background: (work) => ctx.waitUntil(work),
    })
  }

  /** Settles what a call or text line has spent and sets aside what its next answer may cost. */
  async hold(ask: Hold): Promise<HoldAnswer> {
    // What has begun goes on.
    if (this.#pause.on && !Object.hasOwn(this.#books.leases, ask.id)) {
      return { ok: false, code: 'agent_paused', spent: ask.spent ?? 0 }
    }
    const { books, answer } = hold(this.#store.withVisitor(this.#books, ask.visitor), ask, Date.now())
    this.#keep(books, !answer.ok && answer.code === 'budget_exhausted' ? ask : null)
    this.#alerts.noteCall()
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
    this.#alerts.noteCall()
    await this.#arm()
  }

  /** It was no start at all. */
  async undo(id: string, start: Omit<Count, 'visitor'>): Promise<void> {
    this.#keep(undo(this.#books, id, start, Date.now()))
  }

  /** How the agent stands today, for the console. */
  async overview(): Promise<Overview> {
    return overview(turnTo(this.#books, Date.now()), this.#pause.on, this.#alerts.deadLetters())
  }

  /** Alerts that nobody would take are tried anew. */
  async resendDeadLetters(): Promise<void> {
    return this.#alerts.resend()
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
    this.#alerts.look()
    await this.#arm()
  }

  /** @param refused for lack of money */
  #keep(books: Books, refused: Hold | null = null): void {
    this.#store.save(this.#books, books)
    this.#books = withoutIdle(books)
    this.#alerts.booked(books, refused)
  }

  async #arm(): Promise<void> {
    if (this.#armedFor === null) {
      const known = await this.ctx.storage.getAlarm()
      this.#armedFor ??= known
    }
    const next = this.#nextLook()
    if (next === null || (this.#armedFor !== null && this.#armedFor <= next)) return
    this.#armedFor = next
    await this.ctx.storage.setAlarm(next)
  }

  /** The first lease that ends by itself (one that was renewed since is looked at again then), or the end of the day; an alert that is due. */
  #nextLook(): number | null {
    const look = nextExpiry(this.#books) ?? (this.#store.hasVisitors() ? nextMidnight(Date.now()) : null)
    const times = [look, this.#alerts.nextLook()].filter((time) => time !== null)
    return times.length > 0 ? Math.min(...times) : null
  }
}
