/**
 * Who may use the console: somebody whom Cloudflare Access lets in, or who has the admin token. Where a deployment has
 * set up neither, there is no console.
 */
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { MIN_ADMIN_TOKEN } from '../../protocol/console.ts'
import { ParleyError } from '../../protocol/errors.ts'
import { hashOf, isSame, readPass } from './pass.ts'

/** How far the clocks of Cloudflare Access and of this machine may be apart (s). */
const SKEW_S = 30
const CERTS_TIMEOUT_MS = 3000

export interface AccessEnv {
  PARLEY_SECRET: string
  PARLEY_ADMIN_TOKEN?: string
  ADMIN_TOKEN_SHA256: string
  ACCESS_TEAM_DOMAIN: string
  ACCESS_AUD: string
}

export interface Owner {
  via: 'token' | 'access'
  /** Their address, as Cloudflare Access has it. */
  who: string | null
  /** It came with every request that a browser makes, so another website's page could have made this one. */
  isAmbient: boolean
}

/** What a request brings along to show who it is from. */
export interface Papers {
  /** `Cf-Access-Jwt-Assertion`, which Cloudflare Access puts into each request that it lets through. */
  assertion: string | null
  /** `Authorization: Bearer …` */
  bearer: string | null
  cookie: string | null
}

/** @throws ParleyError console_off | console_login */
export async function admitOwner(env: AccessEnv, papers: Papers, now: number): Promise<Owner> {
  const hasAccess = Boolean(env.ACCESS_TEAM_DOMAIN && env.ACCESS_AUD)
  const tokenHash = await adminTokenHash(env)
  if (!hasAccess && !tokenHash) throw new ParleyError('console_off')
  if (hasAccess && papers.assertion) {
    return { via: 'access', who: await readAssertion(env, papers.assertion, now), isAmbient: true }
  }
  if (tokenHash && papers.bearer) {
    if (!isSame(await hashOf(papers.bearer), tokenHash)) throw new ParleyError('console_login', 'the token is wrong')
    return { via: 'token', who: null, isAmbient: false }
  }
  if (tokenHash && papers.cookie && (await readPass(env.PARLEY_SECRET, tokenHash, papers.cookie, now))) {
    return { via: 'token', who: null, isAmbient: true }
  }
  throw new ParleyError(
    'console_login',
    hasAccess && !tokenHash ? 'this console is behind Cloudflare Access' : undefined,
  )
}

/**
 * SHA-256 of the token that opens the console, in hexadecimal; null where there is none.
 * @throws ParleyError console_off when it is too short to be safe
 */
export async function adminTokenHash(env: AccessEnv): Promise<string | null> {
  const token = env.PARLEY_ADMIN_TOKEN
  if (!token) return /^[0-9a-f]{64}$/.test(env.ADMIN_TOKEN_SHA256) ? env.ADMIN_TOKEN_SHA256 : null
  if (token.length >= MIN_ADMIN_TOKEN) return hashOf(token)
  throw new ParleyError('console_off', `PARLEY_ADMIN_TOKEN has less than ${MIN_ADMIN_TOKEN} characters`)
}

/** Fetched keys live as long as this isolate; jose fetches them again when they are old or a new one is named. */
const certs = new Map<string, ReturnType<typeof createRemoteJWKSet>>()

/** The address of whom Cloudflare Access has let in, null for a service token. */
async function readAssertion(env: AccessEnv, jwt: string, now: number): Promise<string | null> {
  const issuer = `https://${env.ACCESS_TEAM_DOMAIN}`
  const url = new URL(`${issuer}/cdn-cgi/access/certs`)
  const keys = certs.get(url.href) ?? createRemoteJWKSet(url, { timeoutDuration: CERTS_TIMEOUT_MS })
  certs.set(url.href, keys)
  try {
    const { payload } = await jwtVerify(jwt, keys, {
      algorithms: ['RS256'],
      audience: env.ACCESS_AUD,
      issuer,
      clockTolerance: SKEW_S,
      currentDate: new Date(now),
      requiredClaims: ['exp', 'iat'],
    })
    return typeof payload.email === 'string' ? payload.email.slice(0, 254) : null
  } catch (error) {
    throw new ParleyError('console_login', 'the assertion of Cloudflare Access is not valid', { cause: error })
  }
}
