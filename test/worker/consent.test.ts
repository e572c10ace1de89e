/**
 * An agent that asks for the visitor's consent: its face says what for, nothing begins without, what was agreed to is kept with
 * the session, and other words are asked anew.
 */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { agents } from '../../agents/index.ts'
import { type AgentInput, defineAgent } from '../../protocol/agent.ts'
import type { ConsentGiven, ConsentRecord } from '../../protocol/consent.ts'
import { brokerWith } from './agents.ts'
import { once, receiver } from './events/receiver.ts'
import { ADMIN_TOKEN, BROKERED, EPHEMERAL, upstreamRequests } from './support.ts'

const consent = { text: 'What is said is kept for 30 days.', url: 'https://shop.example/privacy' }

/** SHA-256 of `["What is said is kept for 30 days.","https://shop.example/privacy"]`, by `openssl dgst -sha256`. */
const VERSION = '9b8715cb3b5e28505921ede1cd33d0fa80ea0984e503d04b54ad0619c12a245f'

/** A broker whose sessions know what is deployed, as everywhere but in tests. */
function deploy(more: Partial<AgentInput>) {
  const broker = brokerWith({}, { handshake: 'ephemeral', ...more })
  /** Another configuration of the same agent, for sessions that are there. */
  const redeploy = (changes: Partial<AgentInput>) =>
    Object.assign(agents, { [broker.id]: defineAgent({ ...broker.agent, ...changes } as AgentInput) })
  redeploy({})
  const begin = async (given: ConsentGiven) => {
    const response = await broker.ask('/v1/sessions', { method: 'POST', body: { agent: broker.id, consent: given } })
    expect(response.status).toBe(201)
    return (await response.json()) as { session: string; token: string }
  }
  /** Code of the refusal, or the newest token. */
  const call = async ({ session, token }: { session: string; token: string }, body: object) => {
    const response = await broker.ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body })
    const { code, token: next } = (await response.json()) as { code?: string; token?: string }
    return { code, token: next ?? token }
  }
  const kept = async ({ session, token }: { session: string; token: string }) => {
    const response = await broker.ask(`/v1/sessions/${session}/transcript`, { token })
    return ((await response.json()) as { consents: ConsentRecord[] }).consents
  }
  return { ...broker, redeploy, begin, call, kept }
}

