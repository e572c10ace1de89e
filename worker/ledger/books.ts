/** The rows of a ledger. Only what a step has changed is written; leases have no rowid: one row written for one change. */
import { type Books, dayOf, emptyBooks, type Lease, monthOf } from './budget.ts'

type Sql = Pick<SqlStorage, 'exec'>

export class BookStore {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
    for (const statement of SCHEMA) sql.exec(statement)
  }

  load(now: number): Books {
    const day = dayOf(now)
    const books = emptyBooks(now)
    const rows = this.#sql.exec('SELECT day, spent FROM days WHERE day >= ?', monthOf(day)).toArray()
    for (const row of rows) {
      if (monthOf(String(row.day)) === monthOf(day)) books.monthSpent += Number(row.spent)
      if (row.day === day) books.daySpent = Number(row.spent)
    }
    const leases = this.#sql.exec('SELECT data FROM leases').toArray()
    const read = leases.map((row) => JSON.parse(String(row.data)) as Lease)
    return { ...books, leases: Object.fromEntries(read.map((lease) => [lease.id, lease])) }
  }

  /** Without an `await`, so that it is one transaction. */
  save(before: Books, after: Books): void {
    if (after.daySpent !== before.daySpent || after.day !== before.day) {
      this.#sql.exec('INSERT OR REPLACE INTO days (day, spent) VALUES (?, ?)', after.day, after.daySpent)
    }
    for (const lease of Object.values(after.leases)) {
      if (before.leases[lease.id] === lease) continue
      this.#sql.exec('INSERT OR REPLACE INTO leases (id, data) VALUES (?, ?)', lease.id, JSON.stringify(lease))
    }
    for (const id of Object.keys(before.leases)) {
      if (!Object.hasOwn(after.leases, id)) this.#sql.exec('DELETE FROM leases WHERE id = ?', id)
    }
  }
}

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, spent INTEGER NOT NULL) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS leases (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID',
]
