/** What an owner is told of errors, slow tools and broken connections: out of the real index (D1), by real ledgers. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AlertsSchema } from '../../../protocol/alerts.ts'
import { newId } from '../../../protocol/ids.ts'
import { tool } from '../../../protocol/tool.ts'
import { Alerts } from '../../../worker/alerts/alerts.ts'
import { judge, type Raised } from '../../../worker/alerts/rates.ts'
import { MOST_ROWS, type Readings, readRates } from '../../../worker/alerts/readings.ts'
import { createLog } from '../../../worker/log.ts'
import { recordsOf } from '../../../worker/records/database.ts'
import { type CallRecord, writeCall } from '../../../worker/records/statements.ts'
import { passes, receiver } from '../events/receiver.ts'
import { HandClock } from '../relay/hand-clock.ts'
import { fault } from '../support.ts'
import { converse, discardAll } from '../tools/lab.ts'
import { bookkeeper, NOON, rates } from './bookkeeper.ts'

const MINUTE_MS = 60_000
const slow = tool({
  name: 'slow',
  description: 'Takes its time.',
  parameters: v.object({}),
  execute: async () => {
    await scheduler.wait(300)
    return 'done'
  },
})
const HOUR_MS = 60 * MINUTE_MS

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON })
})
afterEach(() => {
  vi.useRealTimers()
})

const call = (agent: string, more: Partial<CallRecord>): CallRecord => ({
  ...{ id: newId('call_'), session: newId('ses_'), agent, kind: 'call', path: 'webrtc', region: 'EU' },
  ...{ started_at: Date.now(), ended_at: Date.now(), reason: 'visitor', connect_times: '{"3":1}', tool_times: '{}' },
  ...{ version: 1, reconnect: 0, ms: 1000, micro_usd: 1, audio_micro: 0, text_micro: 0, image_micro: 0 },
  ...{ words_micro: 0, tokens_in: 0, tokens_cached: 0, tools: 0, tool_errors: 0, left_after_tool: 0 },
  ...more,
})

/** Calls in the index, as sessions write them. */
async function write(agent: string, count: number, more: Partial<CallRecord> = {}): Promise<void> {
  const db = await recordsOf(env.RECORDS)
  await db.batch(Array.from({ length: count }, () => writeCall(db, call(agent, more))))
}

describe('the judge of rates', () => {
  const config = v.parse(AlertsSchema, {})
  const readings = (error: number): Readings => ({
    ...{ error_rate: { value: error, calls: 50 }, tool_p95_ms: null, reconnect_rate: null },
  })
  /** The error rate, hour by hour. */
  const follow = (values: number[], everyMs = HOUR_MS) => {
    let raised: Raised = {}
    return values.flatMap((value, n) => {
      const judged = judge(config, readings(value), raised, NOON + n * everyMs)
      raised = judged.raised
      return judged.changes.map(({ state }) => `${n} ${state}`)
    })
  }

  it.each([
    ['at the threshold: nothing', [0.1], []],
    ['above it: once', [0.11, 0.5, 0.11], ['0 raised']],
    ['just below again: nothing yet', [0.2, 0.09], ['0 raised']],
    ['well below: normal, once', [0.2, 0.08, 0.01], ['0 raised', '1 normal']],
    ['up again', [0.2, 0, 0.2], ['0 raised', '1 normal', '2 raised']],
  ])('%s', (_, values, told) => {
    expect(follow(values)).toEqual(told)
  })

  it('tells of what goes up and down all the time once an hour at most', () => {
    const flapping = Array.from({ length: 24 * 12 }, (_, n) => (n % 2 === 0 ? 0.5 : 0))
    const raised = follow(flapping, 5 * MINUTE_MS).filter((told) => told.endsWith('raised'))
    expect(raised).toHaveLength(24)
  })

  it('says nothing of what is not looked at', () => {
    const quiet = v.parse(AlertsSchema, { errorRate: null })
    expect(judge(quiet, readings(1), {}, NOON).changes).toEqual([])
  })
})

