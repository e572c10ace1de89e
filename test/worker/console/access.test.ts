import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { agents } from '../../../agents/index.ts'
import { createApp } from '../../../worker/http/app.ts'
import { ADMIN_TOKEN, BROKER } from '../support.ts'

const AUD = 'the-audience-tag'
const app = createApp(agents)

interface Sent {
  method?: string
  headers?: Record<string, string>
  body?: object
}

/** A request to a deployment with these settings. */
async function ask(path: string, { method = 'GET', headers = {}, body }: Sent, settings: object = {}) {
  const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
  const response = await app.request(`${BROKER}/console/api${path}`, init, { ...env, ...settings })
  const text = await response.text()
  const code = response.status < 400 ? 'ok' : JSON.parse(text).code
  return { status: response.status, code, headers: response.headers, text }
}

const login = (token = ADMIN_TOKEN, headers: Record<string, string> = { Origin: BROKER }) =>
  ask('/login', { method: 'POST', headers, body: { token } })
const cookieOf = ({ headers }: { headers: Headers }) => headers.get('Set-Cookie')?.split(';')[0] ?? ''
const pause = (headers: Record<string, string>, settings = {}) =>
  ask('/agents/tutor/paused', { method: 'PUT', headers, body: { paused: false } }, settings)

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a console with an admin token', () => {
  it('opens for that token only', async () => {
    expect(await ask('/me', {})).toMatchObject({ status: 401, code: 'console_login' })
    expect(await ask('/me', { headers: { Authorization: `Bearer ${ADMIN_TOKEN}x` } })).toMatchObject({ status: 401 })
    const right = await ask('/me', { headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } })
    expect(JSON.parse(right.text)).toMatchObject({ via: 'token', who: null, records: true })
  })

  it('gives a browser a cookie that no script can read and no other website sends', async () => {
    const answer = await login()
    expect(answer.status).toBe(204)
    const set = answer.headers.get('Set-Cookie') ?? ''
    expect(set).toMatch(/^__Host-parley-console=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/)
    expect(set).not.toContain(ADMIN_TOKEN)
    expect((await ask('/me', { headers: { Cookie: cookieOf(answer) } })).status).toBe(200)
  })

  it('refuses a wrong token, and a login from another website', async () => {
    expect(await login('wrong')).toMatchObject({ status: 401, code: 'console_login' })
    expect(await login(ADMIN_TOKEN, { Origin: 'https://evil.example' })).toMatchObject({ code: 'foreign_request' })
    expect(await login(ADMIN_TOKEN, {})).toMatchObject({ code: 'foreign_request' })
  })

  it('does not believe a cookie that was changed, has run out, or is of another token', async () => {
    const cookie = cookieOf(await login())
    const with_ = (value: string, settings = {}) => ask('/me', { headers: { Cookie: value } }, settings)
    const later = cookie.replace(/=(\d+)/, (_, until) => `=${Number(until) + 1}`)
    expect(await with_(later)).toMatchObject({ status: 401 })
    const another = { PARLEY_ADMIN_TOKEN: 'another-token-that-is-as-long-as-it-must-be' }
    expect(await with_(cookie, another)).toMatchObject({ status: 401 })
    expect(await with_(cookie, { PARLEY_SECRET: 'changed' })).toMatchObject({ status: 401 })
    expect(await with_(cookie)).toMatchObject({ status: 200 })
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + 12 * 3_600_000 + 1000)
    expect(await with_(cookie)).toMatchObject({ status: 401 })
  })

  it('lets a cookie change nothing but from its own page; the token itself may be sent by a program', async () => {
    const Cookie = cookieOf(await login())
    expect(await pause({ Cookie })).toMatchObject({ status: 403, code: 'foreign_request' })
    expect(await pause({ Cookie, Origin: 'https://evil.example' })).toMatchObject({ code: 'foreign_request' })
    expect(await pause({ Cookie, Origin: BROKER })).toMatchObject({ status: 204 })
    expect(await pause({ Authorization: `Bearer ${ADMIN_TOKEN}` })).toMatchObject({ status: 204 })
  })

  it('can be read by no other website and is kept nowhere', async () => {
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, Origin: 'https://evil.example' }
    const answer = await ask('/me', { headers })
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull()
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const refused = await ask('/me', { headers: { Origin: 'https://evil.example' } })
    expect(refused.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })

  it('takes the SHA-256 of the token instead', async () => {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('local-token'))
    const settings = { PARLEY_ADMIN_TOKEN: undefined, ADMIN_TOKEN_SHA256: new Uint8Array(digest).toHex() }
    const as = (token: string) => ask('/me', { headers: { Authorization: `Bearer ${token}` } }, settings)
    expect((await as('local-token')).status).toBe(200)
    expect((await as(settings.ADMIN_TOKEN_SHA256)).status).toBe(401)
  })

  it('never tells or logs the token', async () => {
    const lines: string[] = []
    for (const level of ['log', 'error', 'warn'] as const) {
      vi.spyOn(console, level).mockImplementation((line) => lines.push(String(line)))
    }
    const guess = 'a-guess-that-is-nearly-right-but-wrong'
    const said = [
      await login(guess),
      await login(),
      await ask('/me', { headers: { Authorization: `Bearer ${guess}` } }),
    ]
    const all = JSON.stringify([lines, said.map(({ text, headers }) => [text, [...headers]])])
    expect(lines.length).toBeGreaterThan(1)
    expect(all).not.toContain(guess)
    expect(all).not.toContain(ADMIN_TOKEN)
  })
})

