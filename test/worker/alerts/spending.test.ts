/** What an owner is told of the day's spending: by real ledgers, to a real server that is not always well. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { passed } from '../../../worker/alerts/spending.ts'
import { once, passes, receiver } from '../events/receiver.ts'
import { deploy } from '../tools/lab.ts'
import { bookkeeper, NOON, shares } from './bookkeeper.ts'

const MINUTE_MS = 60_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the threshold of a day', () => {
  const THRESHOLDS = [0.5, 0.8, 1]
  it.each([
    [0.49, 0, null],
    [0.5, 0, 0.5],
    [0.79, 0.5, null],
    [0.95, 0, 0.8], // the highest that is passed stands for those below
    [0.95, 0.8, null],
    [1.02, 0.8, 1],
    [0.6, 1, null],
  ])('at %d of the cap, when %d was told, is %s', (share, told, expected) => {
    expect(passed(THRESHOLDS, share, told)).toBe(expected)
  })
})

describe('spending', () => {
  it('is told at 50, 80 and 100 % of the day, each once, and anew on the next day', async () => {
    const server = receiver('empty', ['alert.spending'])
    const { id, spend, ring } = bookkeeper({ events: server.events })
    for (const usd of [4.9, 0.1, 0.5, 2.4, 0.1, 0.05, 1.95]) await spend(usd)
    passes(1000)
    await ring()
    await server.count(3)
    await spend(0.01) // the cap is reached: refused
    passes(2000)
    await ring()
    const today = await server.got()
    expect(shares(today)).toEqual([0.5, 0.8, 1])
    expect(today.map(({ data }) => data)).toEqual([
      { agent: id, share: 0.5, spent_usd: 5, cap_usd: 10 },
      { agent: id, share: 0.8, spent_usd: 8, cap_usd: 10 },
      { agent: id, share: 1, spent_usd: 10, cap_usd: 10 },
    ])
    expect(today[0]?.timestamp).toBe(new Date(NOON).toISOString())
    passes(12 * 60 * MINUTE_MS)
    await spend(5)
    passes(1000)
    await ring()
    await server.count(4)
    expect(shares(await server.got())).toEqual([0.5, 0.8, 1, 0.5])
  })

  it('is told while a call goes on, and by the refusal of what would not fit any more', async () => {
    const server = receiver('empty')
    const { hold, ring } = bookkeeper({ events: server.events })
    const call = newId('call_')
    await hold(call, 0, 1)
    await hold(call, 6, 1)
    expect(await hold(call, 9.5, 1)).toMatchObject({ ok: false, code: 'budget_exhausted' })
    expect(await hold(newId('call_'), 0, 1)).toMatchObject({ ok: false, code: 'budget_exhausted' })
    passes(1000)
    await ring()
    await server.count(2)
    expect(shares(await server.got())).toEqual([0.5, 1])
    expect((await server.got())[1]?.data).toMatchObject({ share: 1, spent_usd: 9.5 })
  })

  it('is not told by the refusals of other caps', async () => {
    const server = receiver('empty')
    const limits = { dayUsd: 10, monthUsd: 2, callUsd: 10, sessionUsd: 10, visitorDayUsd: 1 }
    const { hold, rows } = bookkeeper({ events: server.events, limits })
    expect(await hold(newId('call_'), 0, 1.5)).toMatchObject({ code: 'visitor_budget_exhausted' })
    const month = bookkeeper({ events: server.events, limits: { ...limits, visitorDayUsd: null } })
    expect(await month.hold(newId('call_'), 0, 3)).toMatchObject({ code: 'budget_exhausted' })
    expect(await month.rows()).toEqual([])
    expect(await rows()).toEqual([])
  })

  it('is told of a lease that was lost, too, when it ends by itself', async () => {
    const server = receiver('empty')
    const { hold, ring } = bookkeeper({ events: server.events })
    await hold(newId('call_'), 0, 6)
    passes(10 * MINUTE_MS)
    await ring()
    passes(1000)
    await ring()
    await server.count(1)
    expect(shares(await server.got())).toEqual([0.5])
  })

  it('reaches a server that hangs, fails and recovers, though the object is lost: once for each threshold, under one id', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const server = receiver('moody')
    const { spend, ring, alarm, rows } = bookkeeper({ events: server.events })
    await spend(5)
    await abortAllDurableObjects()
    expect(await alarm()).toBe(NOON + 1000)
    await spend(0.1)
    passes(1000)
    await ring()
    await server.count(1) // and gets no answer
    await abortAllDurableObjects()
    await spend(2.9)
    await spend(0.1)
    passes(MINUTE_MS)
    await ring()
    await server.count(2) // and gets 500
    await vi.waitUntil(async () => (await rows()).includes('1 in event_trouble'))
    await abortAllDurableObjects()
    passes(2 * MINUTE_MS)
    await ring()
    await server.count(4)
    const all = await server.got()
    expect(shares(all)).toEqual([0.5, 0.5, 0.5, 0.8])
    expect(shares(once(all))).toEqual([0.5, 0.8])
    await vi.waitUntil(async () => (await rows()).join() === '1 in alerts,0 in events,0 in event_trouble')
    passes(MINUTE_MS)
    await ring() // the one that would have looked after a delivery that broke off
    expect(await alarm(), 'midnight: visitors are forgotten').toBe(NOON + 12 * 60 * MINUTE_MS)
    log.mockRestore()
  })

  it('is told by the alarm of an object that nobody has touched since it was lost', async () => {
    vi.useRealTimers()
    const server = receiver('empty')
    const { id, spend } = bookkeeper({ events: server.events })
    await spend(5)
    await abortAllDurableObjects()
    await server.count(1)
    expect((await server.got())[0]?.data).toMatchObject({ agent: id, share: 0.5 })
  })

  it('is dropped when the agent has no events any more', async () => {
    const server = receiver('empty')
    const { id, spend, ring, rows } = bookkeeper({ events: server.events })
    await spend(5)
    deploy(id, [])
    passes(1000)
    await ring()
    await vi.waitUntil(async () => (await rows()).includes('0 in events'))
    expect(await server.requests()).toEqual([])
  })

  it('that nobody takes for two days is given up, seen in the console and sent again from there', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const server = receiver('gone')
    const { id, ledger, spend, ring } = bookkeeper({ events: server.events })
    await spend(5)
    passes(1000)
    await ring()
    await vi.waitUntil(async () => (await ledger().overview()).deadLetters.length === 1)
    const { deadLetters } = await ledger().overview()
    expect(deadLetters).toMatchObject([{ type: 'alert.spending', cause: 'status_410', at: NOON }])
    expect(log.mock.calls.join()).toContain('"code":"event_given_up"')
    expect(log.mock.calls.join()).toContain(`"agent":"${id}"`)
    await ledger().resendDeadLetters()
    passes(2000)
    await ring()
    await server.count(2)
    expect(once(await server.got())).toHaveLength(1)
    await vi.waitUntil(async () => (await ledger().overview()).deadLetters.length === 0)
    log.mockRestore()
  })

  it('keeps the newest hundred of what was given up', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const server = receiver('gone')
    const { ledger, spend, ring } = bookkeeper({ events: server.events, alerts: { spending: [0.5] } })
    await spend(5)
    passes(1000)
    await ring()
    await vi.waitUntil(async () => (await ledger().overview()).deadLetters.length === 1)
    for (let day = 1; day <= 103; day++) {
      passes(24 * 60 * MINUTE_MS)
      await spend(5)
    }
    const { deadLetters } = await ledger().overview()
    expect(deadLetters).toHaveLength(100)
    expect(deadLetters.at(-1)?.at).toBe(Date.now())
    expect(await server.requests()).toHaveLength(1)
    log.mockRestore()
  })

  it('is what the agent wants to hear of only', async () => {
    const other = receiver('empty', ['call.ended'])
    const deaf = bookkeeper({ events: other.events })
    const none = bookkeeper({ events: receiver('empty').events, alerts: { spending: [] } })
    const quarter = bookkeeper({ events: receiver('empty').events, alerts: { spending: [0.25] } })
    for (const { spend } of [deaf, none, quarter]) await spend(9)
    expect(await deaf.rows()).toEqual([])
    expect(await none.rows()).toEqual([])
    expect(await quarter.rows()).toEqual(['1 in alerts', '1 in events'])
  })
})

/** Rows written and alarms set by a day in which all of its money is spent by 20 calls. */
async function costOf(events: ReturnType<typeof receiver>['events'] | undefined) {
  const { ledger, spend, ring } = bookkeeper(events ? { events } : {})
  await ledger().overview() // makes the object
  const counts = globalThis as unknown as Record<string, number>
  const key = `rows ${newId('itm_')}`
  counts[key] = 0
  await runInDurableObject(ledger(), (_, { storage }) => {
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
  for (let n = 0; n < 20; n++) await spend(0.5)
  for (let n = 0; n < 6; n++) {
    passes(MINUTE_MS)
    await ring()
  }
  return counts[key] ?? 0
}

it('costs an agent without events nothing, and one with them a few rows a day', async () => {
  const without = await costOf(undefined)
  const other = await costOf({ ...receiver('empty').events, only: ['call.ended'] })
  const server = receiver('empty')
  const told = await costOf(server.events)
  await server.count(3)
  console.log(`a day with three alerts: ${told - without} rows more than ${without}`)
  expect(other).toBe(without)
  expect(told - without).toBeGreaterThan(0)
  expect(told - without).toBeLessThanOrEqual(20)
})

it('a ledger of an agent that the deployment does not name any more tells nobody', async () => {
  const { ledger } = bookkeeper({})
  const stranger = env.LEDGERS.getByName(newId('itm_'))
  expect((await stranger.overview()).deadLetters).toEqual([])
  expect((await ledger().overview()).deadLetters).toEqual([])
})