describe('the readings', () => {
  const read = async (agent: string, minCalls = 20) => {
    let rows = 0
    const readings = await readRates(await recordsOf(env.RECORDS), { agent, now: Date.now(), minCalls }, (more) => {
      rows += more
    })
    return { ...readings, rows }
  }

  it('need calls enough, those that live count for reconnects only', async () => {
    const { id } = bookkeeper({})
    await write(id, 19, { reason: 'dropped' })
    expect(await read(id)).toMatchObject({ error_rate: null, reconnect_rate: null, tool_p95_ms: null })
    await write(id, 1, { ended_at: null, reason: null, reconnect: 1 })
    expect(await read(id)).toMatchObject({ error_rate: null, reconnect_rate: { value: 1 / 20, calls: 20 } })
    await write(id, 1, { reason: 'provider' })
    expect((await read(id)).error_rate).toEqual({ value: 1, calls: 20 })
  })

  it('are of the present hour where that has calls enough, else of the one before as well, and of none earlier', async () => {
    const { id } = bookkeeper({})
    await write(id, 50, { started_at: NOON - 2 * HOUR_MS, reason: 'dropped' })
    await write(id, 30, { started_at: NOON - HOUR_MS })
    await write(id, 10, { reason: 'dropped' })
    expect((await read(id)).error_rate).toEqual({ value: 0.25, calls: 40 })
    await write(id, 10, { reason: 'dropped' })
    expect((await read(id)).error_rate).toEqual({ value: 1, calls: 20 })
  })

  it('read six rows at most, however many calls, agents and regions there are', async () => {
    const { id } = bookkeeper({})
    const regions = ['EU', 'NA', 'AS', 'AF', 'OC', 'SA', '']
    for (const region of regions) {
      for (const started_at of [NOON, NOON - HOUR_MS, NOON - 2 * HOUR_MS]) {
        await write(id, 5, { region, started_at, tools: 2, tool_times: '{"4":1,"20":1}' })
      }
    }
    await write(bookkeeper({}).id, 30)
    const { rows, tool_p95_ms } = await read(id, 60)
    expect(tool_p95_ms).toMatchObject({ calls: 70 })
    expect(tool_p95_ms?.value).toBeGreaterThan(8000)
    expect(rows).toBeGreaterThan(0)
    expect(rows).toBeLessThanOrEqual(MOST_ROWS)
  })
})

describe('rates', () => {
  /** The alarm for a lease rings: so does one that nobody asked for. */
  const look = async (keeper: ReturnType<typeof bookkeeper>) => {
    await keeper.hold(newId('call_'), 0)
    passes(10 * MINUTE_MS)
    await keeper.ring()
  }

  it('are told once when they pass their threshold, and once when they are normal again, though the object is lost', async () => {
    const server = receiver('empty', ['alert.rate'])
    const keeper = bookkeeper({ events: server.events })
    await write(keeper.id, 16, { tools: 1, tool_times: '{"20":1}' })
    await write(keeper.id, 4, { reason: 'dropped', reconnect: 1, tools: 1, tool_times: '{"3":1}' })
    await look(keeper)
    await vi.waitUntil(async () => (await keeper.rows()).includes('2 in events'))
    passes(1000)
    await keeper.ring()
    await server.count(2)
    const told = await server.got()
    expect(rates(told).sort()).toEqual(['error_rate raised', 'tool_p95_ms raised'])
    expect(told.find(({ data }) => 'rate' in data && data.rate === 'error_rate')?.data).toEqual({
      ...{ agent: keeper.id, rate: 'error_rate', state: 'raised', value: 0.2, threshold: 0.1, calls: 20 },
    })
    await abortAllDurableObjects()
    await look(keeper)
    // The next hour goes well.
    vi.setSystemTime(NOON + HOUR_MS)
    await write(keeper.id, 40, { tools: 1, tool_times: '{"3":1}' })
    await look(keeper)
    await vi.waitUntil(async () => (await keeper.rows()).includes('2 in events'))
    passes(1000)
    await keeper.ring()
    await server.count(4)
    await look(keeper)
    expect(rates(await server.got()).sort()).toEqual([
      ...['error_rate normal', 'error_rate raised', 'tool_p95_ms normal', 'tool_p95_ms raised'],
    ])
  })

  it('that are high for too few calls to count are not told, nor those of others', async () => {
    const server = receiver('empty')
    const keeper = bookkeeper({ events: server.events })
    await write(keeper.id, 19, { reason: 'dropped' })
    await write(bookkeeper({}).id, 30, { reason: 'dropped' })
    await look(keeper)
    await look(keeper)
    expect(await keeper.rows()).toEqual([])
    expect(await server.requests()).toEqual([])
  })

  it('are not asked for where nobody wants to know', async () => {
    const keeper = bookkeeper({ events: receiver('empty', ['alert.spending']).events })
    await write(keeper.id, 30, { reason: 'dropped' })
    await look(keeper)
    await look(keeper)
    expect(await keeper.rows()).toEqual([])
  })
})

