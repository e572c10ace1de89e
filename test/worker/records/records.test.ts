import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { recordsOf } from '../../../worker/records/database.ts'
import { type CallRecord, type SessionRecord, writeCall, writeSession } from '../../../worker/records/statements.ts'
import { brokerWith } from '../agents.ts'
import { answers } from '../support.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const HOUR_MS = 3_600_000

async function rows(sql: string, ...bindings: unknown[]) {
  const db = await recordsOf(env.RECORDS)
  const { results } = await db
    .prepare(sql)
    .bind(...bindings)
    .all()
  return results
}
const callsOf = (session: string) => rows('SELECT * FROM calls WHERE session = ? ORDER BY started_at', session)
const sessionOf = async (session: string) => (await rows('SELECT * FROM sessions WHERE id = ?', session))[0]
const hoursOf = (agent: string) => rows('SELECT * FROM hours WHERE agent = ?', agent)
const waiting = (session: string) =>
  runInDurableObject(env.SESSIONS.getByName(session), (_, { storage: { sql } }) => {
    const exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'records'").toArray().length > 0
    return exists ? sql.exec('SELECT id FROM records').toArray().length : 0
  })

function call(more: Partial<CallRecord> & Pick<CallRecord, 'id' | 'agent' | 'version'>): CallRecord {
  return {
    ...{
      session: 'ses_1',
      kind: 'call',
      path: 'webrtc',
      region: 'EU',
      started_at: HOUR_MS,
      ended_at: null,
      reason: null,
    },
    ...{ connect_times: '{}', tool_times: '{}', reconnect: 0, ms: 0, micro_usd: 0, audio_micro: 0, text_micro: 0 },
    ...{ image_micro: 0, words_micro: 0, tokens_in: 0, tokens_cached: 0, tools: 0, tool_errors: 0, left_after_tool: 0 },
    ...more,
  }
}

async function write(...calls: CallRecord[]): Promise<void> {
  const db = await recordsOf(env.RECORDS)
  await db.batch(calls.map((one) => writeCall(db, one)))
}

describe('a rating in the index', () => {
  it('counts once in the sums of the hour in which the session began, as it is now', async () => {
    const db = await recordsOf(env.RECORDS)
    const session: SessionRecord = {
      ...{ id: 'ses_rated', agent: 'rated', started_at: 5 * HOUR_MS, last_at: 9 * HOUR_MS, reason: null, version: 1 },
      ...{ calls: 0, ms: 0, micro_usd: 0, turns: 1, tools: 0, interruptions: 0, reconnects: 0, dead_letters: 0 },
      rating: null,
    }
    const write = (version: number, rating: SessionRecord['rating']) =>
      writeSession(db, { ...session, version, rating }).run()
    const sums = async () => (await hoursOf('rated')).map(({ hour, rated, rated_good }) => [hour, rated, rated_good])
    await write(1, null)
    expect(await sums()).toEqual([])
    await write(2, 1)
    await write(3, 1)
    expect(await sums()).toEqual([[5, 1, 1]])
    await write(4, 0)
    await write(2, 1) // late
    expect(await sums()).toEqual([[5, 1, 0]])
    await writeSession(db, { ...session, id: 'ses_at_once', rating: 1 }).run()
    expect(await sums()).toEqual([[5, 2, 1]])
    await db.exec("DELETE FROM sessions WHERE agent = 'rated'")
    expect(await sums()).toEqual([[5, 2, 1]])
  })
})

