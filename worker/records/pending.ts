/** What the index has not taken yet, one row each: calls that are over, and the erasing of the session. */
import { LazyTable, type Sql } from '../lazy-table.ts'
import type { CallRecord } from './statements.ts'

/** The row that says which session the index has to forget. */
const ERASED = 'erased'

export class Pending {
  readonly #rows: LazyTable

  constructor(sql: Sql) {
    this.#rows = new LazyTable(sql, 'records', '(id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID')
  }

  /** After everything was erased. */
  reset(): void {
    this.#rows.reset()
    this.#rows.delete('1')
  }

  any(): boolean {
    return this.#rows.rows('LIMIT 1').length > 0
  }

  put(record: CallRecord): void {
    this.#rows.put(record.id, JSON.stringify(record))
  }

  calls(): CallRecord[] {
    return this.#rows.rows('WHERE id <> ?', ERASED).map(({ data }) => JSON.parse(String(data)) as CallRecord)
  }

  delete(id: string): void {
    this.#rows.delete('id = ?', id)
  }

  erase(session: string): void {
    this.#rows.put(ERASED, session)
  }

  erased(): string | null {
    const row = this.#rows.rows('WHERE id = ?', ERASED)[0]
    return row ? String(row.data) : null
  }

  forgetErased(): void {
    this.delete(ERASED)
  }
}
