/** Where sessions are kept. workerd has no jurisdictions: there the tests look at what the namespace is asked for. */
import { env } from 'cloudflare:workers'
import * as v from 'valibot'
import { afterEach, describe, expect, it } from 'vitest'
import type { AgentInput } from '../../protocol/agent.ts'
import { newId, SessionIdSchema } from '../../protocol/ids.ts'
import { newSessionId, type Places, sessionAt } from '../../worker/session/place.ts'
import { brokerWith } from './agents.ts'
import { answers, connect, createCall, isReady, upstreamRequests } from './support.ts'

const begun: string[] = []
afterEach(async () => {
  for (const id of begun.splice(0)) await env.SESSIONS.getByName(id).discard()
})

/** A namespace that notes what it is asked for. */
function namespace() {
  const asked: unknown[] = []
  const at = (jurisdiction: string) => ({
    getByName: (name: string, options: object = {}) => asked.push([jurisdiction, name, options]),
    jurisdiction: (name: string) => at(name),
  })
  return { places: { SESSIONS: at('anywhere') } as unknown as Places, asked }
}

describe('the object of a session', () => {
  it.each([
    ['eu', 'eu', {}],
    ['us', 'us', {}],
    ['weur', 'anywhere', { locationHint: 'weur' }],
    ['apac-ne', 'anywhere', { locationHint: 'apac-ne' }],
    [undefined, 'anywhere', {}],
  ] as const)('region %s: is made there, and found by its id alone', (region, jurisdiction, options) => {
    const { places, asked } = namespace()
    const id = newSessionId(region)
    expect(v.is(SessionIdSchema, id)).toBe(true)
    sessionAt(places, id, region)
    sessionAt(places, id)
    expect(asked).toEqual([
      [jurisdiction, id, options],
      [jurisdiction, id, {}],
    ])
  })

  it('is where its id says when the agent has moved', () => {
    const { places, asked } = namespace()
    sessionAt(places, 'ses_eu_abc', 'us')
    sessionAt(places, 'ses_abc', 'eu')
    expect(asked).toEqual([
      ['eu', 'ses_eu_abc', {}],
      ['anywhere', 'ses_abc', {}],
    ])
  })
})

describe('a session of an agent with a region', () => {
  it.each<[AgentInput['region'], RegExp]>([
    ['eu', /^ses_eu_/],
    ['us', /^ses_us_/],
    ['weur', /^ses_[^_]+$/],
  ])('%s: everything that is asked of it reaches it', async (region, form) => {
    const broker = brokerWith({}, { region })
    const { session, token, call, widget } = await broker.live()
    begun.push(session)
    expect(session).toMatch(form)
    widget.send({ type: 'text', id: newId('txt_'), text: 'hello' })
    await widget.until((frames) => answers(frames).length > 0, 'an answer')
    // The object itself: by the plain name, since there are no jurisdictions here.
    expect(await env.SESSIONS.getByName(session).startedAt(1, call)).toMatchObject({ ok: true })
    const second = await createCall(session, token)
    await widget.raw.close()
    const again = await connect(session, second.token)
    await again.next((frame) => isReady(frame) && 'call' in frame && frame.call === second.call, 'ready')
    const transcript = await broker.ask(`/v1/sessions/${session}/transcript`, { token: second.token })
    expect([transcript.status, await transcript.json()]).toMatchObject([
      200,
      { session, items: [{ text: 'hello' }, {}] },
    ])
    expect((await broker.ask(`/v1/sessions/${session}`, { method: 'DELETE', token: second.token })).status).toBe(204)
  })

  it('is found again by a repeat of its start', async () => {
    const broker = brokerWith({}, { region: 'eu' })
    const headers = { 'Idempotency-Key': newId('key_') }
    const [first, repeat] = [await broker.start(headers), await broker.start(headers)]
    const created = (await first.json()) as { session: string }
    begun.push(created.session)
    expect(await repeat.json()).toEqual(created)
  })

  it('is refused before anything is asked of anybody where its jurisdiction cannot be kept to', async () => {
    const broker = brokerWith({}, { region: 'eu' }, { JURISDICTIONS: '' })
    const before = await upstreamRequests()
    const response = await broker.start()
    expect(response.status).toBe(500)
    expect(await upstreamRequests()).toBe(before)
    expect((await broker.books()).leases).toEqual({})
  })
})