describe('a deployment that has set nothing up', () => {
  const nothing = { PARLEY_ADMIN_TOKEN: undefined }

  it('has no console, and says how to get one', async () => {
    const answer = await ask('/me', { headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } }, nothing)
    expect(answer).toMatchObject({ status: 404, code: 'console_off' })
    expect(JSON.parse(answer.text).todo).toContain('PARLEY_ADMIN_TOKEN')
    const headers = { Origin: BROKER }
    const tried = await ask('/login', { method: 'POST', headers, body: { token: 'undefined' } }, nothing)
    expect(tried).toMatchObject({ status: 404, code: 'console_off' })
  })

  it('does not count a token that could be guessed', async () => {
    const short = { PARLEY_ADMIN_TOKEN: 'x'.repeat(31) }
    const answer = await ask('/me', { headers: { Authorization: `Bearer ${short.PARLEY_ADMIN_TOKEN}` } }, short)
    expect(answer).toMatchObject({ status: 404, code: 'console_off' })
    expect(answer.text).toContain('less than 32')
    expect(answer.text).not.toContain(short.PARLEY_ADMIN_TOKEN)
  })
})

let teams = 0

/** Cloudflare Access for a team with a key of its own, which it publishes. What was fetched once is kept: each has a name of its own. */
async function team() {
  const domain = `team${++teams}.cloudflareaccess.com`
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' }] }
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url) => {
    expect(String(url)).toBe(`https://${domain}/cdn-cgi/access/certs`)
    return Response.json(keys)
  })
  const settings = { ACCESS_TEAM_DOMAIN: domain, ACCESS_AUD: AUD, PARLEY_ADMIN_TOKEN: undefined }
  const claims = { email: 'owner@example.com', iss: `https://${domain}`, aud: [AUD] }
  return {
    settings,
    claims,
    sign: (changed: object = {}, key = privateKey) =>
      new SignJWT({ ...claims, ...changed })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(key),
    as: (jwt: string, more = {}) =>
      ask('/me', { headers: { 'Cf-Access-Jwt-Assertion': jwt } }, { ...settings, ...more }),
  }
}

describe('a console behind Cloudflare Access', () => {
  it('opens for whom Access has let in, and knows who it is', async () => {
    const { as, sign } = await team()
    expect(JSON.parse((await as(await sign())).text)).toMatchObject({ via: 'access', who: 'owner@example.com' })
  })

  it('refuses what is forged, for another application, from another team, or over', async () => {
    const { as, sign, claims } = await team()
    const { privateKey } = await generateKeyPair('RS256')
    const shared = new TextEncoder().encode('x'.repeat(32))
    const weak = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('1m')
    const forged = [
      await sign({}, privateKey),
      await sign({ aud: ['another'] }),
      await sign({ iss: 'https://evil.cloudflareaccess.com' }),
      await weak.sign(shared),
      'not a jwt',
    ]
    for (const jwt of forged) expect(await as(jwt)).toMatchObject({ status: 401, code: 'console_login' })
    const good = await sign()
    expect(await as(good)).toMatchObject({ status: 200 })
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 600_000)
    expect(await as(good)).toMatchObject({ status: 401, code: 'console_login' })
  })

  it('means nothing where Access is not set up', async () => {
    const { as, sign } = await team()
    expect(await as(await sign(), { ACCESS_AUD: '' })).toMatchObject({ status: 404, code: 'console_off' })
    const token = { ACCESS_AUD: '', PARLEY_ADMIN_TOKEN: ADMIN_TOKEN }
    expect(await as(await sign(), token)).toMatchObject({ status: 401 })
  })

  it('changes nothing for a page of another website: its cookie comes along by itself', async () => {
    const { sign, settings } = await team()
    const assertion = { 'Cf-Access-Jwt-Assertion': await sign() }
    expect(await pause(assertion, settings)).toMatchObject({ status: 403, code: 'foreign_request' })
    expect(await pause({ ...assertion, Origin: BROKER }, settings)).toMatchObject({ status: 204 })
  })
})
