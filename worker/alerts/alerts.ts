/**
 * Tells a site owner's server of an agent that needs a look: how much of its day is spent, as it is booked, and what the
 * index says of errors, slow tools and broken connections, when the ledger's alarm rings anyway. Lives in the ledger's
 * object. Rows are written only when something is told.
 */
import type { Agent } from '../../protocol/agent.ts'
import type { Event } from '../../protocol/events.ts'
import type { Clock } from '../clock.ts'
import { Events, type EventsPorts } from '../events/events.ts'
import type { DeadLetter, Sealer } from '../events/outbox.ts'
import { LazyTable } from '../lazy-table.ts'
import type { Books, Hold } from '../ledger/budget.ts'
import { microUsd } from '../ledger/money.ts'
import type { Log } from '../log.ts'
import { recordsOf } from '../records/database.ts'
import { judge, type Raised } from './rates.ts'
import { readRates } from './readings.ts'
import { passed, shareSpent } from './spending.ts'

export interface AlertsPorts extends Pick<EventsPorts, 'sql' | 'env' | 'random' | 'watchBy' | 'background'> {
  /** Whose ledger it is, as it is deployed now. */
  agent: () => { id: string; agent: Agent } | null
  /** Undefined: this deployment has no index, and nothing is known of rates. */
  db: D1Database | undefined
  clock: Clock
  log: Log
}

/** The index is asked so long (ms) after something was booked: when the alarm rings anyway, for the lease (LEASE_MS). */
const LOOK_AFTER_MS = 10 * 60_000
/** What was booked so shortly (ms) before a look may not be in the index yet. */
const INDEX_LAGS_MS = 30_000
/** Dead letters that are kept. A session's go with it; an agent stays. */
const DEAD_LETTERS = 100

/** What was told. */
interface State {
  /** UTC day, YYYY-MM-DD, and the highest share of it. */
  day: string
  share: number
  raised: Raised
}

export class Alerts {
  readonly #ports: AlertsPorts
  readonly #events: Events
  readonly #rows: LazyTable
  /** As its row is; null: not read yet. */
  #state: State | null = null
  /** When rates are to be looked at (ms since 1970); null: nothing was booked since the last look. */
  #lookDue: number | null = null
  #bookedAt = -Infinity
  /** The alarm has rung in the life of this object: what was due before is not known. */
  #hasLooked = false

  constructor(ports: AlertsPorts) {
    this.#ports = ports
    this.#rows = new LazyTable(ports.sql, 'alerts', '(one INTEGER PRIMARY KEY, data TEXT NOT NULL)')
    this.#events = new Events({
      ...ports,
      about: () => {
        const known = ports.agent()
        return known && { agentId: known.id }
      },
      config: (id) => {
        const known = ports.agent()
        return known?.id === id ? known.agent.events : undefined
      },
      sealer: NO_WORDS,
      onGivenUp: () => {},
    })
  }

  /** Money was booked: to be called right where that is written, without an `await` in between. @param refused for lack of money */
  booked(books: Books, refused: Hold | null): void {
    const agent = this.#wanted('alert.spending')
    if (!agent) return
    const { day, daySpent } = books
    const cap = microUsd(agent.limits.dayUsd)
    const state = this.#load()
    const told = state.day === day ? state.share : 0
    const share = passed(agent.alerts.spending, shareSpent(books, cap, refused), told)
    if (share === null) return
    this.#save({ ...state, day, share })
    this.#note({ type: 'alert.spending', data: { share, spent_usd: usd(daySpent), cap_usd: usd(cap) } })
  }

  /** A call has begun, goes on or is over: its rates are looked at soon. */
  noteCall(): void {
    const { db, clock } = this.#ports
    if (!db || !this.#wanted('alert.rate')) return
    this.#bookedAt = clock.now()
    this.#lookDue ??= this.#bookedAt + LOOK_AFTER_MS
  }

  /** When the alarm is needed next (ms since 1970), null when nothing waits. */
  nextLook(): number | null {
    // What waits is dropped with the next alarm where nobody wants to know any more.
    if (!this.#ports.agent()?.agent.events) return null
    const times = [this.#events.nextLook(), this.#lookDue].filter((time) => time !== null)
    return times.length > 0 ? Math.min(...times) : null
  }

  /** The alarm rang. */
  look(): void {
    this.#events.look()
    const { db, clock, background } = this.#ports
    const now = clock.now()
    const agent = this.#wanted('alert.rate')
    const isDue = this.#lookDue === null ? !this.#hasLooked : this.#lookDue <= now
    this.#hasLooked = true
    if (!agent || !db || !isDue) return
    this.#lookDue = now - this.#bookedAt < INDEX_LAGS_MS ? now + LOOK_AFTER_MS : null
    background(this.#lookAtRates(agent, db))
  }

  deadLetters(): DeadLetter[] {
    return this.#events.deadLetters()
  }

  /** Dead letters are tried anew. */
  resend(): Promise<void> {
    return this.#events.resend()
  }

  /** Never rejects. An index that is away is asked again with the next alarm. */
  async #lookAtRates({ alerts }: Agent, db: D1Database): Promise<void> {
    const { clock, log } = this.#ports
    const id = this.#ports.agent()?.id ?? ''
    try {
      const readings = await readRates(await recordsOf(db), { agent: id, now: clock.now(), minCalls: alerts.minCalls })
      // From here on without an `await`: what is told and that it was told are one transaction.
      const state = this.#load()
      const { changes, raised } = judge(alerts, readings, state.raised, clock.now())
      if (changes.length > 0) this.#save({ ...state, raised })
      for (const { value, ...change } of changes) {
        this.#note({ type: 'alert.rate', data: { ...change, value: Math.round(value * 1000) / 1000 } })
      }
    } catch (error) {
      log.error('rates_not_read', { cause: error instanceof Error ? error.name : 'unknown' })
    }
  }

  #note(fact: Parameters<Events['note']>[0]): void {
    this.#events.note(fact)
    this.#events.keepNewest(DEAD_LETTERS)
  }

  /** The agent, where its owner is told this. */
  #wanted(type: Event['type']): Agent | null {
    return this.#events.wants(type) ? (this.#ports.agent()?.agent ?? null) : null
  }

  #load(): State {
    const row = this.#state ? null : this.#rows.rows()[0]
    this.#state ??= row ? (JSON.parse(String(row.data)) as State) : { day: '', share: 0, raised: {} }
    return this.#state
  }

  #save(state: State): void {
    this.#rows.put(1, JSON.stringify(state))
    this.#state = state
  }
}

/** Alerts hold none: there is nothing to seal, and no vault here. */
const NO_WORDS: Sealer = {
  seal: () => {
    throw new Error('an alert has no words')
  },
  open: () => {
    throw new Error('an alert has no words')
  },
}

function usd(micro: number): number {
  return micro / 1_000_000
}
