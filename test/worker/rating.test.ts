/** A visitor says how it was: kept with the session, changeable, told to the owner in console, exports, plots and as an event. */
import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import * as v from 'valibot'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { agents } from '../../agents/index.ts'
import { OwnedSessionSchema, PlotsSchema, SessionListSchema } from '../../protocol/console.ts'
import { newId } from '../../protocol/ids.ts'
import { brokerWith } from './agents.ts'
import { once, receiver } from './events/receiver.ts'
import { ADMIN_TOKEN } from './support.ts'

type Session = { session: string; token: string }

function raters(events?: ReturnType<typeof receiver>['events']) {
  const broker = brokerWith({}, events ? { events } : {})
  Object.assign(agents, { [broker.id]: broker.agent })
  const rate = async ({ session, token }: Session, body: object) =>
    (await broker.ask(`/v1/sessions/${session}/rating`, { method: 'PUT', token, body })).status
  const kept = async ({ session, token }: Session, accept = 'application/json') =>
    broker.ask(`/v1/sessions/${session}/transcript`, { token, headers: { Accept: accept } })
  const owned = async <S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S>> =>
    v.parse(schema, await (await broker.ask(`/console/api${path}`, { token: ADMIN_TOKEN })).json())
  return { ...broker, rate, kept, owned }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a rating', () => {
  it('is kept when the call is over, and the newest counts', async () => {
    const broker = raters()
    const call = await broker.live()
    await broker.ask(`/v1/sessions/${call.session}/calls/${call.call}/end`, { method: 'POST', token: call.token })
    expect(await (await broker.kept(call)).json()).toMatchObject({ rating: null })
    expect(await broker.rate(call, { score: 'good' })).toBe(204)
    expect(await (await broker.kept(call)).json()).toMatchObject({ rating: { score: 'good', at: expect.any(Number) } })
    expect(await broker.rate(call, { score: 'bad' })).toBe(204)
    const { rating } = await broker.owned(`/sessions/${call.session}`, OwnedSessionSchema)
    expect(rating?.score).toBe('bad')
    expect(await (await broker.kept(call, 'text/markdown')).text()).toContain('\n- Rated bad: ')
  })

  it('needs the token of its session, and is nothing but a score', async () => {
    const broker = raters()
    const one = await broker.textSession()
    const other = await broker.textSession()
    expect(await broker.rate({ session: one.session, token: other.token }, { score: 'good' })).toBe(401)
    expect(await broker.rate({ session: newId('ses_'), token: one.token }, { score: 'good' })).toBe(401)
    for (const body of [{}, { score: 5 }, { score: 'fine' }, { score: 'good', comment: 'Bea was rude' }]) {
      expect(await broker.rate(one, body)).toBe(400)
    }
    expect(await (await broker.kept(one)).json()).toMatchObject({ rating: null })
    await env.SESSIONS.getByName(one.session).discard()
    expect(await broker.rate(one, { score: 'good' })).toBe(404)
  })

  it('is told to the owner as an event, once for each change of mind', async () => {
    const server = receiver('ok', ['session.rated', 'session.ended'])
    const broker = raters(server.events)
    const text = await broker.textSession()
    for (const score of ['good', 'good', 'bad', 'bad']) await broker.rate(text, { score })
    await broker.ask(`/v1/sessions/${text.session}`, { method: 'DELETE', token: text.token })
    await server.count(3)
    const events = once(await server.got())
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      ['session.rated', { session: text.session, agent: broker.id, score: 'good' }],
      ['session.rated', { session: text.session, agent: broker.id, score: 'bad' }],
      ['session.ended', expect.anything()],
    ])
  })

  it('is in the list of sessions and in the plots within a minute', async () => {
    const broker = raters()
    const sessions = await Promise.all([broker.textSession(), broker.textSession(), broker.textSession()])
    const [good, bad] = sessions
    if (!good || !bad) throw new Error('no sessions')
    // The first look of an object tells everything anyway.
    const ring = () =>
      Promise.all(sessions.map(({ session }) => runDurableObjectAlarm(env.SESSIONS.getByName(session))))
    await ring()
    const list = (query: string) => broker.owned(`/sessions?agent=${broker.id}${query}`, SessionListSchema)
    const scores = async (query: string) => (await list(query)).sessions.map(({ rating }) => rating).sort()
    await vi.waitUntil(async () => (await scores('')).length === 3)
    await broker.rate(good, { score: 'good' })
    await broker.rate(bad, { score: 'bad' })
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + 90_000)
    await ring()
    await vi.waitUntil(async () => (await scores('')).join() === 'bad,good,')
    expect(await scores('&rating=bad')).toEqual(['bad'])
    expect(await scores('&rating=good')).toEqual(['good'])
    const { ratings } = await broker.owned(`/plots?agent=${broker.id}`, PlotsSchema)
    expect([ratings.good, ratings.bad].map((steps) => steps.reduce((sum, n) => sum + n, 0))).toEqual([1, 1])
  })
})
