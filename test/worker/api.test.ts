import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { ProblemSchema } from '../../protocol/errors.ts'
import { newId } from '../../protocol/ids.ts'
import {
  type Ask,
  ask,
  BROKERED,
  createCall,
  createSession,
  EPHEMERAL,
  journal,
  OFFER,
  ORIGIN,
  upstreamRequests,
} from './support.ts'

async function problem(path: string, request?: Ask) {
  const response = await ask(path, request)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  const body = v.parse(ProblemSchema, await response.json())
  expect(body.status).toBe(response.status)
  expect(body.todo).toBeTruthy()
  return `${response.status} ${body.code}`
}

describe('the public face', () => {
  it('never shows instructions', async () => {
    const response = await ask('/v1/agents/concierge')
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ agent: 'concierge', handshake: 'brokered', turns: 'server_vad' })
    expect(text).not.toContain('front desk')
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN)
  })

  it('answers healthz without secrets', async () => {
    const text = await (await ask('/healthz')).text()
    expect(JSON.parse(text)).toMatchObject({ ok: true, configured: true })
    expect(text).not.toMatch(/sk-|secret/)
  })

  it('lets a browser ask before it sends', async () => {
    const response = await ask('/v1/sessions', { method: 'OPTIONS' })
    expect(response.status).toBe(204)
    expect(response.headers.get('Access-Control-Allow-Headers')).toContain('Authorization')
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull()
  })
})

