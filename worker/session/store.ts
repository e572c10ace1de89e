/**
 * The rows of one session. Every write that belongs together happens without an `await` in between, which makes it one
 * transaction of the Durable Object. What was said is sealed (vault.ts). Tables without rowid: one row written for one row stored (anchors-broker.md 2.2).
 *
 * Items lie in the order of the conversation, so that its end is found at once however long it is. An index of their ids
 * would cost a row more for each; instead all ids are read once in the life of the object, when an unseen one is asked for.
 */
import type { Agent } from '../../protocol/agent.ts'
import type { EndReason } from '../../protocol/frames.ts'
import type { Item } from '../../protocol/item.ts'
import { createItems } from './item-table.ts'
import type { Sql } from './ports.ts'
import type { Vault } from './vault.ts'

export interface SessionRow {
  id: string
  agentId: string
  /** Pinned: a session keeps the agent that it began with. */
  agent: Agent
  origin: string
  /** ms since 1970 */
  createdAt: number
  /** Hash of agent and signed identity: who the session belongs to. Absent for an anonymous visitor. */
  person?: string
  /** Names the visitor to the provider without telling who it is. */
  safetyId?: string
  /** Idempotency key (hash) of the request that made the session. */
  startKey?: string
  /** Highest token generation that was presented. Valid are this one and the next. */
  tokenUsed: number
  /** When a token was last presented (ms since 1970), to the hour. */
  tokenUsedAt?: number
  /** Older generations are revoked. */
  tokensFrom?: number
  /** Counts call starts; an answer that belongs to an older number is hung up. */
  callGeneration: number
  /** When the last event socket went away while a call was live (ms since 1970). */
  widgetGoneAt: number | null
  /** An event socket was open at some time: from then on a heartbeat is expected. */
  leased: boolean
}

/** `opening`: asked for at the provider. `live`: exists there. `ending`: hang-up not confirmed yet. `ended`: gone. */
export type CallState = 'opening' | 'live' | 'ending' | 'ended'

export interface CallRow {
  id: string
  generation: number
  state: CallState
  /** The provider's call id. Null as long as there is none, and for a relayed call always: its socket is the call. */
  ref: string | null
  /** Its sound goes through the broker. */
  relayed?: boolean
  /** History is in, the visitor may speak. */
  ready: boolean
  startedAt: number
  endedAt: number | null
  reason: EndReason | null
  hangUpTries: number
  /** When the provider will end it (ms since 1970), where it told. */
  endsAt?: number
  /** Rollover: the call that this one is to take the place of, until it does. */
  follows?: string
  /** Rollover: when the visitor's call began (ms since 1970), in the first of the calls that it went through. */
  since?: number
}

/** An item and the number of its newest update. */
interface StoredItem {
  item: Item
  seq: number
}

export class Store {
  readonly #sql: Sql
  readonly #vault: Vault
  #seq: number | null = null
  #itemCount: number | null = null
  /** Positions of the items seen so far; of all when `#knowsAll`. */
  readonly #positions = new Map<string, number>()
  #knowsAll = false
  #unfinished: Set<string> | null = null

  constructor(sql: Sql, vault: Vault) {
    this.#sql = sql
    this.#vault = vault
    this.reset()
  }

  /** Makes the tables, at the start and after everything was erased. */
  reset(): void {
    this.#seq = null
    this.#itemCount = null
    this.#positions.clear()
    this.#knowsAll = false
    this.#unfinished = null
    this.#vault.reset()
    for (const statement of SCHEMA) this.#sql.exec(statement)
    createItems(this.#sql)
  }

  session(): SessionRow | null {
    const row = this.#sql.exec('SELECT data FROM session').toArray()[0]
    return row ? (JSON.parse(String(row.data)) as SessionRow) : null
  }

  saveSession(session: SessionRow): void {
    this.#sql.exec('INSERT OR REPLACE INTO session (one, data) VALUES (1, ?)', JSON.stringify(session))
  }

  call(id: string): CallRow | null {
    return this.#calls('WHERE id = ?', id)[0] ?? null
  }

  firstCall(): CallRow | null {
    return this.#calls('ORDER BY generation LIMIT 1')[0] ?? null
  }

  /** The call that is opening or live. */
  currentCall(): CallRow | null {
    return this.#calls(`WHERE ${UP} AND ${FOLLOWS} IS NULL ORDER BY generation DESC LIMIT 1`)[0] ?? null
  }

  /** The one beside it that is to take its place. */
  successor(): CallRow | null {
    return this.#calls(`WHERE ${UP} AND ${FOLLOWS} IS NOT NULL ORDER BY generation DESC LIMIT 1`)[0] ?? null
  }

  /** Calls that were begun later, oldest first. */
  callsAfter(generation: number): CallRow[] {
    return this.#calls('WHERE generation > ? ORDER BY generation', generation)
  }

  /** Calls whose hang-up the provider has not confirmed yet. */
  endingCalls(): CallRow[] {
    return this.#calls("WHERE state = 'ending' ORDER BY generation")
  }

  saveCall(call: CallRow): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO calls (id, generation, state, data) VALUES (?, ?, ?, ?)',
      call.id,
      call.generation,
      call.state,
      JSON.stringify(call),
    )
  }

  /** What the calls and text lines that are over have cost (micro-dollars). */
  spent(): number {
    const row = this.#sql.exec('SELECT micro_usd FROM spent').toArray()[0]
    return row ? Number(row.micro_usd) : 0
  }

  addSpent(microUsd: number): void {
    this.#sql.exec('INSERT OR REPLACE INTO spent (one, micro_usd) VALUES (1, ?)', this.spent() + microUsd)
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
    const calls = this.#calls('ORDER BY generation DESC LIMIT 1').map((call) => call.endedAt ?? call.startedAt)
    return Math.max(this.session()?.createdAt ?? 0, Number(newest), ...calls)
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
    const { id, position, text, heard, tool, ...clear } = item
    const sealed = this.#vault.seal(JSON.stringify({ text, heard, tool } satisfies Words), `${id}|${seq}`)
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

  #calls(where: string, ...bindings: unknown[]): CallRow[] {
    return this.#sql
      .exec(`SELECT data FROM calls ${where}`, ...bindings)
      .toArray()
      .map((row) => JSON.parse(String(row.data)) as CallRow)
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

const UP = "state IN ('opening', 'live')"
const FOLLOWS = "json_extract(data, '$.follows')"

/** What was said, which is kept sealed. */
type Words = Pick<Item, 'text' | 'heard' | 'tool'>
/** What stands in the clear, for queries and the watchdog. */
type ItemRow = Omit<Item, keyof Words | 'id' | 'position'> & { sealed?: string }

/** How many items are read at once from the end of the conversation. */
const PAGE = 200
/** More than a call can have: what it has left unfinished is found within so many. */
const ITEMS_OF_A_CALL = 2000

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS spent (one INTEGER PRIMARY KEY, micro_usd INTEGER NOT NULL)',
  'CREATE TABLE IF NOT EXISTS session (one INTEGER PRIMARY KEY, data TEXT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS calls (id TEXT PRIMARY KEY, generation INTEGER NOT NULL, state TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID',
]