describe('consent', () => {
  it('is in the face with its version, and only where it is asked for', async () => {
    const asking = brokerWith({}, { consent })
    const named = brokerWith({}, { consent: { ...consent, version: '2026-11' } })
    const other = brokerWith({})
    const face = async ({ ask, id }: typeof other) => (await ask(`/v1/agents/${id}`)).json()
    expect(await face(asking)).toMatchObject({ consent: { ...consent, version: VERSION } })
    expect(await face(named)).toMatchObject({ consent: { version: '2026-11' } })
    expect(await face(other)).not.toHaveProperty('consent')
  })

  it('is needed for a session, with a call or without; the provider hears nothing before', async () => {
    const { id, ask } = brokerWith({}, { consent })
    const before = await upstreamRequests()
    for (const call of [{}, { call: BROKERED }]) {
      for (const given of [{}, { consent: { version: 'another' } }]) {
        const response = await ask('/v1/sessions', { method: 'POST', body: { agent: id, ...call, ...given } })
        expect(response.status).toBe(403)
        expect(await response.json()).toMatchObject({ code: 'consent_required' })
      }
    }
    expect(await upstreamRequests()).toBe(before)
    const agreed = await ask('/v1/sessions', { method: 'POST', body: { agent: id, consent: { version: VERSION } } })
    expect(agreed.status).toBe(201)
    for (const no of [
      true,
      false,
      { version: VERSION, at: 1 },
      { version: 'a b' },
      { version: VERSION, lang: '<b>' },
    ]) {
      expect((await ask('/v1/sessions', { method: 'POST', body: { agent: id, consent: no } })).status).toBe(400)
    }
  })

  it('may be told to an agent that does not ask, which keeps nothing of it', async () => {
    const broker = deploy({})
    expect(await broker.kept(await broker.begin({ version: 'x' }))).toEqual([])
  })

  it('is kept with the session: version, time, language; shown to the owner and in exports; gone with the rest', async () => {
    const broker = deploy({ consent })
    const before = Date.now()
    const begun = await broker.begin({ version: VERSION, lang: 'de' })
    const [record] = await broker.kept(begun)
    expect(record).toEqual({ version: VERSION, at: expect.any(Number), lang: 'de' })
    expect(record?.at).toBeGreaterThanOrEqual(before)
    expect(record?.at).toBeLessThanOrEqual(Date.now())
    const path = `/v1/sessions/${begun.session}`
    const owned = await broker.ask(`/console/api/sessions/${begun.session}`, { token: ADMIN_TOKEN })
    expect(await owned.json()).toMatchObject({ consents: [record] })
    const markdown = { token: begun.token, headers: { Accept: 'text/markdown' } }
    expect(await (await broker.ask(`${path}/transcript`, markdown)).text()).toContain(`Agreed to ${VERSION}: `)
    await broker.ask(path, { method: 'DELETE', token: begun.token })
    const rows = runInDurableObject(env.SESSIONS.getByName(begun.session), (_, { storage }) =>
      storage.sql.exec('SELECT * FROM session').toArray(),
    )
    expect(await rows).toEqual([])
  })

  it('is kept when session and call are one request', async () => {
    const broker = deploy({ consent })
    const body = { agent: broker.id, call: BROKERED, consent: { version: VERSION } }
    const begun = await broker.ask('/v1/sessions', { method: 'POST', body })
    const records = await broker.kept((await begun.json()) as { session: string; token: string })
    expect(records).toEqual([{ version: VERSION, at: expect.any(Number), lang: null }])
  })

  it('is told with the event of the beginning, by version and time alone', async () => {
    const server = receiver('ok')
    const broker = deploy({ consent, events: server.events })
    const begun = await broker.begin({ version: VERSION, lang: 'de' })
    const [{ at = 0 } = {}] = await broker.kept(begun)
    await server.count(1)
    const [event] = once(await server.got())
    expect(event).toMatchObject({ type: 'session.started', data: { session: begun.session } })
    expect(event?.data).toHaveProperty('consent', { version: VERSION, at })
  })

  it('to other words is asked for before the next call, and both are kept', async () => {
    const broker = deploy({ consent })
    let begun = await broker.begin({ version: VERSION })
    expect((await broker.call(begun, EPHEMERAL)).code).toBeUndefined()
    broker.redeploy({ consent: { ...consent, version: '2' } })
    const upstream = await upstreamRequests()
    expect((await broker.call(begun, EPHEMERAL)).code).toBe('consent_required')
    expect((await broker.call(begun, { ...EPHEMERAL, consent: { version: VERSION } })).code).toBe('consent_required')
    expect(await upstreamRequests()).toBe(upstream)
    const agreed = await broker.call(begun, { ...EPHEMERAL, consent: { version: '2', lang: 'fr' } })
    expect(agreed.code).toBeUndefined()
    begun = { ...begun, token: agreed.token }
    expect(await broker.kept(begun)).toMatchObject([{ version: VERSION }, { version: '2', lang: 'fr' }])
    // Not again for the same words.
    const again = await broker.call(begun, { ...EPHEMERAL, consent: { version: '2', lang: 'fr' } })
    expect(await broker.kept({ ...begun, token: again.token })).toHaveLength(2)
  })

  it('is asked of whoever began before the agent did, but not in the middle of a call that goes on by itself', async () => {
    const broker = deploy({})
    const body = { agent: broker.id, call: EPHEMERAL }
    const response = await broker.ask('/v1/sessions', { method: 'POST', body })
    const begun = (await response.json()) as { session: string; token: string; call: string }
    broker.redeploy({ consent })
    expect((await broker.call(begun, EPHEMERAL)).code).toBe('consent_required')
    const after = { call: begun.call, because: 'dropped' }
    expect((await broker.call(begun, { ...EPHEMERAL, after })).code).toBeUndefined()
  })
})
