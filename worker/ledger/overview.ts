/** What the console shows of a ledger, and the switch that it sets. */
import type { DeadLetter } from '../../protocol/console.ts'
import type { Books } from './budget.ts'
import type { MicroUsd } from './money.ts'

/** The part of Durable Object storage that is used for rows. */
type Sql = Pick<SqlStorage, 'exec'>

export interface Overview {
  paused: boolean
  /** Settled today (UTC) and this month, and set aside beyond that. */
  day: MicroUsd
  month: MicroUsd
  held: MicroUsd
  /** Calls that have money set aside: those that live, and any whose session was lost in the last minutes. */
  calls: { call: string; session: string }[]
  /** Alerts that were given up. */
  deadLetters: DeadLetter[]
}

export function overview(
  { daySpent, monthSpent, leases }: Books,
  paused: boolean,
  deadLetters: DeadLetter[],
): Overview {
  const all = Object.values(leases)
  const calls = all.filter(({ kind }) => kind === 'call').map(({ id, session }) => ({ call: id, session }))
  const held = all.reduce((sum, lease) => sum + lease.held, 0)
  return { paused, day: daySpent, month: monthSpent, held, calls, deadLetters }
}

/** Kept with the ledger, which is asked before anything begins: so one question answers both. */
export class PauseSwitch {
  readonly #sql: Sql
  #on: boolean

  constructor(sql: Sql) {
    this.#sql = sql
    sql.exec('CREATE TABLE IF NOT EXISTS paused (one INTEGER PRIMARY KEY)')
    this.#on = sql.exec('SELECT one FROM paused').toArray().length > 0
  }

  get on(): boolean {
    return this.#on
  }

  set(on: boolean): void {
    this.#sql.exec(on ? 'INSERT OR IGNORE INTO paused (one) VALUES (1)' : 'DELETE FROM paused')
    this.#on = on
  }
}
