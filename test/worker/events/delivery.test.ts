/** Events of real sessions, told to a real server that is not always well. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import * as v from 'valibot'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { tool } from '../../../protocol/tool.ts'
import { listSessions } from '../../../worker/console/session-list.ts'
import { recordsOf } from '../../../worker/records/database.ts'
import { ask, BROKERED, connect, fault, ORIGIN } from '../support.ts'
import { converse, deploy, discardAll } from '../tools/lab.ts'
import { once, PREVIOUS, passes, receiver } from './receiver.ts'

const MINUTE_MS = 60_000

afterEach(async () => {
  vi.useRealTimers()
  await discardAll()
})

const broken = tool({
  name: 'broken',
  description: 'Does not work.',
  parameters: v.object({}),
  execute: () => {
    throw new Error('hunter2')
  },
})

const stubOf = (session: string) => env.SESSIONS.getByName(session)
const ring = (session: string) => runDurableObjectAlarm(stubOf(session))
/** Which tables there are, and when the alarm rings. */
const left = (session: string) =>
  runInDurableObject(stubOf(session), async (_, { storage }) => ({
    rows: ['session', 'items', 'vault', 'events', 'event_trouble', 'hand_overs'].flatMap((table) => {
      const exists = storage.sql.exec('SELECT 1 FROM sqlite_master WHERE name = ?', table).toArray().length > 0
      const count = exists ? storage.sql.exec(`SELECT * FROM ${table}`).toArray().length : 0
      return count > 0 ? [`${count} in ${table}`] : []
    }),
    alarm: await storage.getAlarm(),
  }))

describe('the events of a session', () => {
  it('reach a server that hangs, fails and recovers: all of them, in order, though the object is lost', async () => {
    const server = receiver('moody')
    const talk = await converse([broken], 'voice', { events: server.events })
    await server.count(1) // and gets no answer
    talk.say('call the tool broken')
    await talk.told('broken')
    await abortAllDurableObjects()
    await ring(talk.session)
    await server.count(2) // and gets 500
    const { call, token } = talk
    expect((await ask(`/v1/sessions/${talk.session}/calls/${call}/end`, { method: 'POST', token })).status).toBe(204)
    expect((await ask(`/v1/sessions/${talk.session}`, { method: 'DELETE', token })).status).toBe(204)
    passes(2 * MINUTE_MS)
    await ring(talk.session)
    await server.count(6)

    const all = await server.got()
    expect(all.map(({ type }) => type)).toEqual([
      ...['session.started', 'session.started', 'session.started'],
      ...['tool.failed', 'call.ended', 'session.ended'],
    ])
    const events = once(all)
    expect(events.map(({ type }) => type)).toEqual(['session.started', 'tool.failed', 'call.ended', 'session.ended'])
    for (const { data } of events) expect(data).toMatchObject({ session: talk.session, agent: talk.agentId })
    expect(events.map(({ data }) => data)).toMatchObject([
      { origin: ORIGIN, identified: false },
      { call, tool: 'broken', cause: 'threw' },
      { call, reason: 'visitor', turns: 1, tools: 1, reconnects: 0, duration_seconds: expect.any(Number) },
      { reason: 'visitor', calls: 1, turns: 1, tools: 1, cost_usd: expect.any(Number) },
    ])
    const bodies = (await server.requests()).map(({ body }) => body).join()
    expect(bodies).not.toMatch(/hunter2|call the tool|sk-worker-test|only tests know/)
    await ring(talk.session) // the one that would have looked after a delivery that broke off
    expect(await left(talk.session)).toEqual({ rows: [], alarm: null })
  })

  it('are signed with the old secret as well while it is changed', async () => {
    const server = receiver('ok')
    await converse([], 'text', { events: server.events })
    await server.count(1)
    const [request] = await server.requests()
    expect(request?.headers['webhook-signature']?.split(' ')).toHaveLength(2)
    expect(() => new Webhook(PREVIOUS).verify(request?.body ?? '', request?.headers ?? {})).not.toThrow()
    expect(() => new Webhook(PREVIOUS).verify(`${request?.body} `, request?.headers ?? {})).toThrow()
  })

  it('are only those that the agent wants; they tell what a call has cost, how often it was connected again, and which cap has ended it', async () => {
    const server = receiver('ok', ['call.ended', 'limit.near', 'limit.reached'])
    const limits = { callSeconds: 30 }
    const talk = await converse([], 'voice', { events: server.events, limits })
    const first = talk.call
    await fault({ kind: 'drop_call' })
    await vi.waitUntil(() => talk.widget.frames.some((frame) => frame.type === 'notice' && frame.code === 'call_ended'))
    await talk.dial()
    talk.say('hello')
    await talk.hear((text) => text !== '', 'an answer')
    // What is being said at the cap may play out for ten seconds.
    for (const seconds of [26, 6, 11, 2]) {
      passes(seconds * 1000)
      await ring(talk.session)
    }
    await server.count(4)
    const events = await server.got()
    expect(events.map(({ type }) => type)).toEqual(['call.ended', 'limit.near', 'limit.reached', 'call.ended'])
    expect(events.map(({ data }) => data)).toMatchObject([
      { call: first, reason: 'dropped', reconnects: 0 },
      { call: talk.call, cap: 'time_cap', share: expect.any(Number), seconds: expect.any(Number) },
      { call: talk.call, cap: 'time_cap' },
      { call: talk.call, reason: 'time_cap', turns: 1, reconnects: 1, cost_usd: expect.closeTo(0.01, 1) },
    ])
    const [, , , last] = events
    expect(last?.type === 'call.ended' && last.data.cost_usd).toBeGreaterThan(0)
  })

  it('of a session that never came to be are not told', async () => {
    const server = receiver('ok')
    const agent = `lab-${newId('itm_').slice(4, 12).toLowerCase()}`
    deploy(agent, [], { events: server.events })
    await fault({ kind: 'fail_next', route: 'calls', status: 401 })
    expect((await ask('/v1/sessions', { method: 'POST', body: { agent, call: BROKERED } })).status).toBe(502)
    const other = await converse([], 'text', { events: server.events })
    await server.count(1)
    expect((await server.got()).map(({ data }) => (data as { session?: string }).session)).toEqual([other.session])
  })

  it('may be read, but nothing is kept, of an agent without a receiver', async () => {
    const talk = await converse([broken], 'text')
    talk.say('call the tool broken')
    await talk.told('broken')
    expect((await left(talk.session)).rows.join()).not.toContain('events')
    expect(await talk.stub.owner().deadLetters()).toEqual([])
  })
})

