import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import concierge from '../../agents/concierge.ts'
import { newId } from '../../protocol/ids.ts'
import { SHORTEST_RETENTION_MS } from '../../worker/session/retention.ts'
import { brokerWith } from './agents.ts'
import { answers, ask, connect, createCall, createSession, fault, journal, type Widget } from './support.ts'

const MINUTE_MS = 60_000

/** An agent that keeps nothing. */
const forgetful = brokerWith({}, { retentionDays: 0 })

const alarmOf = (session: string) =>
  runInDurableObject(env.SESSIONS.getByName(session), (_, { storage }) => storage.getAlarm())

const tables = (session: string) =>
  runInDurableObject(env.SESSIONS.getByName(session), (_, { storage }) =>
    ['session', 'calls', 'items', 'vault'].map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray().length),
  )

async function say(widget: Widget) {
  widget.send({ type: 'text', id: newId('txt_'), text: 'hello' })
  await widget.until((frames) => answers(frames).length === 1, 'an answer')
}

afterEach(() => {
  vi.useRealTimers()
})

/** Only the clock: timers and alarms stay real. */
function passes(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
}

describe('retention', () => {
  it('is watched over from the first moment, also of a session without a call', async () => {
    const before = Date.now()
    const { session } = await createSession()
    const due = (await alarmOf(session)) ?? 0
    expect(due - before).toBeGreaterThanOrEqual(concierge.retentionDays * 24 * 60 * MINUTE_MS)
    expect(due - Date.now()).toBeLessThanOrEqual(concierge.retentionDays * 24 * 60 * MINUTE_MS)
  })

  it('0: what was only ever written can be resumed for a while, then key and rows are gone', async () => {
    const { session, token, widget } = await forgetful.textSession()
    await say(widget)
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    expect(await alarmOf(session)).toBeLessThanOrEqual(Date.now() + 15 * MINUTE_MS)
    passes(SHORTEST_RETENTION_MS - MINUTE_MS)
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    expect((await ask(`/v1/sessions/${session}/transcript`, { token })).status).toBe(200)
    expect(await tables(session)).toEqual([1, 0, 2, 1])
    // By the end of it at the latest; the index may have to be looked after before.
    expect(await alarmOf(session)).toBeLessThanOrEqual(Date.now() + MINUTE_MS)

    passes(MINUTE_MS)
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    expect((await ask(`/v1/sessions/${session}/transcript`, { token })).status).toBe(404)
    expect(await tables(session)).toEqual([0, 0, 0, 0])
    await vi.waitUntil(async () => (await alarmOf(session)) === null) // the index has forgotten it, too
    await widget.next((frame) => frame.type === 'notice' && frame.code === 'erased', 'being told')
  })

  it('has nothing left to do when the visitor has erased everything, key included', async () => {
    const { session, token } = await createSession()
    await say(await connect(session, token))
    expect(await tables(session)).toEqual([1, 0, 2, 1])
    expect((await ask(`/v1/sessions/${session}`, { method: 'DELETE', token })).status).toBe(204)
    expect(await tables(session)).toEqual([0, 0, 0, 0])
    await vi.waitUntil(async () => (await alarmOf(session)) === null) // the index has forgotten it, too
  })

  it('hangs up what the provider did not let go of, although everything was erased', async () => {
    const { session, token } = await createSession()
    const call = await createCall(session, token)
    const from = (await journal()).at(-1)?.n ?? 0
    await fault({ kind: 'fail_next', count: 2, status: 500, route: 'hangup' })
    expect((await ask(`/v1/sessions/${session}`, { method: 'DELETE', token: call.token })).status).toBe(204)
    expect(await tables(session)).toEqual([0, 1, 0, 0])
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    expect(await tables(session)).toEqual([0, 1, 0, 0])
    await abortAllDurableObjects()
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    const hangUps = (await journal(from)).filter(({ path }) => String(path).endsWith('/hangup'))
    expect(hangUps.map(({ status }) => status)).toEqual([500, 500, 200])
    expect(await tables(session)).toEqual([0, 0, 0, 0])
    expect(await alarmOf(session)).toBeNull()
  })

  it('counts from the end of the last call, also when the object was away', async () => {
    const { session, token } = await forgetful.textSession()
    const call = await createCall(session, token)
    passes(60 * MINUTE_MS)
    expect(
      (await ask(`/v1/sessions/${session}/calls/${call.call}/end`, { method: 'POST', token: call.token })).status,
    ).toBe(204)
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    expect(await alarmOf(session)).toBe(Date.now() + SHORTEST_RETENTION_MS)
    await abortAllDurableObjects()
    passes(15 * MINUTE_MS)
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    expect(await tables(session)).toEqual([0, 0, 0, 0])
  })

  it('also ends for a session whose secret is gone', async () => {
    const { session, token, widget } = await forgetful.textSession()
    await say(widget)
    await runInDurableObject(env.SESSIONS.getByName(session), (_, { storage }) => {
      storage.sql.exec("UPDATE vault SET key_id = 'lost'")
      storage.sql.exec("UPDATE items SET data = json_set(data, '$.status', 'in_progress')")
    })
    await abortAllDurableObjects()
    expect((await ask(`/v1/sessions/${session}/transcript`, { token })).status).toBe(500)
    passes(15 * MINUTE_MS)
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    expect(await tables(session)).toEqual([0, 0, 0, 0])
  })
})
