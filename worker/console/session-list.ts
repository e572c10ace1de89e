/**
 * Sessions, newest first, by what the index knows of them: there is nothing of what was said in it to be searched. Each question
 * goes through one index in the order of time and looks at LOOK sessions at most, so that what it costs does not depend on how
 * many there are. Where few of those fit, the page is short and says where to look further.
 */
import type { SessionList, SessionListQuery, SessionSummary } from '../../protocol/console.ts'

/** Sessions of a page. */
const PAGE = 50
/** Sessions that are looked at for one page. */
const LOOK = 1000

interface Row extends Omit<SessionSummary, 'session' | 'startedAt' | 'lastAt' | 'usd' | 'deadLetters' | 'rating'> {
  id: string
  started_at: number
  last_at: number
  micro_usd: number
  dead_letters: number
  rating: number | null
}

export interface Statement {
  sql: string
  bindings: (string | number)[]
}

/** Filters that an index answers, and those that are looked for among what it gives. */
export function listStatements(query: SessionListQuery): { found: Statement; last: Statement } {
  const { agent, reason, from, to, minUsd, maxUsd, rating, dead, before } = query
  const [beforeTime, beforeId] = before?.split('.') ?? []
  const indexed: [string, string | number | undefined][] = [
    ['agent = ?', agent],
    ['reason = ?', reason],
    ['started_at >= ?', from],
    ['started_at < ?', to],
  ]
  const where = indexed.flatMap(([condition, value]) => (value === undefined ? [] : [condition]))
  const values = indexed.flatMap(([, value]) => (value === undefined ? [] : [value]))
  if (beforeTime !== undefined && beforeId !== undefined) {
    where.push('(started_at, id) < (?, ?)')
    values.push(Number(beforeTime), beforeId)
  }
  if (dead) where.push('dead_letters > 0')
  const newest = `sessions INDEXED BY ${indexFor(query)} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
    ORDER BY started_at DESC, id DESC`
  const rest: [string, number | undefined][] = [
    ['micro_usd >= ?', minUsd === undefined ? undefined : minUsd * 1_000_000],
    ['micro_usd <= ?', maxUsd === undefined ? undefined : maxUsd * 1_000_000],
    ['rating = ?', rating && Number(rating === 'good')],
  ]
  const fits = rest.flatMap(([condition, value]) => (value === undefined ? [] : [condition]))
  const fitting = rest.flatMap(([, value]) => (value === undefined ? [] : [value]))
  const filter = fits.length > 0 ? `WHERE ${fits.join(' AND ')}` : ''
  return {
    found: {
      sql: `SELECT * FROM (SELECT * FROM ${newest} LIMIT ${LOOK}) ${filter} LIMIT ${PAGE + 1}`,
      bindings: [...values, ...fitting],
    },
    last: { sql: `SELECT started_at, id FROM ${newest} LIMIT 1 OFFSET ${LOOK - 1}`, bindings: values },
  }
}

function indexFor({ agent, reason, dead }: SessionListQuery): string {
  if (dead) return 'sessions_with_dead_letters'
  if (agent && reason) return 'sessions_by_agent_and_reason'
  if (agent) return 'sessions_by_agent'
  return reason ? 'sessions_by_reason' : 'sessions_by_time'
}

/** @param onRead told how many rows each question has read */
export async function listSessions(
  db: D1Database,
  query: SessionListQuery,
  onRead: (rows: number) => void = () => {},
): Promise<SessionList> {
  const { found, last } = listStatements(query)
  const all = await ask<Row>(db, found, onRead)
  const page = all.slice(0, PAGE)
  const end = page.at(-1)
  if (all.length > PAGE && end) return { sessions: page.map(summary), next: cursor(end), looked: page.length }
  const isFiltered = query.minUsd !== undefined || query.maxUsd !== undefined || query.rating !== undefined
  const [furthest] = isFiltered ? await ask<Pick<Row, 'id' | 'started_at'>>(db, last, onRead) : []
  return {
    sessions: page.map(summary),
    next: furthest ? cursor(furthest) : null,
    looked: furthest ? LOOK : page.length,
  }
}

async function ask<T>(db: D1Database, { sql, bindings }: Statement, onRead: (rows: number) => void): Promise<T[]> {
  const { results, meta } = await db
    .prepare(sql)
    .bind(...bindings)
    .all<T>()
  onRead(meta.rows_read)
  return results
}

function cursor({ started_at, id }: Pick<Row, 'id' | 'started_at'>): string {
  return `${started_at}.${id}`
}

function summary(row: Row): SessionSummary {
  const { id, agent, started_at, last_at, calls, ms, micro_usd, turns, tools, interruptions, reconnects, reason } = row
  return {
    ...{ session: id, agent, startedAt: started_at, lastAt: last_at, calls, ms, usd: micro_usd / 1_000_000 },
    ...{ turns, tools, interruptions, reconnects, reason, deadLetters: row.dead_letters },
    rating: row.rating === null ? null : row.rating === 1 ? 'good' : 'bad',
  }
}
