import { env } from 'cloudflare:workers'
import * as v from 'valibot'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { agents } from '../../../agents/index.ts'
import {
  ConsoleAgentsSchema,
  LiveCallsSchema,
  OwnedSessionSchema,
  OwnedTranscriptSchema,
  SessionListSchema,
  SettingsSchema,
} from '../../../protocol/console.ts'
import { describeAgents } from '../../../worker/console/agents.ts'
import { liveCalls } from '../../../worker/console/live-calls.ts'
import { capsOf } from '../../../worker/ledger/desk.ts'
import { microUsd } from '../../../worker/ledger/money.ts'
import { recordsOf } from '../../../worker/records/database.ts'
import { brokerWith } from '../agents.ts'
import { receiver } from '../events/receiver.ts'
import { ADMIN_TOKEN, answers, BROKERED } from '../support.ts'

type Broker = ReturnType<typeof brokerWith>

/** As the console asks. */
async function own<S extends v.GenericSchema>(broker: Broker, path: string, schema: S): Promise<v.InferOutput<S>> {
  const response = await broker.ask(`/console/api${path}`, { token: ADMIN_TOKEN })
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return v.parse(schema, await response.json())
}

const act = async (broker: Broker, method: string, path: string, body?: object) => {
  const response = await broker.ask(`/console/api${path}`, { method, token: ADMIN_TOKEN, ...(body ? { body } : {}) })
  return response.status === 204 ? 'done' : ((await response.json()) as { code: string }).code
}

/** What the index has of a session. */
async function indexed(session: string) {
  const db = await recordsOf(env.RECORDS)
  const row = await db.prepare('SELECT * FROM sessions WHERE id = ?').bind(session).first()
  const calls = await db.prepare('SELECT * FROM calls WHERE session = ? ORDER BY started_at').bind(session).all()
  return { row, calls: calls.results }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('live calls', () => {
  it('are listed with how they stand, and can be ended', async () => {
    const broker = brokerWith({}, { handshake: 'ephemeral' })
    const call = await broker.live()
    call.widget.send({ type: 'text', id: 'txt_hello', text: 'Say: blue whale' })
    await call.widget.until((frames) => answers(frames).length > 0, 'an answer')
    const first = async () => (await own(broker, '/calls', LiveCallsSchema)).calls[0]
    const live = await vi.waitUntil(async () => ((await first())?.usd ? first() : null))
    expect(live).toMatchObject({ call: call.call, session: call.session, agent: broker.id, path: 'webrtc' })
    expect(live?.last).toBe('assistant')

    expect(await act(broker, 'POST', `/sessions/${call.session}/calls/${call.call}/end`)).toBe('done')
    const isEnd = (frame: { type: string; code?: string }) => frame.type === 'notice' && frame.code === 'call_ended'
    expect(await call.widget.next(isEnd, 'the end')).toMatchObject({ reason: 'owner' })
    expect((await own(broker, '/calls', LiveCallsSchema)).calls).toEqual([])
    // The widget does not call again by itself; the visitor may.
    const again = { method: 'POST', token: call.token }
    const after = { call: call.call, because: 'dropped' }
    const body = BROKERED // as the agent has it
    const path = `/v1/sessions/${call.session}/calls`
    expect((await broker.ask(path, { ...again, body: { ...body, after } })).status).toBe(409)
    expect((await broker.ask(path, { ...again, body })).status).toBe(201)
  })

  it('that nobody knows cannot be ended', async () => {
    const broker = brokerWith({})
    const { session } = await broker.textSession()
    expect(await act(broker, 'POST', `/sessions/${session}/calls/call_${'x'.repeat(22)}/end`)).toBe('call_not_found')
    expect(await act(broker, 'POST', '/sessions/nobody/calls/call_1/end')).toBe('bad_request')
  })
})

describe('an export of one call', () => {
  it('counts from when that call began, as the visitor’s does', async () => {
    const broker = brokerWith({})
    const { session, token, widget } = await broker.textSession()
    widget.send({ type: 'text', id: 'txt_before', text: 'before' })
    await widget.until((frames) => answers(frames).length > 0, 'an answer')
    const created = await broker.ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: BROKERED })
    const { call, token: next } = (await created.json()) as { call: string; token: string }
    await widget.next((frame) => frame.type === 'ready', 'ready')
    widget.send({ type: 'text', id: 'txt_within', text: 'within' })
    await widget.until((frames) => answers(frames).length > 1, 'another answer')
    const vtt = async (path: string, bearer: string, query = `?call=${call}`) => {
      const headers = { Accept: 'text/vtt' }
      const response = await broker.ask(`${path}/sessions/${session}/transcript${query}`, { token: bearer, headers })
      return `${response.status} ${new TextDecoder().decode(await response.arrayBuffer())}`
    }
    const seen = await vtt('/v1', next)
    expect(seen).toMatch(/^200 WEBVTT\n\n00:00:/)
    expect(await vtt('/console/api', ADMIN_TOKEN)).toBe(seen)
    expect(await vtt('/console/api', ADMIN_TOKEN, `?call=call_${'x'.repeat(22)}`)).toContain('call_not_found')
  })
})

