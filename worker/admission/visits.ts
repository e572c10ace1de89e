/**
 * What has to be consistent across the visitors of one agent: idempotency keys of session starts, identities that were
 * used once, and which sessions belong to whom. Keys and persons are hashes (keyed.ts). Rows and the time alone decide.
 */
import type { ErrorCode } from '../../protocol/errors.ts'
import type { AttemptMark } from './idempotency.ts'

/** How long the same key gets the same session (ms). */
const START_KEPT_MS = 24 * 60 * 60 * 1000
/** Most sessions listed for one person, newest first. */
const LISTED = 100

/** A signed identity that was verified. */
export interface Identity {
  /** Hash of agent and `sub`. */
  person: string
  /** Hash of `jti`. */
  id: string
  /** Until when the same could be presented again (ms since 1970). */
  usableUntil: number
}

export interface Start {
  /** Id of the session that is about to be made. */
  session: string
  attempt: AttemptMark | null
  identity: Identity | null
  /** The session of an earlier try that never came to be. */
  insteadOf?: string
}

/** The session that the same request has made before. */
export interface Repeat {
  session: string
  /** How long ago (ms). */
  age: number
}

export type Verdict<T> = { ok: true; value: T } | { ok: false; code: ErrorCode }

export interface OwnedSession {
  session: string
  /** ms since 1970 */
  at: number
}

export class Visits {
  readonly #sql: Pick<SqlStorage, 'exec'>

  constructor(sql: Pick<SqlStorage, 'exec'>) {
    this.#sql = sql
    for (const statement of SCHEMA) sql.exec(statement)
  }

  /** Answers null for a new session, and what was made before for a repeated request. */
  start({ session, attempt, identity, insteadOf }: Start, now: number): Verdict<Repeat | null> {
    if (identity && !this.use(identity, attempt?.key ?? '')) return { ok: false, code: 'identity_replayed' }
    const earlier = attempt ? this.#start(attempt.key) : null
    if (attempt && earlier && now - earlier.at < START_KEPT_MS && earlier.session !== insteadOf) {
      if (earlier.body !== attempt.body) return { ok: false, code: 'idempotency_mismatch' }
      return { ok: true, value: { session: earlier.session, age: now - earlier.at } }
    }
    if (attempt) {
      const row = [attempt.key, attempt.body, session, now]
      this.#sql.exec('INSERT OR REPLACE INTO starts (key, body, session, at) VALUES (?, ?, ?, ?)', ...row)
    }
    if (identity) {
      if (insteadOf) this.forget({ session: insteadOf, person: identity.person })
      this.#sql.exec('INSERT INTO owned (person, session, at) VALUES (?, ?, ?)', identity.person, session, now)
    }
    return { ok: true, value: null }
  }

  /** False when the identity was used before, but for a repeat of the same attempt. */
  use({ id, usableUntil }: Identity, attemptKey: string): boolean {
    const used = this.#sql.exec('SELECT attempt FROM identities WHERE id = ?', id).toArray()[0]
    if (used) return attemptKey !== '' && used.attempt === attemptKey
    this.#sql.exec('INSERT INTO identities (id, attempt, until) VALUES (?, ?, ?)', id, attemptKey, usableUntil)
    return true
  }

  ownedBy(person: string): OwnedSession[] {
    return this.#sql
      .exec('SELECT session, at FROM owned WHERE person = ? ORDER BY at DESC LIMIT ?', person, LISTED)
      .toArray()
      .map(({ session, at }) => ({ session: String(session), at: Number(at) }))
  }

  owns(person: string, session: string): boolean {
    return this.#sql.exec('SELECT 1 FROM owned WHERE person = ? AND session = ?', person, session).toArray().length > 0
  }

  /** The session was erased, or never came to be. */
  forget({ session, startKey, person }: { session: string; startKey?: string; person?: string }): void {
    if (startKey) this.#sql.exec('DELETE FROM starts WHERE key = ? AND session = ?', startKey, session)
    if (person) this.#sql.exec('DELETE FROM owned WHERE person = ? AND session = ?', person, session)
  }

  /** Forgets what cannot matter any more. Answers whether there is something left to forget later. */
  prune(now: number): boolean {
    this.#sql.exec('DELETE FROM starts WHERE at <= ?', now - START_KEPT_MS)
    this.#sql.exec('DELETE FROM identities WHERE until <= ?', now)
    const left = this.#sql.exec('SELECT EXISTS (SELECT 1 FROM starts) OR EXISTS (SELECT 1 FROM identities) AS some')
    return left.one().some === 1
  }

  #start(key: string) {
    const row = this.#sql.exec('SELECT body, session, at FROM starts WHERE key = ?', key).toArray()[0]
    return row ? { body: String(row.body), session: String(row.session), at: Number(row.at) } : null
  }
}

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS starts (key TEXT PRIMARY KEY, body TEXT NOT NULL, session TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS identities (id TEXT PRIMARY KEY, attempt TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS owned (person TEXT NOT NULL, session TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (person, session)) WITHOUT ROWID',
]
