/**
 * The row of a session, of each of its calls, and what they have cost. Tables without rowid: one row written for one row
 * stored (anchors-broker.md 2.2).
 */
import type { Agent } from '../../protocol/agent.ts'
import type { ConsentRecord } from '../../protocol/consent.ts'
import type { EndReason } from '../../protocol/frames.ts'
import type { Rating } from '../../protocol/rating.ts'
import type { Sql } from './ports.ts'

export interface SessionRow {
  readonly id: string
  readonly agentId: string
  /** Pinned: a session keeps the agent that it began with. */
  readonly agent: Agent
  readonly origin: string
  /** ms since 1970 */
  readonly createdAt: number
  /** Hash of agent and signed identity: who the session belongs to. Absent for an anonymous visitor. */
  readonly person?: string
  /** Names the visitor to the provider without telling who it is. */
  readonly safetyId?: string
  /** Idempotency key (hash) of the request that made the session. */
  readonly startKey?: string
  /** Public origin of the broker, as the visitor's page has asked for it. */
  readonly broker?: string
  /** It is a phone call: the masked number of who calls. */
  readonly caller?: string
  /** Continent that its first request came from, as Cloudflare tells it: `EU`, `NA` … */
  readonly near?: string
  /** What the visitor has agreed to, the newest last. */
  readonly consents?: readonly ConsentRecord[]
  /** How it was, as the visitor says. */
  readonly rating?: Rating
  /** Highest token generation that was presented. Valid are this one and the next. */
  readonly tokenUsed: number
  /** When a token was last presented (ms since 1970), to the hour. */
  readonly tokenUsedAt?: number
  /** Older generations are revoked. */
  readonly tokensFrom?: number
  /** Counts call starts; an answer that belongs to an older number is hung up. */
  readonly callGeneration: number
  /** When the last event socket went away while a call was live (ms since 1970). */
  readonly widgetGoneAt: number | null
  /** How often the owner was told that an answer was cut by the provider's filter. */
  readonly safetyWarnings?: number
  /** An event socket was open at some time: from then on a heartbeat is expected. */
  readonly leased: boolean
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
  /** It comes from the telephone network. */
  phone?: boolean
  /** History is in, the visitor may speak. */
  ready: boolean
  startedAt: number
  /** When the visitor could speak first (ms since 1970). */
  readyAt?: number
  endedAt: number | null
  reason: EndReason | null
  hangUpTries: number
  /** When the provider will end it (ms since 1970), where it told. */
  endsAt?: number
  /** Rollover: the call that this one is to take the place of, until it does. */
  follows?: string
  /** Rollover: when the visitor's call began (ms since 1970), in the first of the calls that it went through. */
  since?: number
  /** When the assistant asked whether somebody is still there (ms since 1970), until the visitor is heard of. */
  askedAt?: number
}

export class CallRows {
  readonly #sql: Sql
  /** As it was last read, written or held. */
  #session: SessionRow | null = null
  #held: CallRow | null = null
  #isSessionHeld = false

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Makes the tables, at the start and after everything was erased. */
  reset(): void {
    this.#session = null
    this.#held = null
    this.#isSessionHeld = false
    for (const statement of SCHEMA) this.#sql.exec(statement)
  }

  session(): SessionRow | null {
    if (this.#session) return this.#session
    const row = this.#sql.exec('SELECT data FROM session').toArray()[0]
    this.#session = row ? (JSON.parse(String(row.data)) as SessionRow) : null
    return this.#session
  }

  saveSession(session: SessionRow): void {
    this.#sql.exec('INSERT OR REPLACE INTO session (one, data) VALUES (1, ?)', JSON.stringify(session))
    this.#session = session
    this.#isSessionHeld = false
  }

  /**
   * A call that is being asked for, the only one. It is written when it is saved, or by `writeHeld`: nobody was told of it
   * yet, so a crash may forget it, and an answer need not wait for the disk.
   */
  hold(session: SessionRow, call: CallRow): void {
    this.#session = session
    this.#isSessionHeld = true
    this.#held = call
  }

  writeHeld(): void {
    if (this.#held) this.saveCall(this.#held)
  }

  call(id: string): CallRow | null {
    return this.#held?.id === id ? this.#held : (this.#calls('WHERE id = ?', id)[0] ?? null)
  }

  firstCall(): CallRow | null {
    return this.#calls('ORDER BY generation LIMIT 1')[0] ?? this.#held
  }

  newestCall(): CallRow | null {
    return this.#held ?? this.#calls('ORDER BY generation DESC LIMIT 1')[0] ?? null
  }

  /** The call that is opening or live. */
  currentCall(): CallRow | null {
    return this.#held ?? this.#calls(`WHERE ${UP} AND ${FOLLOWS} IS NULL ORDER BY generation DESC LIMIT 1`)[0] ?? null
  }

  /** All that are opening or live. */
  callsUp(): CallRow[] {
    return [...(this.#held ? [this.#held] : []), ...this.#calls(`WHERE ${UP} ORDER BY generation DESC`)]
  }

  /** The one beside it that is to take its place. */
  successor(): CallRow | null {
    return this.#calls(`WHERE ${UP} AND ${FOLLOWS} IS NOT NULL ORDER BY generation DESC LIMIT 1`)[0] ?? null
  }

  /** Calls that were begun later, oldest first. */
  callsAfter(generation: number): CallRow[] {
    const held = this.#held && this.#held.generation > generation ? [this.#held] : []
    return [...this.#calls('WHERE generation > ? ORDER BY generation', generation), ...held]
  }

  /** Calls that were begun earlier, newest first. */
  callsBefore(generation: number): CallRow[] {
    return this.#calls('WHERE generation < ? ORDER BY generation DESC', generation)
  }

  /** Calls whose hang-up the provider has not confirmed yet. */
  endingCalls(): CallRow[] {
    return this.#calls("WHERE state = 'ending' ORDER BY generation")
  }

  saveCall(call: CallRow): void {
    if (this.#session && this.#isSessionHeld) this.saveSession(this.#session)
    this.#sql.exec(
      'INSERT OR REPLACE INTO calls (id, generation, state, data) VALUES (?, ?, ?, ?)',
      call.id,
      call.generation,
      call.state,
      JSON.stringify(call),
    )
    if (this.#held?.id === call.id) this.#held = null
  }

  /** What the calls and text lines that are over have cost (micro-dollars). */
  spent(): number {
    const row = this.#sql.exec('SELECT micro_usd FROM spent').toArray()[0]
    return row ? Number(row.micro_usd) : 0
  }

  addSpent(microUsd: number): void {
    this.#sql.exec('INSERT OR REPLACE INTO spent (one, micro_usd) VALUES (1, ?)', this.spent() + microUsd)
  }

  #calls(where: string, ...bindings: unknown[]): CallRow[] {
    return this.#sql
      .exec(`SELECT data FROM calls ${where}`, ...bindings)
      .toArray()
      .map((row) => JSON.parse(String(row.data)) as CallRow)
  }
}

const UP = "state IN ('opening', 'live')"
const FOLLOWS = "json_extract(data, '$.follows')"

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS spent (one INTEGER PRIMARY KEY, micro_usd INTEGER NOT NULL)',
  'CREATE TABLE IF NOT EXISTS session (one INTEGER PRIMARY KEY, data TEXT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS calls (id TEXT PRIMARY KEY, generation INTEGER NOT NULL, state TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID',
]
