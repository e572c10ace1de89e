/**
 * The rows of a ledger. A lease carries what changes while it lives: what it has spent of the day, and the allowances when
 * it began. So a start and each question write one row, and the sums of the day and of its visitor are written when a lease
 * ends. Tables without rowid: one row written for one change. The rows of visitors are deleted when their day is over.
 */
import { type Books, dayOf, emptyBooks, type Lease, monthOf, recallPaces, type Visitor, visitorOf } from './budget.ts'
import type { Pace } from './pace.ts'

type Sql = Pick<SqlStorage, 'exec'>

/** Sums of the newest day that were not spent by leases that still live. */
interface Today {
  day: string
  spent: number
  pace: Pace
}

export class BookStore {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
    for (const statement of SCHEMA) sql.exec(statement)
  }

  load(now: number): Books {
    const today = this.#today() ?? { day: dayOf(now), spent: 0, pace: emptyBooks(now).pace }
    const { day, pace } = today
    const leases = this.#sql.exec('SELECT data FROM leases').toArray().map(readLease)
    const daySpent = today.spent + sumOf(leases)
    // From the first of the month up to the day before.
    const [from, to] = [`${monthOf(day)}-01`, day]
    const earlier = this.#sql.exec('SELECT SUM(spent) AS spent FROM days WHERE day >= ? AND day < ?', from, to).one()
    let books: Books = {
      day,
      daySpent,
      monthSpent: daySpent + Number(earlier.spent ?? 0),
      pace,
      visitors: {},
      leases: Object.fromEntries(leases.map((lease) => [lease.id, lease])),
    }
    for (const { visitor } of leases) books = this.withVisitor(books, visitor)
    return recallPaces(books)
  }

  /** Brings in what is known of a visitor, if that is not there yet. */
  withVisitor(books: Books, id: string): Books {
    if (Object.hasOwn(books.visitors, id)) return books
    const row = this.#sql.exec('SELECT data FROM visitors WHERE visitor = ? AND day = ?', id, books.day).toArray()[0]
    const leases = leasesOf(books, id)
    if (!row && leases.length === 0) return books
    const stored = row ? (JSON.parse(String(row.data)) as Visitor) : visitorOf(books, id)
    const visitor = { ...stored, spent: stored.spent + sumOf(leases) }
    return { ...books, visitors: { ...books.visitors, [id]: visitor } }
  }

  /** Without an `await`, so that it is one transaction. */
  save(before: Books, after: Books): void {
    const isNewDay = after.day !== before.day
    if (isNewDay) this.#closeDay(before, after.day)
    const ended = Object.values(before.leases).filter((lease) => !Object.hasOwn(after.leases, lease.id))
    const changed = Object.values(after.leases).filter((lease) => before.leases[lease.id] !== lease)
    for (const lease of changed) {
      this.#sql.exec('INSERT OR REPLACE INTO leases (id, data) VALUES (?, ?)', lease.id, JSON.stringify(lease))
    }
    for (const { id } of ended) this.#sql.exec('DELETE FROM leases WHERE id = ?', id)
    // A start without a lease, such as of a conversation in writing, has nothing that carries it.
    const isBare = after.pace !== before.pace && !changed.some((lease) => lease.began.agent === after.pace)
    if (ended.length > 0 || isNewDay || isBare) this.#saveToday(after)
    const started = isBare ? Object.keys(after.visitors).filter((id) => hasNewPace(before, after, id)) : []
    for (const id of new Set([...ended.map((lease) => lease.visitor), ...started])) this.#saveVisitor(after, id)
  }

  /** Somebody's row has to be deleted when the day is over. */
  hasVisitors(): boolean {
    return this.#sql.exec('SELECT EXISTS (SELECT 1 FROM visitors) AS some').one().some === 1
  }

  #closeDay({ day, daySpent }: Books, next: string): void {
    if (daySpent > 0) this.#sql.exec('INSERT OR REPLACE INTO days (day, spent) VALUES (?, ?)', day, daySpent)
    this.#sql.exec('DELETE FROM visitors WHERE day < ?', next)
  }

  #today(): Today | null {
    const row = this.#sql.exec('SELECT data FROM today').toArray()[0]
    return row ? (JSON.parse(String(row.data)) as Today) : null
  }

  #saveToday({ day, daySpent, pace, leases }: Books): void {
    const today: Today = { day, spent: daySpent - sumOf(Object.values(leases)), pace }
    this.#sql.exec('INSERT OR REPLACE INTO today (one, data) VALUES (1, ?)', JSON.stringify(today))
  }

  #saveVisitor(books: Books, id: string): void {
    const { spent, pace } = visitorOf(books, id)
    const data: Visitor = { spent: spent - sumOf(leasesOf(books, id)), pace }
    const row = [id, books.day, JSON.stringify(data)]
    this.#sql.exec('INSERT OR REPLACE INTO visitors (visitor, day, data) VALUES (?, ?, ?)', ...row)
  }
}

function sumOf(leases: Lease[]): number {
  return leases.reduce((sum, lease) => sum + lease.today, 0)
}

function leasesOf({ leases }: Books, visitor: string): Lease[] {
  return Object.values(leases).filter((lease) => lease.visitor === visitor)
}

function hasNewPace(before: Books, after: Books, id: string): boolean {
  return visitorOf(before, id).pace !== visitorOf(after, id).pace
}

function readLease({ data }: Record<string, SqlStorageValue>): Lease {
  return JSON.parse(String(data)) as Lease
}

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, spent INTEGER NOT NULL) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS today (one INTEGER PRIMARY KEY, data TEXT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS leases (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS visitors (visitor TEXT PRIMARY KEY, day TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID',
]
