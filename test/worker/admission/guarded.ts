/** A broker whose agents ask for identities and bot checks, with the website's side: signing, and a Turnstile stub. */
import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'
import { vi } from 'vitest'
import { type AgentInput, defineAgent } from '../../../protocol/agent.ts'
import { newId } from '../../../protocol/ids.ts'
import { createApp } from '../../../worker/http/app.ts'
import { type Ask, ORIGIN } from '../support.ts'

export const SHARED = 'a secret of the website, long enough'
const JWKS_URL = 'https://shop.example/keys.json'
const TURNSTILE_URL = 'https://turnstile.example/siteverify'

const plain: AgentInput = { name: 'Test', instructions: 'Be kind.', origins: [ORIGIN], handshake: 'ephemeral' }
const app = createApp({
  open: defineAgent(plain),
  members: defineAgent({ ...plain, identity: { keys: 'secret', secretName: 'IDENTITY_TEST', required: true } }),
  guests: defineAgent({ ...plain, identity: { keys: 'secret', secretName: 'IDENTITY_TEST' } }),
  published: defineAgent({ ...plain, identity: { keys: 'jwks', jwksUrl: JWKS_URL, required: true } }),
  unset: defineAgent({ ...plain, identity: { keys: 'secret', secretName: 'IDENTITY_UNSET', required: true } }),
  weak: defineAgent({ ...plain, identity: { keys: 'secret', secretName: 'IDENTITY_WEAK', required: true } }),
  humans: defineAgent({ ...plain, botCheck: { action: 'talk' } }),
})
const variables = {
  IDENTITY_TEST: SHARED,
  IDENTITY_WEAK: 'short',
  TURNSTILE_SECRET: 'turnstile-secret',
  TURNSTILE_VERIFY_URL: TURNSTILE_URL,
}

/** A request as a website sends it; an empty Origin means none. `without`: names of variables that are not set. */
export async function askGuarded(
  path: string,
  { method = 'GET', token, body, headers = {} }: Ask = {},
  without: string[] = [],
) {
  const all = new Headers({ Origin: ORIGIN, ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers })
  if (all.get('Origin') === '') all.delete('Origin')
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const request = new Request(`https://broker.example${path}`, { method, headers: all, ...sent })
  const set = Object.entries(variables).filter(([name]) => !without.includes(name))
  return app.fetch(request, { ...env, ...Object.fromEntries(set) } as Env, createExecutionContext())
}

/** Starts a session; answers the body. */
export async function begin(agent: string, headers: Record<string, string> = {}) {
  const response = await askGuarded('/v1/sessions', { method: 'POST', body: { agent }, headers })
  const text = await response.text()
  if (response.status !== 201) throw new Error(`POST /v1/sessions: ${response.status} ${text}`)
  return JSON.parse(text) as { session: string; token: string }
}

export interface Claims {
  sub?: unknown
  aud?: unknown
  jti?: unknown
  /** s since 1970 */
  iat?: unknown
  exp?: unknown
  nbf?: unknown
}

const inSeconds = () => Math.floor(Date.now() / 1000)

/** What a good website signs; changes replace claims, undefined leaves one out. */
export function claims(aud: string, change: Claims = {}): Record<string, unknown> {
  const iat = inSeconds()
  return JSON.parse(JSON.stringify({ sub: 'anna', aud, jti: newId('itm_'), iat, exp: iat + 60, ...change }))
}

export function signShared(
  payload: Record<string, unknown>,
  secret = SHARED,
  header: JWTHeaderParameters = { alg: 'HS256' },
) {
  return new SignJWT(payload).setProtectedHeader(header).sign(new TextEncoder().encode(secret))
}

const pairs = {
  es: await generateKeyPair('ES256', { extractable: true }),
  ed: await generateKeyPair('EdDSA', { extractable: true }),
  rs: await generateKeyPair('RS256', { extractable: true }),
  other: await generateKeyPair('ES256', { extractable: true }),
}
const ALGORITHMS = { es: 'ES256', ed: 'EdDSA', rs: 'RS256', other: 'ES256' } as const
export const publicJwks = {
  keys: await Promise.all(
    (['es', 'ed', 'rs'] as const).map(async (kid) => ({
      ...(await exportJWK(pairs[kid].publicKey)),
      kid,
      alg: ALGORITHMS[kid],
    })),
  ),
}

export function signPublished(payload: Record<string, unknown>, key: keyof typeof pairs, kid: string = key) {
  return new SignJWT(payload).setProtectedHeader({ alg: ALGORITHMS[key], kid }).sign(pairs[key].privateKey)
}

/** A JWT of parts that nobody signed. */
export function unsigned(header: object, payload: object, signature = ''): string {
  const part = (value: object) => btoa(JSON.stringify(value)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
  return `${part(header)}.${part(payload)}.${signature}`
}

export interface World {
  /** Requests for the keys of the website. */
  jwksAsked: number
  /** What Turnstile was asked. */
  turnstileAsked: Record<string, string>[]
  jwks: () => Response | Promise<Response>
  turnstile: (asked: Record<string, string>) => Response | Promise<Response>
}

/** Stands in for the website's key server and for Turnstile, whose tokens here are `action@hostname`, good once. */
export function fakeWorld(): World {
  const real = globalThis.fetch
  const spent = new Map<string, string>()
  const world: World = {
    jwksAsked: 0,
    turnstileAsked: [],
    jwks: () => Response.json(publicJwks),
    turnstile: ({ response = '', idempotency_key = '', secret }) => {
      const [action, hostname] = response.split('#')[0]?.split('@') ?? []
      const first = spent.get(response) ?? idempotency_key
      spent.set(response, first)
      const success = secret === 'turnstile-secret' && hostname !== undefined && first === idempotency_key
      return Response.json(
        success ? { success, action, hostname } : { success, 'error-codes': ['timeout-or-duplicate'] },
      )
    },
  }
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    if (url === JWKS_URL) {
      world.jwksAsked++
      return world.jwks()
    }
    if (url === TURNSTILE_URL) {
      const asked = JSON.parse(String(init?.body)) as Record<string, string>
      world.turnstileAsked.push(asked)
      return world.turnstile(asked)
    }
    return real(input, init)
  })
  return world
}
