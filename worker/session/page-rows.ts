/** What the visitor's page says is on it: one row, sealed like everything that is said. */
import type { Sql } from './ports.ts'
import type { Vault } from './vault.ts'

export interface PageRow {
  text: string
  /** The call that was told this; null: none. */
  told: string | null
}

const PLACE = 'page'

export class PageRows {
  readonly #sql: Sql
  readonly #vault: Vault

  constructor(sql: Sql, vault: Vault) {
    this.#sql = sql
    this.#vault = vault
    this.reset()
  }

  /** Makes the table, at the start and after everything was erased. */
  reset(): void {
    this.#sql.exec('CREATE TABLE IF NOT EXISTS page (one INTEGER PRIMARY KEY, sealed TEXT NOT NULL, told TEXT)')
  }

  /** Nothing when it cannot be read: the page says it again. */
  get(): PageRow | null {
    const row = this.#vault.locked ? undefined : this.#sql.exec('SELECT sealed, told FROM page').toArray()[0]
    if (!row) return null
    return { text: this.#vault.open(String(row.sealed), PLACE), told: row.told === null ? null : String(row.told) }
  }

  save({ text, told }: PageRow): void {
    const sealed = this.#vault.seal(text, PLACE)
    this.#sql.exec('INSERT OR REPLACE INTO page (one, sealed, told) VALUES (1, ?, ?)', sealed, told)
  }
}