describe('a call in the index', () => {
  it('counts once in the sums of its hour, however often it is written', async () => {
    const first = call({ id: 'call_once', agent: 'once', version: 1, ms: 60_000, micro_usd: 10, tokens_in: 5 })
    const second = { ...first, version: 2, ms: 90_000, micro_usd: 25, connect_times: '{"3":1}' }
    const last = { ...second, version: 3, ended_at: 2, reason: 'dropped', tools: 2, tool_times: '{"4":2}' } as const
    for (const version of [first, second, second, last, last, first, second]) await write(version)
    const sums = { hour: 1, calls: 1, ended: 1, failed: 1, ms: 90_000, micro_usd: 25, tokens_in: 5, tools: 2 }
    expect(await hoursOf('once')).toMatchObject([sums])
    expect(await rows("SELECT * FROM timings WHERE agent = 'once' ORDER BY kind")).toMatchObject([
      { kind: 'connect', region: 'EU', hour: 1, b3: 1, b4: 0 },
      { kind: 'tool', region: '', hour: 1, b3: 0, b4: 2 },
    ])
  })

  it('loses nothing when its object was restarted and counts anew', async () => {
    const before = call({
      id: 'call_anew',
      agent: 'anew',
      version: 1,
      audio_micro: 40,
      tools: 1,
      tool_times: '{"2":1}',
    })
    const after = { ...before, version: 2, audio_micro: 3, tools: 0, tool_times: '{}' }
    await write(before, { ...after, connect_times: '{"1":1}' }, { ...after, version: 3, ended_at: 9, micro_usd: 50 })
    expect(await hoursOf('anew')).toMatchObject([{ audio_micro: 40, micro_usd: 50, tools: 1, ended: 1 }])
    expect(await rows("SELECT * FROM timings WHERE agent = 'anew' ORDER BY kind")).toMatchObject([{ b1: 1 }, { b2: 1 }])
  })

  it('that was to take over and never did is no call, but costs', async () => {
    const second = call({ id: 'call_second', agent: 'second', version: 1, kind: 'second', micro_usd: 7 })
    await write(second, { ...second, version: 2, ended_at: 3, reason: 'dropped' })
    expect(await hoursOf('second')).toMatchObject([{ calls: 0, ended: 0, failed: 0, micro_usd: 7 }])
  })
})

describe('a session tells the index', () => {
  it('each minute while a call lives, and at its end; nothing is left waiting', async () => {
    const broker = brokerWith({})
    // Without a widget, whose heartbeat would be missed when the time jumps.
    const {
      session,
      call: id,
      token,
    } = (await (await broker.start()).json()) as Record<'session' | 'call' | 'token', string>
    const stub = env.SESSIONS.getByName(session)
    await vi.waitUntil(async () => (await stub.owner().live(id))?.last === 'ready')
    expect(await callsOf(session)).toEqual([])
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + 61_000)
    await runDurableObjectAlarm(stub)
    await vi.waitUntil(async () => (await callsOf(session)).length === 1)
    expect(await callsOf(session)).toMatchObject([{ id, ended_at: null, reason: null, agent: broker.id }])
    expect((await callsOf(session))[0]?.ms).toBeGreaterThan(60_000)

    await broker.ask(`/v1/sessions/${session}/calls/${id}/end`, { method: 'POST', token })
    await vi.waitUntil(async () => (await callsOf(session))[0]?.reason === 'visitor')
    expect(await hoursOf(broker.id)).toMatchObject([{ calls: 1, ended: 1, failed: 0 }])
    expect(await rows('SELECT kind FROM timings WHERE agent = ?', broker.id)).toEqual([{ kind: 'connect' }])
    await vi.waitUntil(async () => (await waiting(session)) === 0)
  })

  it('of a conversation in writing', async () => {
    const broker = brokerWith({})
    const { session, widget } = await broker.textSession()
    widget.send({ type: 'text', id: 'txt_hello', text: 'blue whale' })
    await widget.until((frames) => answers(frames).length > 0, 'an answer')
    const seen = async () => env.SESSIONS.getByName(session).owner().view()
    await vi.waitUntil(async () => {
      const view = await seen()
      return view.ok && view.value.usd > 0
    })
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + 61_000)
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    await vi.waitUntil(async () => (await sessionOf(session))?.micro_usd)
    expect(await sessionOf(session)).toMatchObject({ calls: 0, turns: 1, reason: null })
    expect(await callsOf(session)).toMatchObject([{ kind: 'text', path: 'text' }])
    expect(await hoursOf(broker.id)).toMatchObject([{ calls: 0, audio_micro: 0 }])
    expect((await hoursOf(broker.id))[0]?.text_micro).toBeGreaterThan(0)
  })

  it('nothing that anybody said, nor where or who it was', async () => {
    const broker = brokerWith({})
    const { session, call: id, token, widget } = await broker.live()
    widget.send({ type: 'text', id: 'txt_hello', text: 'a secret canary' })
    await widget.until((frames) => answers(frames).length > 0, 'an answer')
    await broker.ask(`/v1/sessions/${session}/calls/${id}/end`, { method: 'POST', token })
    await vi.waitUntil(async () => (await callsOf(session))[0]?.reason === 'visitor')
    const all = JSON.stringify([await sessionOf(session), await callsOf(session)])
    for (const word of ['canary', 'localhost', token]) expect(all).not.toContain(word)
  })
})

