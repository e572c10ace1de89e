/**
 * The rows of one session. Every write that belongs together happens without an `await` in between, which makes it one
 * transaction of the Durable Object. What was said is sealed (vault.ts). Tables without rowid: one row written for one row stored (anchors-broker.md 2.2).
 *
 * Items lie in the order of the conversation, so that its end is found at once however long it is. An index of their ids
 * would cost a row more for each; instead all ids are read once in the life of the object, when an unseen one is asked for.
 */
import type { Item } from '../../protocol/item.ts'
import { CallRows } from './call-rows.ts'
import { createItems } from './item-table.ts'
import type { Sql } from './ports.ts'
import type { Vault } from './vault.ts'

export type { CallRow, SessionRow } from './call-rows.ts'

/** An item and the number of its newest update. */
interface StoredItem {
  item: Item
  seq: number
}

interface Counts {
  /** Turns of the visitor. */
  turns: number
  tools: number
  /** Answers that were cut off. */
  interruptions: number
}

export class Store extends CallRows {
  readonly #sql: Sql
  readonly #vault: Vault
  #seq: number | null = null
  #itemCount: number | null = null
  /** Positions of the items seen so far; of all when `#knowsAll`. */
  readonly #positions = new Map<string, number>()
  #knowsAll = false
  #unfinished: Set<string> | null = null

  constructor(sql: Sql, vault: Vault) {
    super(sql)
    this.#sql = sql
    this.#vault = vault
    this.reset()
  }

