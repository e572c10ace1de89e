/**
 * Answers kept for repeated requests: sealed by the Worker, erased with the session. The start of the session is kept as
 * long as its idempotency key (24 h, visits.ts); of a call, whose SDP or client secret is of no use later, for 60 s.
 */
import type { Sql } from './ports.ts'
import { ok, type Result, refused } from './result.ts'

/** How long a repeated request gets the same call (ms). */
const CALL_REPLY_MS = 60_000
/** A request that has neither answered nor failed by then (ms) never will, the provider gets 15 s: a repeat takes over. */
const IN_FLIGHT_MS = 30_000
/** Afterwards the key alone is remembered for this long (ms), so that a late repeat does not start another call. */
const KEY_KEPT_MS = 24 * 60 * 60 * 1000

/** What identifies a request that may be repeated (admission/idempotency.ts): hashes. */
export interface RequestMark {
  key: string
  body: string
}

export interface CallReply {
  call: string
  tokenGeneration: number
  sealed: ArrayBuffer
}

interface Claim extends RequestMark {
  call: string
  tokenGeneration: number
  /** ms since 1970 */
  at: number
}

export class Replies {
  readonly #sql: Sql
  /** Claims of calls that were not answered for yet, by call. A crash may forget them: nothing has come of them. */
  readonly #claims = new Map<string, Claim>()

  constructor(sql: Sql) {
    this.#sql = sql
    this.reset()
  }

  /** Makes the table, at the start and after everything was erased. */
  reset(): void {
    this.#claims.clear()
    this.#sql.exec(SCHEMA)
  }

  /**
   * Claims the key for a new call (null), or answers what the same request has got before. Writes nothing: `keep` does.
   */
  claim({ key, body }: RequestMark, call: string, tokenGeneration: number, now: number): Result<CallReply | null> {
    const claimed = [...this.#claims.values()].find((claim) => claim.key === key)
    if (claimed && claimed.body !== body) return refused('idempotency_mismatch')
    if (claimed && now - claimed.at < IN_FLIGHT_MS) return refused('idempotency_in_flight')
    if (claimed) this.#claims.delete(claimed.call)
    const row = this.#sql.exec('SELECT * FROM replies WHERE key = ? AND at > ?', key, now - KEY_KEPT_MS).toArray()[0]
    if (!row) {
      this.#claims.set(call, { key, body, call, tokenGeneration, at: now })
      return ok(null)
    }
    this.#prune(now)
    if (row.body !== body) return refused('idempotency_mismatch')
    const isKept = row.sealed instanceof ArrayBuffer && now - Number(row.at) < CALL_REPLY_MS
    if (!isKept) return refused('idempotency_expired')
    return ok({ call: String(row.call), tokenGeneration: Number(row.generation), sealed: row.sealed as ArrayBuffer })
  }

  /** The call is answered for: its claim becomes a row, with what a repeat of the request gets. */
  keep(call: string, sealed: ArrayBuffer, now: number): void {
    this.#prune(now)
    const claim = this.#claims.get(call)
    if (!claim) return
    this.#claims.delete(call)
    const { key, body, tokenGeneration, at } = claim
    this.#sql.exec(
      'INSERT OR REPLACE INTO replies (key, body, call, generation, at, sealed) VALUES (?, ?, ?, ?, ?, ?)',
      ...[key, body, call, tokenGeneration, at, sealed],
    )
  }

  /** The call was not created: the same request may try again. */
  release(call: string): void {
    this.#claims.delete(call)
    this.#sql.exec('DELETE FROM replies WHERE call = ?', call)
  }

  keepStart(key: string, sealed: ArrayBuffer, now: number): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO replies (key, body, call, generation, at, sealed) VALUES (?, '', '', 1, ?, ?)",
      ...[key, now, sealed],
    )
  }

  startReply(key: string): ArrayBuffer | null {
    const row = this.#sql.exec("SELECT sealed FROM replies WHERE key = ? AND call = ''", key).toArray()[0]
    return row?.sealed instanceof ArrayBuffer ? row.sealed : null
  }

  #prune(now: number): void {
    this.#sql.exec('DELETE FROM replies WHERE at <= ?', now - KEY_KEPT_MS)
    const old = now - CALL_REPLY_MS
    this.#sql.exec("UPDATE replies SET sealed = NULL WHERE at <= ? AND call <> '' AND sealed IS NOT NULL", old)
  }
}

const SCHEMA =
  'CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, body TEXT NOT NULL, call TEXT NOT NULL, generation INTEGER NOT NULL, at INTEGER NOT NULL, sealed BLOB) WITHOUT ROWID'
