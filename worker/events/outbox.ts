/**
 * Events that wait to be told, one row each, in the order in which they happened. A row is written together with the fact
 * that it tells, and deleted when the receiver has said that it has it. What nobody would take stays as a dead letter.
 */
import type { EventType } from '../../protocol/events.ts'
import { newId } from '../../protocol/ids.ts'
import { LazyTable, type Sql } from '../lazy-table.ts'

/** What an event tells, but for the session and the agent. */
type Data = Readonly<Record<string, unknown>>

export interface Waiting {
  /** Its place in the order. */
  n: number
  /** `webhook-id`: the same for every try. */
  id: string
  type: EventType
  /** None where it concerns the agent itself. */
  session?: string
  agent: string
  /** When it happened (ms since 1970). */
  at: number
  /** Since when it waits (ms since 1970): it was put back when that is later. */
  since: number
  data: Data
}

export interface DeadLetter extends Pick<Waiting, 'id' | 'type' | 'at'> {
  /** Why the last try failed. */
  cause: string
}

/** How the delivery goes after something has failed. */
interface Trouble {
  /** Failures since the last success. */
  failures: number
  /** Not before (ms since 1970). */
  nextAt: number
  /** The receiver has said that there is none any more. */
  gone: boolean
}

/** Keeps words unreadable at rest. */
export interface Sealer {
  seal(text: string, place: string): string
  open(sealed: string, place: string): string
}

type Row = Omit<Waiting, 'n' | 'data'> & { data?: Data; sealed?: string; cause?: string }

export class Outbox {
  readonly #events: LazyTable
  readonly #troubles: LazyTable
  readonly #sealer: Sealer

  constructor(sql: Sql, sealer: Sealer) {
    this.#events = new LazyTable(sql, 'events', '(n INTEGER PRIMARY KEY, dead INTEGER NOT NULL, data TEXT NOT NULL)')
    this.#troubles = new LazyTable(sql, 'event_trouble', '(one INTEGER PRIMARY KEY, data TEXT NOT NULL)')
    this.#sealer = sealer
  }

  reset(): void {
    this.#events.reset()
    this.#troubles.reset()
  }

  /** @param isPersonal it holds words: sealed, and gone when the session is erased */
  put(event: Omit<Waiting, 'n' | 'id' | 'since'>, isPersonal: boolean): void {
    const n = Number(this.#events.rows('ORDER BY n DESC LIMIT 1')[0]?.n ?? 0) + 1
    const { data, ...clear } = event
    const row = { ...clear, id: newId('evt_'), since: event.at }
    const isGone = this.trouble()?.gone === true
    const words = isPersonal ? { sealed: this.#sealer.seal(JSON.stringify(data), `event ${row.id}`) } : { data }
    this.#write(n, { ...row, ...words, ...(isGone ? { cause: GONE } : {}) }, isGone)
  }

  /** The one that is told next. */
  head(): Omit<Waiting, 'data'> | null {
    const row = this.#events.rows('WHERE dead = 0 ORDER BY n LIMIT 1')[0]
    return row ? { ...parse(row), n: Number(row.n) } : null
  }

  /** What it tells. @throws Error when it cannot be opened; null when it is gone */
  dataOf({ n, id }: Pick<Waiting, 'n' | 'id'>): Data | null {
    const found = this.#events.rows('WHERE n = ?', n)[0]
    const row = found ? parse(found) : null
    if (row?.id !== id) return null
    return row.sealed === undefined ? (row.data ?? {}) : JSON.parse(this.#sealer.open(row.sealed, `event ${id}`))
  }

  isWaiting(type: EventType): boolean {
    return this.#events.rows('WHERE dead = 0').some((row) => parse(row).type === type)
  }

  /** The receiver has it. */
  delivered({ n }: Pick<Waiting, 'n'>): void {
    this.#events.delete('n = ?', n)
    this.#troubles.delete('one = 1')
  }

  /** Nobody wants to know any more. */
  dropWaiting(): void {
    this.#events.delete('dead = 0')
    this.#troubles.delete('one = 1')
  }

  /** Those that wait since then (ms since 1970) or longer are given up. Answers which. */
  bury(since: number, cause: string): DeadLetter[] {
    const rows = this.#events.rows('WHERE dead = 0 ORDER BY n').filter((row) => parse(row).since <= since)
    for (const row of rows) this.#write(Number(row.n), { ...parse(row), cause }, true)
    return rows.map((row) => letter({ ...parse(row), cause }))
  }

  dead(): DeadLetter[] {
    return this.#events.rows('WHERE dead = 1 ORDER BY n').map((row) => letter(parse(row)))
  }

  /** Dead letters wait again, as if they had just happened. */
  revive(now: number): void {
    for (const row of this.#events.rows('WHERE dead = 1 ORDER BY n')) {
      const { cause, ...event } = parse(row)
      this.#write(Number(row.n), { ...event, since: now }, false)
    }
    this.#troubles.delete('one = 1')
  }

  /** Only the newest dead letters are kept. */
  keepNewest(count: number): void {
    const tooMany = 'dead = 1 AND n <= (SELECT n FROM events WHERE dead = 1 ORDER BY n DESC LIMIT 1 OFFSET ?)'
    this.#events.delete(tooMany, count)
  }

  trouble(): Trouble | null {
    const row = this.#troubles.rows()[0]
    return row ? (JSON.parse(String(row.data)) as Trouble) : null
  }

  saveTrouble(trouble: Trouble): void {
    this.#troubles.put(1, JSON.stringify(trouble))
  }

  /** What may outlive the session: events that still wait and hold nobody's words. To be called before all is erased. */
  survivors(): () => void {
    const rows = this.#events.rows('WHERE dead = 0 ORDER BY n').filter((row) => parse(row).sealed === undefined)
    const trouble = rows.length > 0 ? this.trouble() : null
    return () => {
      for (const row of rows) this.#events.put(row.n, 0, row.data)
      if (trouble) this.saveTrouble(trouble)
    }
  }

  #write(n: number, row: Row, isDead: boolean): void {
    this.#events.put(n, isDead ? 1 : 0, JSON.stringify(row))
  }
}

/** Why what comes after a receiver has said that it is gone is a dead letter at once. */
export const GONE = 'status_410'

function parse({ data }: Record<string, SqlStorageValue>): Row {
  return JSON.parse(String(data)) as Row
}

function letter({ id, type, at, cause = '' }: Row): DeadLetter {
  return { id, type, at, cause }
}