describe('a receiver that says that it is gone', () => {
  it('is left alone; what it did not take stays visible and can be told anew', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const server = receiver('gone')
    const talk = await converse([broken], 'text', { events: server.events })
    await server.count(1)
    talk.say('call the tool broken')
    await talk.told('broken')
    await vi.waitUntil(async () => (await talk.stub.owner().deadLetters()).length === 2)
    passes(60 * MINUTE_MS)
    await ring(talk.session)
    expect(await server.requests()).toHaveLength(1)
    const listed = async () => (await listSessions(await recordsOf(env.RECORDS), { dead: '1' })).sessions
    const mine = async () => (await listed()).find(({ session }) => session === talk.session)
    await vi.waitUntil(async () => (await mine())?.deadLetters === 2)
    expect(await talk.stub.owner().deadLetters()).toMatchObject([
      { type: 'session.started', cause: 'status_410' },
      { type: 'tool.failed', cause: 'status_410' },
    ])
    expect(log.mock.calls.join()).toContain('"code":"event_given_up"')
    log.mockRestore()

    await talk.stub.owner().resendDeadLetters()
    passes(2000)
    await ring(talk.session)
    await server.count(3)
    expect(once(await server.got()).map(({ type }) => type)).toEqual(['session.started', 'tool.failed'])
    await vi.waitUntil(async () => (await talk.stub.owner().deadLetters()).length === 0)
  })
})

describe('a receiver that never answers well', () => {
  it.each(['broken', 'redirect'])('%s: is tried again, and keeps nothing from being erased', async (kind) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const server = receiver(kind)
    const talk = await converse([], 'text', { events: server.events, retentionDays: 0 })
    await server.count(1)
    passes(15 * MINUTE_MS)
    await ring(talk.session)
    await server.count(2)
    await vi.waitUntil(async () => (await left(talk.session)).rows.join().startsWith('2 in events'))
    passes(48 * 60 * MINUTE_MS)
    await ring(talk.session)
    await vi.waitUntil(async () => (await left(talk.session)).rows.length === 0)
    expect((await left(talk.session)).alarm).toBeNull()
    const told = await server.got()
    expect(told.length).toBeGreaterThan(2)
    expect(new Set(told.map(({ id }) => id)).size, 'the second one was behind the first').toBe(1)
    log.mockRestore()
  })
})

it('a widget gets along without its owner', async () => {
  const server = receiver('silent')
  const talk = await converse([], 'text', { events: server.events })
  await server.count(1)
  const other = await connect(talk.session, talk.token)
  other.send({ type: 'text', id: newId('txt_'), text: 'hello' })
  await other.next((frame) => frame.type === 'ack', 'not to wait for anybody')
})
