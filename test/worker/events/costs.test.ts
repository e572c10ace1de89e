/** What events add to the price of a session at Cloudflare (running-costs.test.ts has the rest), with a receiver that is well or not. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, it, vi } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { ask } from '../support.ts'
import { converse, discardAll } from '../tools/lab.ts'
import { passes, receiver } from './receiver.ts'

/** Prices of Cloudflare beyond what is included (anchors-broker.md 2.3): USD. */
const ROW_WRITTEN = 1 / 1e6
const OBJECT_REQUEST = 0.15 / 1e6
const GB_SECOND = 12.5 / 1e6
const OBJECT_GB = 0.128
/** A good receiver answers within this time (s); one that hangs is given so long. */
const ANSWER_SECONDS = 0.3
const HANG_SECONDS = 5

afterEach(async () => {
  vi.useRealTimers()
  await discardAll()
})

/** Written before the counting began: the row of `session.started`, its table, the alarm for it. */
const ROWS_OF_THE_START = 3

/** From one call to two days after the session was erased. */
async function addedBy(kind: 'empty' | 'broken' | null) {
  const server = kind && receiver(kind)
  const talk = await converse([], 'voice', server ? { events: server.events } : {})
  const stub = env.SESSIONS.getByName(talk.session)
  const key = `rows ${newId('itm_')}`
  const counts = globalThis as unknown as Record<string, number>
  counts[key] = 0
  await runInDurableObject(stub, (_, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql)
    storage.sql.exec = ((query: string, ...bindings: unknown[]) => {
      const cursor = exec(query, ...bindings)
      counts[key] = (counts[key] ?? 0) + cursor.rowsWritten
      return cursor
    }) as typeof storage.sql.exec
    const setAlarm = storage.setAlarm.bind(storage)
    storage.setAlarm = (time) => {
      counts[key] = (counts[key] ?? 0) + 1
      return setAlarm(time)
    }
  })
  await ask(`/v1/sessions/${talk.session}/calls/${talk.call}/end`, { method: 'POST', token: talk.token })
  await ask(`/v1/sessions/${talk.session}`, { method: 'DELETE', token: talk.token })
  let alarms = 0
  const ringUntilQuiet = async () => {
    for (; alarms < 60; alarms++) {
      const [alarm, waiting] = await runInDurableObject(stub, async (_, { storage }) => {
        const exists = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'events'").toArray().length > 0
        const rows = exists ? storage.sql.exec('SELECT * FROM events WHERE dead = 0').toArray().length : 0
        return [await storage.getAlarm(), rows]
      })
      if (alarm === null || waiting === 0) return
      passes(Math.max(0, alarm - Date.now()))
      const before = (await server?.requests())?.length ?? 0
      await runDurableObjectAlarm(stub)
      await vi
        .waitUntil(async () => ((await server?.requests())?.length ?? 0) > before, { timeout: 500 })
        .catch(() => {})
    }
  }
  await ringUntilQuiet()
  return {
    rows: (counts[key] ?? 0) + (server ? ROWS_OF_THE_START : 0),
    alarms,
    requests: (await server?.requests())?.length ?? 0,
  }
}

const priceOf = ({ rows, alarms, requests }: Awaited<ReturnType<typeof addedBy>>, seconds: number) =>
  1000 * (rows * ROW_WRITTEN + alarms * OBJECT_REQUEST + requests * seconds * OBJECT_GB * GB_SECOND)

it('adds about two cents to 1,000 sessions, and fifteen at most where the receiver hangs for two days', async () => {
  const none = await addedBy(null)
  const well = await addedBy('empty')
  const dead = await addedBy('broken')
  const [plain, good, hanging] = [priceOf(none, 0), priceOf(well, ANSWER_SECONDS), priceOf(dead, HANG_SECONDS)]
  console.log(
    `events of 1,000 sessions: $${(good - plain).toFixed(3)} taken, $${(hanging - plain).toFixed(3)} never taken ` +
      `(rows ${none.rows}, ${well.rows}, ${dead.rows}; alarms ${none.alarms}, ${well.alarms}, ${dead.alarms}; requests ${well.requests}, ${dead.requests})`,
  )
  expect(none.requests).toBe(0)
  expect(well.requests).toBe(3)
  expect(good - plain).toBeLessThanOrEqual(0.025)
  expect(dead.requests).toBeLessThanOrEqual(14)
  expect(hanging - plain).toBeLessThanOrEqual(0.15)
})