describe('an object that throws', () => {
  const broken = () => Promise.reject(new Error('storage is away'))

  it('hides no other: what did not answer is counted', async () => {
    const broker = brokerWith({})
    const call = await broker.live()
    const agents = { [broker.id]: broker.agent, broken: broker.agent }
    const ledgers = {
      getByName: (id: string) => (id === 'broken' ? { overview: broken } : env.LEDGERS.getByName(id)),
    } as unknown as Env['LEDGERS']
    const shown = await describeAgents(agents, ledgers)
    expect(shown).toMatchObject({ agents: [{ id: broker.id, liveCalls: 1 }], silent: 1 })
    const live = await liveCalls(agents, { ...env, LEDGERS: ledgers }, 0)
    expect(live).toMatchObject({ calls: [{ call: call.call }], more: 0, silent: 1 })

    const sessions = { getByName: () => ({ owner: () => ({ live: broken }) }) } as unknown as Env['SESSIONS']
    expect(await liveCalls(agents, { ...env, LEDGERS: ledgers, SESSIONS: sessions }, 0)).toMatchObject({
      calls: [],
      silent: 2,
    })
  })
})

describe('an agent', () => {
  it('is shown with its limits and what it has spent of them', async () => {
    const broker = brokerWith({ dayUsd: 7 })
    await broker.live()
    const { agents } = await own(broker, '/agents', ConsoleAgentsSchema)
    expect(agents).toMatchObject([
      { id: broker.id, paused: false, liveCalls: 1, limits: { dayUsd: 7, monthUsd: null } },
    ])
    expect(agents[0]?.spending.held).toBeGreaterThan(0)
    expect(JSON.stringify(agents)).not.toContain(broker.agent.instructions.slice(0, 30))
  })

  it('that is paused lets nothing begin; what is live goes on', async () => {
    const broker = brokerWith({})
    const call = await broker.live()
    const text = await broker.textSession()
    expect(await act(broker, 'PUT', `/agents/${broker.id}/paused`, { paused: true })).toBe('done')
    const refused = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]
    expect(await refused(await broker.start())).toEqual([503, 'agent_paused'])
    expect(await refused(await broker.start({}, null))).toEqual([503, 'agent_paused'])
    const again = { method: 'POST', token: text.token, body: BROKERED }
    expect(await refused(await broker.ask(`/v1/sessions/${text.session}/calls`, again))).toEqual([503, 'agent_paused'])
    // Typed text is kept and told that it gets no answer.
    text.widget.send({ type: 'text', id: 'txt_paused', text: 'Hello?' })
    const isNoAnswer = (frame: { type: string; code?: string }) => frame.type === 'notice' && frame.code === 'no_answer'
    expect(await text.widget.next(isNoAnswer, 'no answer')).toMatchObject({ cause: 'agent_paused' })
    call.widget.send({ type: 'text', id: 'txt_live', text: 'Say: green frog' })
    await call.widget.until((frames) => answers(frames).some((said) => said.includes('green frog')), 'the live call')

    expect((await own(broker, '/agents', ConsoleAgentsSchema)).agents[0]?.paused).toBe(true)
    expect(await act(broker, 'PUT', `/agents/${broker.id}/paused`, { paused: false })).toBe('done')
    expect((await broker.start({}, null)).status).toBe(201)
  })

  it('shows alerts that were given up, and has them sent again', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const server = receiver('gone', ['alert.spending'])
    const broker = brokerWith({ dayUsd: 1 }, { events: server.events })
    Object.assign(agents, { [broker.id]: broker.agent })
    const ledger = env.LEDGERS.getByName(broker.id)
    const need = microUsd(0.6)
    const call = { id: 'call_x', session: 'ses_x', kind: 'call', visitor: 'anna', starts: [], spent: 0 } as const
    await ledger.hold({ ...call, need, wish: need, caps: capsOf(broker.agent) })
    await ledger.release(call.id, need)
    await vi.waitUntil(async () => (await server.requests()).length === 1, { timeout: 5000 })
    const letters = async () => (await own(broker, '/agents', ConsoleAgentsSchema)).agents[0]?.deadLetters
    await vi.waitUntil(async () => (await letters())?.length === 1)
    expect(await letters()).toMatchObject([{ type: 'alert.spending', cause: 'status_410' }])
    expect(await act(broker, 'POST', `/agents/${broker.id}/dead-letters/resend`)).toBe('done')
    await vi.waitUntil(async () => (await letters())?.length === 0)
    await vi.waitUntil(async () => (await server.requests()).length === 2, { timeout: 5000 })
    expect(await act(broker, 'POST', '/agents/nobody/dead-letters/resend')).toBe('agent_not_found')
  })

  it('that does not exist cannot be paused', async () => {
    expect(await act(brokerWith({}), 'PUT', '/agents/nobody/paused', { paused: true })).toBe('agent_not_found')
  })
})

