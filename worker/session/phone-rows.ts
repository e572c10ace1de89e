/** Who called, and which number: one row, sealed like everything that is said. Elsewhere the number is masked. */
import type { Sql } from './ports.ts'
import type { Vault } from './vault.ts'

export interface PhoneNumbers {
  /** E.164, null where it is withheld. The caller's word: it can be forged. */
  from: string | null
  to: string | null
}

const PLACE = 'phone'

export class PhoneRows {
  readonly #sql: Sql
  readonly #vault: Vault

  constructor(sql: Sql, vault: Vault) {
    this.#sql = sql
    this.#vault = vault
    this.reset()
  }

  /** Makes the table, at the start and after everything was erased. */
  reset(): void {
    this.#sql.exec('CREATE TABLE IF NOT EXISTS phone (one INTEGER PRIMARY KEY, sealed TEXT NOT NULL)')
  }

  get(): PhoneNumbers | null {
    const row = this.#sql.exec('SELECT sealed FROM phone').toArray()[0]
    return row ? (JSON.parse(this.#vault.open(String(row.sealed), PLACE)) as PhoneNumbers) : null
  }

  save(numbers: PhoneNumbers): void {
    const sealed = this.#vault.seal(JSON.stringify(numbers), PLACE)
    this.#sql.exec('INSERT OR REPLACE INTO phone (one, sealed) VALUES (1, ?)', sealed)
  }
}