  override reset(): void {
    super.reset()
    this.#seq = null
    this.#itemCount = null
    this.#positions.clear()
    this.#knowsAll = false
    this.#unfinished = null
    this.#vault.reset()
    createItems(this.#sql)
  }

  itemCount(): number {
    this.#itemCount ??= Number(this.#sql.exec('SELECT COUNT(*) AS n FROM items').one().n)
    return this.#itemCount
  }

  item(id: string): Item | null {
    const position = this.#positionOf(id)
    return position === null ? null : (this.#items('WHERE position = ? AND id = ?', position, id)[0]?.item ?? null)
  }

  /** In conversation order, those after a position. */
  itemsAfter(position: number, limit: number): Item[] {
    return this.#items('WHERE position > ? ORDER BY position LIMIT ?', position, limit).map(({ item }) => item)
  }

  /** Newest first. */
  *newestFirst(): Generator<Item> {
    let before = Number.MAX_VALUE
    for (;;) {
      let count = 0
      for (const { item } of this.#eachItem(`WHERE position < ? ORDER BY position DESC LIMIT ${PAGE}`, before)) {
        count += 1
        before = item.position
        yield item
      }
      if (count < PAGE) return
    }
  }

  /** Found among the newest. None when they cannot be read: then they stay as they are. */
  unfinishedItems(): Item[] {
    if (this.#vault.locked) return []
    const where = "WHERE position >= ? AND json_extract(data, '$.status') = 'in_progress'"
    const find = () => this.#items(where, this.#startOfNewest(ITEMS_OF_A_CALL)).map(({ item }) => item.id)
    this.#unfinished ??= new Set(find())
    const items = [...this.#unfinished].flatMap((id) => this.item(id) ?? [])
    return items.sort((a, b) => a.position - b.position)
  }

  /** What the assistant noted, newest first. */
  facts(limit: number): Item[] {
    const where = "WHERE json_extract(data, '$.kind') = 'fact' ORDER BY position DESC LIMIT ?"
    return this.#items(where, limit).map(({ item }) => item)
  }

  /** Items changed after update number `seq`, by ascending number. */
  changedAfter(seq: number): StoredItem[] {
    return seq >= this.seq() ? [] : this.#items('WHERE seq > ? ORDER BY seq', seq)
  }

  /** Number of the newest update. */
  seq(): number {
    this.#seq ??= Number(this.#sql.exec('SELECT COALESCE(MAX(seq), 0) AS n FROM items').one().n)
    return this.#seq
  }

  /** A position after the given one and before whatever follows it; at the end for undefined. */
  positionAfter(position?: number): number {
    if (position === undefined) {
      return Math.floor(Number(this.#sql.exec('SELECT COALESCE(MAX(position), 0) AS p FROM items').one().p)) + 1
    }
    const next = this.#sql.exec('SELECT MIN(position) AS p FROM items WHERE position > ?', position).one().p
    return next === null ? Math.floor(position) + 1 : (position + Number(next)) / 2
  }

  /** When the session, its newest call or its newest item last changed (ms since 1970). */
  lastActivity(): number {
    const at = "SELECT MAX(json_extract(data, '$.at')) AS at FROM items WHERE position >= ?"
    const newest = this.#sql.exec(at, this.#startOfNewest(PAGE)).one().at
    const call = this.newestCall()
    return Math.max(this.session()?.createdAt ?? 0, Number(newest), call?.endedAt ?? call?.startedAt ?? 0)
  }

  /** What happened in a call, or in all of them. */
  counts(call?: string): Counts {
    const [where, ...bindings] = call === undefined ? ['1'] : ["json_extract(data, '$.call') = ?", call]
    const row = this.#sql.exec(`SELECT ${COUNTS} FROM items WHERE ${where}`, ...bindings).one()
    return { turns: Number(row.turns), tools: Number(row.tools), interruptions: Number(row.interruptions) }
  }

  /** A position before the given one and after whatever stands before it. */
  positionBefore(position: number): number {
    const before = this.#sql.exec('SELECT MAX(position) AS p FROM items WHERE position < ?', position).one().p
    return (position + Number(before ?? 0)) / 2
  }

  /** Stores an item and answers the number of this update. */
  saveItem(item: Item): number {
    const seq = this.seq() + 1
    const isNew = this.#positionOf(item.id) === null
    const count = this.itemCount()
    const { id, position, text, heard, tool, author, ...clear } = item
    const words = { text, heard, tool, author } satisfies Words
    const sealed = this.#vault.seal(JSON.stringify(words), `${id}|${seq}`)
    this.#sql.exec(
      'INSERT OR REPLACE INTO items (id, position, seq, data) VALUES (?, ?, ?, ?)',
      id,
      position,
      seq,
      JSON.stringify({ ...clear, sealed } satisfies ItemRow),
    )
    this.#seq = seq
    this.#itemCount = isNew ? count + 1 : count
    this.#positions.set(id, position)
    if (clear.status === 'in_progress') this.#unfinished?.add(id)
    else this.#unfinished?.delete(id)
    return seq
  }

  #positionOf(id: string): number | null {
    const known = this.#positions.get(id)
    if (known !== undefined || this.#knowsAll) return known ?? null
    for (const row of this.#sql.exec('SELECT id, position FROM items').toArray()) {
      this.#positions.set(String(row.id), Number(row.position))
    }
    this.#knowsAll = true
    return this.#positions.get(id) ?? null
  }

  /** Position from which on the newest `count` items stand. */
  #startOfNewest(count: number): number {
    const row = this.#sql.exec('SELECT position FROM items ORDER BY position DESC LIMIT 1 OFFSET ?', count - 1)
    return Number(row.toArray()[0]?.position ?? 0)
  }

  #items(where: string, ...bindings: unknown[]): StoredItem[] {
    return [...this.#eachItem(where, ...bindings)]
  }

  /** One after the other: items that nobody looks at are not opened. */
  *#eachItem(where: string, ...bindings: unknown[]): Generator<StoredItem> {
    const rows = this.#sql.exec(`SELECT id, position, seq, data FROM items ${where}`, ...bindings).toArray()
    for (const row of rows) {
      const { sealed, ...clear } = JSON.parse(String(row.data)) as ItemRow & Words
      // A row from before rows were sealed has its words beside the rest.
      const words = sealed === undefined ? {} : JSON.parse(this.#vault.open(sealed, `${row.id}|${row.seq}`))
      const item = { ...clear, ...(words as Words), id: String(row.id), position: Number(row.position) }
      this.#positions.set(item.id, item.position)
      yield { item, seq: Number(row.seq) }
    }
  }
}

/** What was said, which is kept sealed. */
type Words = Pick<Item, 'text' | 'heard' | 'tool' | 'author'>
/** What stands in the clear, for queries and the watchdog. */
type ItemRow = Omit<Item, keyof Words | 'id' | 'position'> & { sealed?: string }

const field = (name: string) => `json_extract(data, '$.${name}')`
/** What a page has put into a call by itself is no turn. */
const COUNTS = `
  COUNT(*) FILTER (WHERE ${field('role')} = 'user' AND ${field('status')} <> 'failed' AND ${field('source')} IS NULL) AS turns,
  COUNT(*) FILTER (WHERE ${field('kind')} = 'tool_call' AND ${field('source')} IS NULL) AS tools,
  COUNT(*) FILTER (WHERE ${field('role')} = 'assistant' AND ${field('status')} = 'interrupted') AS interruptions`

/** How many items are read at once from the end of the conversation. */
const PAGE = 200
/** More than a call can have: what it has left unfinished is found within so many. */
const ITEMS_OF_A_CALL = 2000
