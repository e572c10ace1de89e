/**
 * One row for each picture that the visitor has shown: so that they are counted, and that one of which the assistant never
 * heard is known after a crash. The pixels are in it only where the agent keeps them, sealed like everything that is said.
 */
import { LazyTable } from '../lazy-table.ts'
import type { Sql } from './ports.ts'
import type { Vault } from './vault.ts'

export interface ImageRow {
  /** The item of the transcript. */
  item: string
  /** The call in which it was shown, null without one. */
  call: string | null
  /** The provider has confirmed it. */
  told: boolean
  /** JPEG as base64, at most 270,000 characters; null: not kept. */
  jpeg: string | null
}

const COLUMNS = '(item TEXT PRIMARY KEY, call TEXT, told INTEGER NOT NULL, sealed TEXT)'

export class ImageRows {
  readonly #table: LazyTable
  readonly #vault: Pick<Vault, 'seal' | 'open' | 'locked'>

  constructor(sql: Sql, vault: Pick<Vault, 'seal' | 'open' | 'locked'>) {
    this.#vault = vault
    this.#table = new LazyTable(sql, 'images', COLUMNS)
  }

  /** After everything was erased. */
  reset(): void {
    this.#table.reset()
  }

  save({ item, call, told, jpeg }: ImageRow): void {
    this.#table.put(item, call, Number(told), jpeg === null ? null : this.#vault.seal(jpeg, placeOf(item)))
  }

  /** The provider has confirmed it. */
  saveTold(item: string): void {
    this.#table.update('SET told = 1 WHERE item = ?', item)
  }

  delete(item: string): void {
    this.#table.delete('item = ?', item)
  }

  /** Null where it was not kept, or cannot be read. */
  jpeg(item: string): string | null {
    const sealed = this.#vault.locked ? null : this.#table.rows('WHERE item = ?', item)[0]?.sealed
    return typeof sealed === 'string' ? this.#vault.open(sealed, placeOf(item)) : null
  }

  /** Items that the provider has not confirmed, and whether their pixels are here. */
  untold(): { item: string; kept: boolean }[] {
    const rows = this.#table.select('item, sealed IS NOT NULL AS kept', 'WHERE told = 0')
    return rows.map(({ item, kept }) => ({ item: String(item), kept: kept === 1 }))
  }

  /** How many there are: of the whole conversation, and of one call. */
  count(call: string | null): { session: number; call: number } {
    const [row] = this.#table.select('COUNT(*) AS session, COUNT(*) FILTER (WHERE call = ?) AS call', '', call)
    return { session: Number(row?.session ?? 0), call: Number(row?.call ?? 0) }
  }
}

function placeOf(item: string): string {
  return `image|${item}`
}