it('of real calls: broken ones and a slow tool, told by the alarm of the real ledger', async () => {
  vi.useRealTimers()
  const server = receiver('empty', ['alert.rate'])
  const alerts = { minCalls: 1, toolP95Ms: 100 }
  const talk = await converse([slow], 'voice', { events: server.events, alerts })
  talk.say('call the tool slow')
  await talk.told('slow')
  await fault({ kind: 'drop_call' })
  const db = await recordsOf(env.RECORDS)
  const failed = () => db.prepare('SELECT SUM(failed) AS n FROM hours WHERE agent = ?').bind(talk.agentId).first('n')
  await vi.waitUntil(async () => (await failed()) === 1, { timeout: 5000 })
  passes(10 * MINUTE_MS)
  const ledger = env.LEDGERS.getByName(talk.agentId)
  await runDurableObjectAlarm(ledger)
  const due = () => runInDurableObject(ledger, (_, { storage }) => storage.getAlarm())
  await vi.waitUntil(async () => (await due()) === Date.now() + 1000)
  passes(1000)
  await runDurableObjectAlarm(ledger)
  await server.count(2)
  const told = await server.got()
  expect(rates(told).sort()).toEqual(['error_rate raised', 'tool_p95_ms raised'])
  for (const { data } of told) expect(data).toMatchObject({ agent: talk.agentId, calls: 1 })
  await discardAll()
})

describe('an index', () => {
  /** Alerts of an agent in an object of its own, by a clock of the test's own. Answers how often the index was asked. */
  const withIndex = async (db: D1Database | undefined, run: (alerts: Alerts, clock: HandClock) => Promise<void>) => {
    const { id, agent } = bookkeeper({ events: receiver('empty').events })
    const clock = new HandClock()
    const work: Promise<unknown>[] = []
    await runInDurableObject(env.LEDGERS.getByName(newId('itm_')), async (_, { storage: { sql } }) => {
      const alerts = new Alerts({
        ...{ sql, env: { ...env }, clock, db, random: () => 0.5, log: createLog() },
        agent: () => ({ id, agent }),
        watchBy: async () => {},
        background: (more) => void work.push(more),
      })
      await run(alerts, clock)
      await Promise.all(work)
    })
  }

  it('that is away breaks nothing, and is asked once for all that happens in ten minutes', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const asked = vi.fn(() => Promise.reject(new Error('D1 is away')))
    const away = { exec: asked, batch: asked } as unknown as D1Database // all that is called of it
    await withIndex(away, async (alerts, clock) => {
      alerts.look() // nobody knows what was due before the object was restarted
      await vi.waitUntil(() => log.mock.calls.length === 1)
      alerts.look()
      const began = clock.now()
      for (let minute = 0; minute < 10; minute++) {
        alerts.noteCall()
        alerts.look()
        expect(alerts.nextLook()).toBe(began + 10 * MINUTE_MS)
        clock.pass(MINUTE_MS)
      }
      alerts.look()
      await vi.waitUntil(() => log.mock.calls.length === 2)
      alerts.look()
      expect(alerts.nextLook()).toBeNull()
    })
    expect(asked).toHaveBeenCalledTimes(2)
    expect(log.mock.calls.join()).toContain('"code":"rates_not_read"')
    expect(log.mock.calls.join()).not.toContain('D1 is away')
    log.mockRestore()
  })

  it('may not have heard of what was booked a moment ago: it is asked again', async () => {
    await withIndex(await recordsOf(env.RECORDS), async (alerts, clock) => {
      alerts.noteCall()
      clock.pass(10 * MINUTE_MS - 1000)
      alerts.noteCall()
      clock.pass(1000)
      alerts.look()
      expect(alerts.nextLook()).toBe(clock.now() + 10 * MINUTE_MS)
      clock.pass(10 * MINUTE_MS)
      alerts.look()
      expect(alerts.nextLook()).toBeNull()
    })
  })

  it('that the deployment does not have is not missed', async () => {
    await withIndex(undefined, async (alerts) => {
      alerts.look()
      expect(alerts.nextLook()).toBeNull()
    })
  })
})
