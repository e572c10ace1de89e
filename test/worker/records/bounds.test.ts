import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SessionListQuery } from '../../../protocol/console.ts'
import { mostRows, readPlots } from '../../../worker/console/plots.ts'
import { listSessions, listStatements } from '../../../worker/console/session-list.ts'
import { recordsOf } from '../../../worker/records/database.ts'

/** Sessions in the index, three calls each of the newest tenth, over thirty days. */
const SESSIONS = 100_000
const NOW = Date.UTC(2026, 10, 20, 12)
const DAY_MS = 86_400_000
/** The most that one page of the list may read (docs/console.md): what is looked at once through its index and once as a row, and again to say how far. */
const LIST_ROWS = 4_000
const AGENTS = ['seed-a', 'seed-b', 'seed-c']

let db: D1Database

/** By the database itself: a hundred thousand rows at once. */
beforeAll(async () => {
  db = await recordsOf(env.RECORDS)
  const count = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${SESSIONS})`
  const agent = `'seed-' || substr('abc', 1 + i % 3, 1)`
  const at = `${NOW} - (i * ${30 * DAY_MS} / ${SESSIONS})`
  await db.exec(
    `INSERT INTO sessions (id, agent, started_at, last_at, reason, version, calls, micro_usd, dead_letters) ${count} SELECT printf('ses_%022d', i), ${agent}, ${at}, ${at}, CASE i % 5000 WHEN 7 THEN 'tampered' ELSE 'visitor' END, 1, 1, CASE i % 20000 WHEN 19999 THEN 2500000 ELSE 40000 END, i % 20000 = 3 FROM n`,
  )
  const few = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < 20000)`
  const spread = `${NOW} - (i * ${30 * DAY_MS} / 20000)`
  await db.exec(
    `INSERT INTO calls (id, session, agent, kind, path, region, started_at, ended_at, reason, connect_times, tool_times, version, ms, micro_usd) ${few} SELECT printf('call_%022d', i), printf('ses_%022d', i), ${agent}, 'call', 'webrtc', substr('AFANASEUNAOCSA', 1 + 2 * (i % 7), 2), ${spread}, ${spread} + 60000, 'visitor', '{"' || (i % 12) || '":1}', '{"' || (i % 9) || '":1}', 1, 60000, 40000 FROM n`,
  )
}, 60_000)

async function read(query: SessionListQuery) {
  let rows = 0
  const list = await listSessions(db, query, (more) => {
    rows += more
  })
  return { ...list, rows }
}

describe(`a page of the list, with ${SESSIONS} sessions`, () => {
  const QUERIES: [string, SessionListQuery, string][] = [
    ['all', {}, 'sessions_by_time'],
    ['one agent', { agent: 'seed-b' }, 'sessions_by_agent'],
    ['a rare end', { reason: 'tampered' }, 'sessions_by_reason'],
    ['a rare end of one agent', { agent: 'seed-b', reason: 'tampered' }, 'sessions_by_agent_and_reason'],
    ['a day', { from: NOW - 9 * DAY_MS, to: NOW - 8 * DAY_MS }, 'sessions_by_time'],
    ['far back', { before: `${NOW - 20 * DAY_MS}.ses_${'0'.repeat(22)}` }, 'sessions_by_time'],
    ['nothing so dear', { minUsd: 1000 }, 'sessions_by_time'],
    ['dear ones of one agent', { agent: 'seed-a', minUsd: 2 }, 'sessions_by_agent'],
    ['events that were given up', { dead: '1' }, 'sessions_with_dead_letters'],
  ]

  it.each(QUERIES)('%s: reads few rows, through its index', async (_, query, index) => {
    const { rows } = await read(query)
    expect(rows).toBeGreaterThan(0)
    expect(rows).toBeLessThanOrEqual(LIST_ROWS)
    for (const { sql, bindings } of Object.values(listStatements(query))) {
      const plan = await db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...bindings)
        .all<{ detail: string }>()
      const steps = plan.results.map(({ detail }) => detail).join('\n')
      expect(steps).toContain(index)
      expect(steps).not.toContain('TEMP B-TREE') // nothing is sorted
    }
  })

  it('has every session once, page after page, also where few fit', async () => {
    const found: string[] = []
    let before: string | undefined
    do {
      const page = await read({ minUsd: 2, ...(before ? { before } : {}) })
      found.push(...page.sessions.map(({ session }) => session))
      before = page.next ?? undefined
    } while (before)
    expect(found).toEqual([19999, 39999, 59999, 79999, 99999].map((i) => `ses_${String(i).padStart(22, '0')}`))
  })

  it('has what was asked for', async () => {
    const { sessions, next } = await read({ agent: 'seed-b', reason: 'tampered' })
    expect(sessions.every(({ agent, reason }) => agent === 'seed-b' && reason === 'tampered')).toBe(true)
    expect([sessions.length, next]).toEqual([7, null])
    const day = await read({ from: NOW - 9 * DAY_MS, to: NOW - 8 * DAY_MS })
    expect(day.sessions).toHaveLength(50)
    expect(day.sessions.every(({ startedAt }) => startedAt >= NOW - 9 * DAY_MS && startedAt < NOW - 8 * DAY_MS)).toBe(
      true,
    )
  })
})

describe('plots', () => {
  it.each(['24h', '7d', '30d'] as const)('of %s read hours, never calls', async (range) => {
    const rows: number[] = []
    const plots = await readPlots(db, { agents: AGENTS, range, now: NOW }, (more) => rows.push(more))
    const sum = rows.reduce((all, one) => all + one, 0)
    expect(sum).toBeGreaterThan(0)
    expect(sum).toBeLessThanOrEqual(mostRows(range, AGENTS.length))
    expect(plots.times.at(-1)).toBeLessThanOrEqual(NOW)
    const calls = plots.calls.reduce((all, one) => all + one, 0)
    const share = { '24h': 1 / 30, '7d': 7 / 30, '30d': 1 }[range]
    expect(calls / 20_000).toBeGreaterThan(share * 0.95)
    expect(calls / 20_000).toBeLessThanOrEqual(share * 1.05)
    expect(plots.minutes[0]).toBe(plots.calls[0])
    expect(plots.regions).toHaveLength(7)
  })

  it('go through the keys of their tables', async () => {
    for (const table of ['hours', 'timings']) {
      const kind = table === 'timings' ? "kind IN ('connect', 'tool') AND" : ''
      const sql = `EXPLAIN QUERY PLAN SELECT * FROM ${table} WHERE agent IN (?, ?) AND ${kind} hour BETWEEN ? AND ?`
      const plan = await db.prepare(sql).bind('seed-a', 'seed-b', 1, 2).all<{ detail: string }>()
      expect(plan.results.map(({ detail }) => detail).join()).toMatch(/SEARCH \w+ USING PRIMARY KEY/)
    }
  })
})
