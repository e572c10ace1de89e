import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OwnSessionsSchema, RenewedTokenSchema } from '../../../protocol/api.ts'
import { newId } from '../../../protocol/ids.ts'
import { EPHEMERAL, journal } from '../support.ts'
import { askGuarded, begin, claims, fakeWorld, signPublished, signShared, type World } from './guarded.ts'

let world: World
beforeEach(() => {
  world = fakeWorld()
})
afterEach(() => {
  vi.restoreAllMocks()
})

const as = async (sub: string, aud = 'members') => ({ 'Parley-Identity': await signShared(claims(aud, { sub })) })
const code = async (response: Response) => `${response.status} ${JSON.parse(await response.text()).code ?? 'ok'}`

async function listed(sub: string, aud = 'members'): Promise<string[]> {
  const response = await askGuarded(`/v1/sessions?agent=${aud}`, { headers: await as(sub, aud) })
  return v.parse(OwnSessionsSchema, await response.json()).sessions.map(({ session }) => session)
}

const renew = async (session: string, headers: Record<string, string>, agent = 'members') =>
  askGuarded(`/v1/sessions/${session}/token`, { method: 'POST', body: { agent }, headers })

describe('a signed identity', () => {
  it('lists the sessions of a person with one agent, and nobody else’s', async () => {
    const sub = newId('itm_')
    const first = await begin('members', await as(sub))
    const second = await begin('members', await as(sub))
    const atGuests = await begin('guests', await as(sub, 'guests'))
    await begin('members', await as('somebody else'))
    expect((await listed(sub)).sort()).toEqual([first.session, second.session].sort())
    expect(await listed(sub, 'guests')).toEqual([atGuests.session])
    expect(await listed(newId('itm_'))).toEqual([])
  })

  it('opens the person’s session from another device; the older device is told that it moved', async () => {
    const sub = newId('itm_')
    const { session, token } = await begin('members', await as(sub))
    const path = `/v1/sessions/${session}/transcript`
    expect((await askGuarded(path, { token })).status).toBe(200)
    const response = await renew(session, await as(sub))
    expect(response.status).toBe(201)
    const other = v.parse(RenewedTokenSchema, await response.json())
    expect((await askGuarded(path, { token })).status).toBe(200) // not used yet
    expect((await askGuarded(path, { token: other.token })).status).toBe(200)
    expect(await code(await askGuarded(path, { token }))).toBe('401 token_superseded')
    const call = { method: 'POST', token: other.token, body: EPHEMERAL }
    expect((await askGuarded(`/v1/sessions/${session}/calls`, call)).status).toBe(201)
  })

  it('opens it again after its tokens were revoked', async () => {
    const sub = newId('itm_')
    const { session, token } = await begin('members', await as(sub))
    const path = `/v1/sessions/${session}/transcript`
    for (let turn = 0; turn < 2; turn++) {
      const { token: next } = v.parse(RenewedTokenSchema, await (await renew(session, await as(sub))).json())
      expect((await askGuarded(path, { token: next })).status).toBe(200)
      await renew(session, await as(sub))
    }
    const { token: newest } = v.parse(RenewedTokenSchema, await (await renew(session, await as(sub))).json())
    expect((await askGuarded(path, { token: newest })).status).toBe(200)
    expect(await code(await askGuarded(path, { token }))).toBe('401 token_revoked')
    expect(await code(await askGuarded(path, { token: newest }))).toBe('401 token_revoked')
    const { token: fresh } = v.parse(RenewedTokenSchema, await (await renew(session, await as(sub))).json())
    expect((await askGuarded(path, { token: fresh })).status).toBe(200)
    expect(await code(await askGuarded(path, { token }))).toBe('401 token_revoked')
    expect((await askGuarded(path, { token: fresh })).status).toBe(200)
  })

  it('gives nobody else anything but 404, whether or not there is such a session', async () => {
    const { session } = await begin('members', await as('anna'))
    const anonymous = await begin('guests')
    expect(await code(await renew(session, await as('eve')))).toBe('404 session_not_found')
    expect(await code(await renew(newId('ses_'), await as('eve')))).toBe('404 session_not_found')
    expect(await code(await renew(session, await as('anna', 'guests'), 'guests'))).toBe('404 session_not_found')
    expect(await code(await renew(anonymous.session, await as('anna', 'guests'), 'guests'))).toBe(
      '404 session_not_found',
    )
  })

  it('is not listed any more when the session was erased', async () => {
    const sub = newId('itm_')
    const { session, token } = await begin('members', await as(sub))
    expect((await askGuarded(`/v1/sessions/${session}`, { method: 'DELETE', token })).status).toBe(204)
    expect(await listed(sub)).toEqual([])
    expect(await code(await renew(session, await as(sub)))).toBe('404 session_not_found')
  })

  it('is optional where the agent says so: anonymous sessions belong to nobody', async () => {
    const { session, token } = await begin('guests')
    expect((await askGuarded(`/v1/sessions/${session}/transcript`, { token })).status).toBe(200)
  })

  it('stands in for the Origin that a program does not send', async () => {
    const headers = { ...(await as('robot')), Origin: '' }
    const { session, token } = await begin('members', headers)
    const path = `/v1/sessions/${session}/transcript`
    expect((await askGuarded(path, { token, headers: { Origin: '' } })).status).toBe(200)
    expect(await code(await askGuarded(path, { token }))).toBe('401 token_invalid')
  })

  it('may be sent again with the same idempotency key: a lost answer needs no new signature', async () => {
    const headers = { ...(await as('anna')), 'Idempotency-Key': newId('itm_') }
    expect(await begin('members', headers)).toEqual(await begin('members', headers))
    const other = await askGuarded('/v1/sessions', {
      method: 'POST',
      body: { agent: 'members' },
      headers: { ...headers, 'Idempotency-Key': newId('itm_') },
    })
    expect(await code(other)).toBe('401 identity_replayed')
  })

  it('keeps the same idempotency key of two people apart', async () => {
    const key = { 'Idempotency-Key': newId('itm_') }
    const anna = await begin('members', { ...(await as('anna')), ...key })
    const ben = await begin('members', { ...(await as('ben')), ...key })
    expect(ben.session).not.toBe(anna.session)
  })

  it.each(['es', 'ed'] as const)('is read with the published key "%s", which is fetched once', async (key) => {
    await begin('published', { 'Parley-Identity': await signPublished(claims('published'), key) })
    const asked = world.jwksAsked
    await begin('published', { 'Parley-Identity': await signPublished(claims('published'), key) })
    expect(world.jwksAsked).toBe(asked)
  })

  it('tells the provider a stable name of the person that is not the person', async () => {
    const callAs = async (sub: string) => {
      const from = (await journal()).length
      const request = { method: 'POST', body: { agent: 'members', call: EPHEMERAL }, headers: await as(sub) }
      expect((await askGuarded('/v1/sessions', request)).status).toBe(201)
      return (await journal(from)).map((entry) => entry.safety_identifier).filter((name) => name !== undefined)
    }
    const [anna, again, ben] = [await callAs('anna'), await callAs('anna'), await callAs('ben')]
    expect(anna).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
    expect(again).toEqual(anna)
    expect(ben).not.toEqual(anna)
  })

  it('without one the provider gets a name of the session, the same in each of its calls', async () => {
    const from = (await journal()).length
    const request = { method: 'POST', body: { agent: 'open', call: EPHEMERAL } }
    const { session, token } = JSON.parse(await (await askGuarded('/v1/sessions', request)).text())
    await askGuarded(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: EPHEMERAL })
    const names = (await journal(from)).map((entry) => entry.safety_identifier).filter((name) => name !== undefined)
    expect(names).toHaveLength(2)
    expect(new Set(names).size).toBe(1)
    expect(names[0]).not.toContain(session)
  })

  it('that is signed by keys which cannot be fetched waits; what is not configured lets nobody in', async () => {
    world.jwks = () => new Response('down', { status: 500 })
    vi.useFakeTimers({ now: Date.now() + 3600_000, toFake: ['Date'] }) // the keys known so far are too old by then
    const late = await signPublished(claims('published'), 'es', 'rotated')
    const send = (agent: string, header: string) =>
      askGuarded('/v1/sessions', { method: 'POST', body: { agent }, headers: { 'Parley-Identity': header } })
    expect(await code(await send('published', late))).toBe('503 identity_unavailable')
    vi.useRealTimers()
    expect(await code(await send('unset', await signShared(claims('unset'))))).toBe('500 not_configured')
    expect(await code(await send('weak', await signShared(claims('weak'), 'short')))).toBe('500 not_configured')
  })

  it('is kept as a hash only', async () => {
    const sub = newId('itm_')
    const jti = newId('itm_')
    await begin('members', { 'Parley-Identity': await signShared(claims('members', { sub, jti })) })
    const text = await runInDurableObject(env.VISITORS.getByName('members'), (_, { storage }) =>
      JSON.stringify([
        storage.sql.exec('SELECT * FROM owned').toArray(),
        storage.sql.exec('SELECT * FROM identities').toArray(),
      ]),
    )
    expect(text).not.toContain(sub)
    expect(text).not.toContain(jti)
    expect(JSON.parse(text)[0].length).toBeGreaterThan(0)
  })
})
