/**
 * What the index (D1) knows of an agent's last calls: two rows of its sums by the hour, and two of its tools' times. The
 * present hour speaks for itself as soon as it has calls enough; until then the one before is counted with it.
 */
import type { Rate } from '../../protocol/alerts.ts'
import { percentile } from '../records/buckets.ts'
import { BUCKET_COLUMNS } from '../records/schema.ts'

const HOUR_MS = 3_600_000
/** Rows read by one look: of each of two tables the present hour, the one before, and the row at which the search ends. */
export const MOST_ROWS = 6

export interface Reading {
  value: number
  /** Calls that it was reckoned from; for the time of tools, calls of tools. */
  calls: number
}

/** Null where there were too few calls to say anything. */
export type Readings = Record<Rate, Reading | null>

type Row = Record<string, number>

/**
 * @param now ms since 1970
 * @param minCalls with less nothing is said
 * @param onRead told how many rows each question has read
 */
export async function readRates(
  db: D1Database,
  { agent, now, minCalls }: { agent: string; now: number; minCalls: number },
  onRead: (rows: number) => void = () => {},
): Promise<Readings> {
  const hour = Math.floor(now / HOUR_MS)
  // The newest first.
  const [hours, timings] = await db.batch<Row>([
    db
      .prepare(
        'SELECT calls, ended, failed, reconnects FROM hours WHERE agent = ? AND hour BETWEEN ? AND ? ORDER BY hour DESC',
      )
      .bind(agent, hour - 1, hour),
    db
      .prepare(
        `SELECT ${BUCKET_COLUMNS.join(', ')} FROM timings
        WHERE agent = ? AND kind = 'tool' AND hour BETWEEN ? AND ? ORDER BY hour DESC`,
      )
      .bind(agent, hour - 1, hour),
  ])
  for (const part of [hours, timings]) onRead(part?.meta.rows_read ?? 0)
  const sums = hours?.results ?? []
  const times = timings?.results ?? []
  return {
    error_rate: share(sums, 'failed', 'ended', minCalls),
    reconnect_rate: share(sums, 'reconnects', 'calls', minCalls),
    tool_p95_ms: p95(times, minCalls),
  }
}

function share(rows: readonly Row[], part: string, whole: string, minCalls: number): Reading | null {
  const enough = newest(rows, (row) => row[whole] ?? 0, minCalls)
  if (!enough) return null
  const sum = (name: string) => enough.rows.reduce((all, row) => all + (row[name] ?? 0), 0)
  return { value: sum(part) / enough.calls, calls: enough.calls }
}

function p95(rows: readonly Row[], minCalls: number): Reading | null {
  const enough = newest(rows, (row) => BUCKET_COLUMNS.reduce((all, name) => all + (row[name] ?? 0), 0), minCalls)
  if (!enough) return null
  const counts = BUCKET_COLUMNS.map((name) => enough.rows.reduce((all, row) => all + (row[name] ?? 0), 0))
  const value = percentile(counts, 0.95)
  return value === null ? null : { value, calls: enough.calls }
}

/** As few of the newest hours as have calls enough; null: all together have not. */
function newest(rows: readonly Row[], callsOf: (row: Row) => number, minCalls: number) {
  let calls = 0
  for (const [n, row] of rows.entries()) {
    calls += callsOf(row)
    if (calls >= minCalls) return { rows: rows.slice(0, n + 1), calls }
  }
  return null
}
