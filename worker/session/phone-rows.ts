/** Who called, and which number: one row, sealed like everything that is said. Elsewhere the number is masked. */
import { LazyTable } from '../lazy-table.ts'
import type { Sql } from './ports.ts'
import type { Vault } from './vault.ts'

export interface PhoneNumbers {
  /** E.164, null where it is withheld. The caller's word: it can be forged. */
  from: string | null
  to: string | null
}

const PLACE = 'phone'

export class PhoneRows {
  readonly #table: LazyTable
  readonly #vault: Vault

  constructor(sql: Sql, vault: Vault) {
    this.#table = new LazyTable(sql, 'phone', '(one INTEGER PRIMARY KEY, sealed TEXT NOT NULL)')
    this.#vault = vault
  }

  /** After everything was erased. */
  reset(): void {
    this.#table.reset()
  }

  get(): PhoneNumbers | null {
    const row = this.#table.rows()[0]
    return row ? (JSON.parse(this.#vault.open(String(row.sealed), PLACE)) as PhoneNumbers) : null
  }

  save(numbers: PhoneNumbers): void {
    this.#table.put(1, this.#vault.seal(JSON.stringify(numbers), PLACE))
  }
}