describe('a session', () => {
  it('is found, read and erased, in the index too', async () => {
    const broker = brokerWith({})
    const call = await broker.live()
    call.widget.send({ type: 'text', id: 'txt_hello', text: 'Say: blue whale' })
    await call.widget.until((frames) => answers(frames).length > 0, 'an answer')
    await broker.ask(`/v1/sessions/${call.session}/calls/${call.call}/end`, { method: 'POST', token: call.token })
    await vi.waitUntil(async () => (await indexed(call.session)).calls[0]?.reason === 'visitor')

    const { sessions } = await own(broker, `/sessions?agent=${broker.id}`, SessionListSchema)
    expect(sessions).toMatchObject([{ session: call.session, calls: 1, turns: 1, reason: 'visitor', deadLetters: 0 }])
    expect(sessions[0]?.usd).toBeGreaterThan(0)

    const view = await own(broker, `/sessions/${call.session}`, OwnedSessionSchema)
    expect(view).toMatchObject({ agent: broker.id, identified: false, turns: 1, calls: [{ reason: 'visitor' }] })
    expect(view.usd).toBe(sessions[0]?.usd)
    expect(view.calls[0]?.usd).toBe(view.usd)
    const { items } = await own(broker, `/sessions/${call.session}/transcript`, OwnedTranscriptSchema)
    expect(items.map(({ role, text }) => `${role} ${text}`)).toEqual([
      'user Say: blue whale',
      'assistant You said: Say: blue whale',
    ])
    const asText = await broker.ask(`/console/api/sessions/${call.session}/transcript`, {
      token: ADMIN_TOKEN,
      headers: { Accept: 'text/markdown' },
    })
    expect([asText.headers.get('Content-Type'), await asText.text()]).toEqual([
      expect.stringContaining('text/markdown'),
      expect.stringContaining('blue whale'),
    ])

    expect(await act(broker, 'DELETE', `/sessions/${call.session}`)).toBe('done')
    const isErased = (frame: { type: string; code?: string }) => frame.type === 'notice' && frame.code === 'erased'
    await call.widget.next(isErased, 'erased')
    expect(await act(broker, 'DELETE', `/sessions/${call.session}`)).toBe('session_not_found')
    await vi.waitUntil(async () => (await indexed(call.session)).row === null)
    expect((await indexed(call.session)).calls).toEqual([])
    expect((await own(broker, `/sessions?agent=${broker.id}`, SessionListSchema)).sessions).toEqual([])
  })
})

describe('the settings', () => {
  it('are looked at as doctor does, without a secret in what is said', async () => {
    const { findings } = await own(brokerWith({}), '/settings', SettingsSchema)
    expect(findings.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['The secret PARLEY_SECRET is set.', expect.stringContaining('index of sessions')]),
    )
    expect(JSON.stringify(findings)).not.toContain(env.PARLEY_SECRET)
    expect(JSON.stringify(findings)).not.toContain(env.OPENAI_API_KEY)
  })
})

describe('without an index', () => {
  const RECORDS = undefined as unknown as string

  it('lists and plots say what is missing; everything else works', async () => {
    const broker = brokerWith({}, {}, { RECORDS })
    for (const path of ['/sessions', '/plots']) {
      const response = await broker.ask(`/console/api${path}`, { token: ADMIN_TOKEN })
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([501, 'no_records'])
    }
    expect((await own(broker, '/agents', ConsoleAgentsSchema)).agents).toHaveLength(1)
    const { session } = await broker.textSession()
    expect((await own(broker, `/sessions/${session}`, OwnedSessionSchema)).calls).toEqual([])
  })
})
