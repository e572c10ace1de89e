/** What the records of a session get handed in. */
import type { Agent } from '../../protocol/agent.ts'
import type { EndReason } from '../../protocol/frames.ts'
import type { Rating } from '../../protocol/rating.ts'
import type { Sql } from '../lazy-table.ts'
import type { MicroUsd } from '../ledger/money.ts'
import type { Prices } from '../ledger/prices.ts'
import type { Log } from '../log.ts'
import type { SessionRecord } from './statements.ts'

/** What is needed to know of a call. */
export interface Call {
  id: string
  generation: number
  relayed?: boolean
  startedAt: number
  endedAt: number | null
  reason: EndReason | null
  follows?: string
  since?: number
}

export interface RecordsPorts {
  sql: Sql
  /** Undefined: this deployment has no index. */
  db: D1Database | undefined
  prices: Prices
  store: {
    session(): { id: string; agentId: string; agent: Agent; createdAt: number; near?: string; rating?: Rating } | null
    call(id: string): Call | null
    currentCall(): Call | null
    callsAfter(generation: number): Call[]
    callsBefore(generation: number): Call[]
    item(id: string): { tool?: { callId: string } | undefined } | null
    counts(): Pick<SessionRecord, 'turns' | 'tools' | 'interruptions'>
    spent(): MicroUsd
    lastActivity(): number
  }
  deadLetters: () => number
  clock: { now(): number }
  log: Log
  /** Makes sure that `look` is called by then (ms since 1970). */
  watchBy: (time: number) => Promise<void>
  /** The index has forgotten an erased session. */
  onForgotten: () => Promise<void>
  /** Keeps the object until this is done. */
  background: (work: Promise<unknown>) => void
}