describe('methods', () => {
  it.each([
    ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/v1/agents/tutor', 'GET, HEAD, OPTIONS'],
    ['PUT', '/v1/sessions', 'GET, HEAD, OPTIONS, POST'],
    ['PATCH', `/v1/sessions/${newId('ses_')}`, 'DELETE, OPTIONS'],
    ['POST', `/v1/sessions/${newId('ses_')}/events`, 'GET, HEAD, OPTIONS'],
  ])('%s %s is refused and told what is allowed', async (method, path, allow) => {
    expect(await problem(path, { method })).toBe('405 method_not_allowed')
    const response = await ask(path, { method })
    expect(response.headers.get('Allow')).toBe(allow)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN)
  })

  it('HEAD answers as GET without a body', async () => {
    const response = await ask('/healthz', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  it('what is no route stays 404', async () => {
    expect(await problem('/v1/nothing', { method: 'POST' })).toBe('404 not_found')
  })
})

describe('bad input', () => {
  const post = (body: unknown, headers = {}): Ask => ({ method: 'POST', body, headers })

  it.each<[string, string, Ask, string]>([
    ['no JSON', '/v1/sessions', post('{'), '400 bad_json'],
    ['no agent', '/v1/sessions', post({}), '400 bad_request'],
    ['a malformed agent', '/v1/sessions', post({ agent: '../etc' }), '400 bad_request'],
    ['an unknown agent', '/v1/sessions', post({ agent: 'nobody' }), '404 agent_not_found'],
    ['an agent named like a method', '/v1/sessions', post({ agent: 'constructor' }), '404 agent_not_found'],
    ['an unknown field', '/v1/sessions', post({ agent: 'tutor', model: 'gpt-5' }), '400 bad_request'],
    ['an SDP that is none', '/v1/sessions', post({ agent: 'tutor', call: { ...BROKERED, sdp: 'x' } }), '400 bad_sdp'],
    ['a body that is huge in bytes only', '/v1/sessions', post({ agent: '€'.repeat(30_000) }), '413 too_large'],
    ['a huge body', '/v1/sessions', post({ agent: 'x'.repeat(70_000) }), '413 too_large'],
    [
      'a foreign origin',
      '/v1/sessions',
      post({ agent: 'tutor' }, { Origin: 'https://evil.example' }),
      '403 origin_refused',
    ],
    ['no token', `/v1/sessions/${newId('ses_')}/transcript`, {}, '401 token_missing'],
    ['a made-up token', `/v1/sessions/${newId('ses_')}/transcript`, { token: 'a.1.b' }, '401 token_invalid'],
    ['an unknown route', '/v1/secrets', {}, '404 not_found'],
    ['no WebSocket', `/v1/sessions/${newId('ses_')}/events`, {}, '426 upgrade_required'],
  ])('%s gets a clear error', async (_, path, request, expected) => {
    const before = await upstreamRequests()
    expect(await problem(path, request)).toBe(expected)
    expect(await upstreamRequests()).toBe(before) // the provider never hears of it
  })

  it('refuses a request without Origin', async () => {
    const response = await ask('/v1/sessions', post({ agent: 'tutor' }, { Origin: '' }))
    expect(response.status).toBe(403)
  })
})

describe('session tokens', () => {
  it('open only their own session, from their own origin', async () => {
    const mine = await createSession()
    const other = await createSession()
    const path = `/v1/sessions/${mine.session}/transcript`
    expect((await ask(path, { token: mine.token })).status).toBe(200)
    expect(await problem(path, { token: other.token })).toBe('401 token_invalid')
    const elsewhere = { token: mine.token, headers: { Origin: 'https://evil.example' } }
    expect(await problem(path, elsewhere)).toBe('401 token_invalid')
  })

  it('rotate with each call: the older stays valid until the newer is used, then it is refused', async () => {
    const { session, token } = await createSession()
    const path = `/v1/sessions/${session}/transcript`
    const call = await createCall(session, token, EPHEMERAL)
    expect(call.token).not.toBe(token)
    expect((await ask(path, { token })).status).toBe(200) // the answer might have been lost
    const again = await createCall(session, token, EPHEMERAL)
    expect(again.token).toBe(call.token) // and the same can be derived again
    expect((await ask(path, { token: call.token })).status).toBe(200)
    expect(await problem(path, { token })).toBe('401 token_superseded')
  })
})

describe('opening calls', () => {
  it('brokered: session, call and answer in one round trip, and no provider credential', async () => {
    const from = (await journal()).length
    const response = await ask('/v1/sessions', { method: 'POST', body: { agent: 'concierge', call: BROKERED } })
    const text = await response.text()
    expect(response.status).toBe(201)
    expect(text).not.toMatch(/ek_|sk-/)
    expect(JSON.parse(text)).toMatchObject({ handshake: 'brokered', sdp: expect.stringMatching(/^v=0/) })
    const requests = (await journal(from)).filter((entry) => entry.kind === 'request')
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/v1/realtime/calls', status: 201 })
  })

  it('ephemeral: a secret for one attempt, of which only value and expiry are passed on', async () => {
    const before = Date.now() / 1000
    const response = await ask('/v1/sessions', { method: 'POST', body: { agent: 'tutor', call: EPHEMERAL } })
    const answer = JSON.parse(await response.text())
    expect(Object.keys(answer.client_secret).sort()).toEqual(['expires_at', 'value'])
    expect(answer.client_secret.value).toMatch(/^ek_/)
    expect(answer.client_secret.expires_at - before).toBeLessThanOrEqual(61)
    expect(JSON.stringify(answer)).not.toContain('patient tutor')
    // The widget posts its offer with the secret and reports the call.
    const opened = await fetch(answer.url, {
      method: 'POST',
      headers: { Authorization: `Bearer ${answer.client_secret.value}`, 'Content-Type': 'application/sdp' },
      body: OFFER,
    })
    expect(opened.status).toBe(201)
    const provider_call_id = opened.headers.get('Location')?.split('/').pop()
    const report = { method: 'PUT', token: answer.token, body: { provider_call_id } }
    expect((await ask(`/v1/sessions/${answer.session}/calls/${answer.call}`, report)).status).toBe(204)
    expect((await ask(`/v1/sessions/${answer.session}/calls/${answer.call}`, report)).status).toBe(204)
  })

  it('tells what the provider said by code only, and keeps nothing of a session that never was', async () => {
    const { session, token } = await createSession()
    const broken = OFFER.replace(/m=audio.*\r\n/, 'm=audio 9 RTP/AVP 0\r\n').replace(/a=rtpmap:111.*\r\n/, '')
    const call = { ...BROKERED, sdp: broken.replace(/a=ice-(ufrag|pwd).*\r\n/g, '') }
    const refusal = await problem(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: call })
    expect(refusal).toBe('400 bad_sdp')
    expect((await ask(`/v1/sessions/${session}/transcript`, { token })).status).toBe(200)
    expect((await createCall(session, token)).handshake).toBe('brokered')
  })
})

describe('reporting a call', () => {
  it('is heard once: another report cannot take the place of the call that is to be hung up', async () => {
    const from = (await journal()).length
    const { session, token, ...made } = await createSession({ agent: 'tutor', call: BROKERED })
    if (made.handshake !== 'brokered') throw new Error('expected a call')
    const path = `/v1/sessions/${session}/calls/${made.call}`
    const report = { method: 'PUT', token, body: { provider_call_id: 'rtc_of_somebody_else' } }
    expect(await problem(path, report)).toBe('409 call_superseded')
    expect((await ask(`${path}/end`, { method: 'POST', token })).status).toBe(204)
    const paths = (await journal(from)).map((entry) => String(entry.path))
    expect(paths.some((one) => /\/rtc_[^/]+\/hangup$/.test(one) && !one.includes('somebody_else'))).toBe(true)
    expect(paths.some((one) => one.includes('somebody_else'))).toBe(false)
  })
})

describe('erasing', () => {
  it('ends and forgets', async () => {
    const { session, token } = await createSession({ agent: 'concierge', call: BROKERED })
    expect((await ask(`/v1/sessions/${session}`, { method: 'DELETE', token })).status).toBe(204)
    expect(await problem(`/v1/sessions/${session}/transcript`, { token })).toBe('404 session_not_found')
    expect(await problem(`/v1/sessions/${session}`, { method: 'DELETE', token })).toBe('404 session_not_found')
  })
})