describe('an index that does not answer', () => {
  /** It is there, and every write fails. */
  async function broken<T>(meanwhile: () => Promise<T>): Promise<T> {
    const db = await recordsOf(env.RECORDS)
    await db.exec('ALTER TABLE calls RENAME TO calls_away')
    try {
      return await meanwhile()
    } finally {
      await db.exec('ALTER TABLE calls_away RENAME TO calls')
    }
  }

  it('that only is silent does not make the alarm ring without end', async () => {
    const broker = brokerWith({})
    const { session, call: id } = (await (await broker.start()).json()) as Record<'session' | 'call', string>
    const stub = env.SESSIONS.getByName(session)
    await vi.waitUntil(async () => (await stub.owner().live(id))?.last === 'ready')
    const away = Promise.withResolvers<never>()
    const batch = vi.spyOn(Object.getPrototypeOf(env.RECORDS) as D1Database, 'batch').mockReturnValue(away.promise)
    const start = Date.now()
    let now = start
    vi.spyOn(Date, 'now').mockImplementation(() => now)
    const alarm = () => runInDurableObject(stub, (_, { storage }) => storage.getAlarm())
    // Each alarm rings when it is due, and those that were set for a time that is past ring at once.
    let rung = 0
    for (; rung < 20; rung++) {
      now = Math.max(now, (await alarm()) ?? 0)
      if (now > start + 4 * 60_000) break
      await runDurableObjectAlarm(stub)
    }
    expect(batch).toHaveBeenCalledOnce()
    expect(rung).toBeLessThan(12)
    away.reject(new Error('it never answered'))
    vi.spyOn(console, 'error').mockImplementation(() => {})
    batch.mockRestore()
  })

  it('hurts no call, and is told later, after a restart, too', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => lines.push(String(line)))
    const broker = brokerWith({})
    const { session, stub } = await broken(async () => {
      const live = await broker.live()
      live.widget.send({ type: 'text', id: 'txt_hello', text: 'blue whale' })
      await live.widget.until((frames) => answers(frames).length > 0, 'an answer')
      await broker.ask(`/v1/sessions/${live.session}/calls/${live.call}/end`, { method: 'POST', token: live.token })
      await vi.waitUntil(() => lines.some((line) => line.includes('records_failed')))
      live.widget.raw.close(1000)
      return live
    })
    expect(await callsOf(session)).toEqual([])
    expect(await waiting(session)).toBe(1)
    await evictDurableObject(stub)
    const now = Date.now()
    await runDurableObjectAlarm(stub)
    vi.spyOn(Date, 'now').mockReturnValue(now + 3 * 60_000)
    await runDurableObjectAlarm(stub)
    await vi.waitUntil(async () => (await callsOf(session)).length === 1)
    expect(await callsOf(session)).toMatchObject([{ reason: 'visitor' }])
    await vi.waitUntil(async () => (await waiting(session)) === 0)
  })

  it('forgets an erased session as soon as it answers again', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const broker = brokerWith({})
    const { session, token, call: id, stub } = await broker.live()
    await broker.ask(`/v1/sessions/${session}/calls/${id}/end`, { method: 'POST', token })
    await vi.waitUntil(async () => (await callsOf(session)).length === 1)
    await broken(async () => {
      expect((await broker.ask(`/v1/sessions/${session}`, { method: 'DELETE', token })).status).toBe(204)
      await vi.waitUntil(async () => (await waiting(session)) === 1)
    })
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + 3 * 60_000)
    await runDurableObjectAlarm(stub)
    await vi.waitUntil(async () => (await callsOf(session)).length === 0)
    expect(await sessionOf(session)).toBeUndefined()
    await vi.waitUntil(async () => (await waiting(session)) === 0)
  })
})
