/** An index that an earlier version has made goes on in this one, with what is in it. */
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { recordsOf } from '../../../worker/records/database.ts'
import { MIGRATIONS } from '../../../worker/records/schema.ts'

/** Tables as the first step made them, with a session in them. */
async function before(): Promise<void> {
  const db = env.RECORDS
  await db.exec('CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY, at INTEGER NOT NULL)')
  const first = MIGRATIONS[0] ?? []
  await db.batch([...first, 'INSERT INTO migrations (step, at) VALUES (0, 1)'].map((sql) => db.prepare(sql)))
  await db.exec("INSERT INTO sessions (id, agent, started_at, last_at, turns) VALUES ('ses_old', 'old', 1, 2, 7)")
  await db.exec("INSERT INTO hours (agent, hour, calls) VALUES ('old', 0, 3)")
}

it('the first step is what was released, and the others are added to what it has', async () => {
  expect((MIGRATIONS[0] ?? []).join()).not.toContain('rating')
  await before()
  const db = await recordsOf(env.RECORDS)
  expect(await db.prepare('SELECT turns, rating FROM sessions').first()).toEqual({ turns: 7, rating: null })
  expect(await db.prepare('SELECT calls, rated, rated_good FROM hours').first()).toEqual({
    ...{ calls: 3, rated: 0, rated_good: 0 },
  })
  const { results } = await db.prepare('SELECT step FROM migrations ORDER BY step').all()
  expect(results.map(({ step }) => step)).toEqual(MIGRATIONS.map((_, step) => step))
})
