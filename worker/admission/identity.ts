/**
 * Signed identity: a JWT that the website's own server signs for a person who is logged in there, good for one request.
 * With it a session belongs to that person, who may open it again from another device.
 */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Agent } from '../../protocol/agent.ts'
import { ParleyError } from '../../protocol/errors.ts'
import { keyedHash } from './keyed.ts'
import { namedSecret } from './named-secret.ts'
import type { Identity } from './visits.ts'

/** Longest time between `iat` and `exp` (s). */
const MAX_LIFE_S = 300
/** How far the clocks of the website and of the broker may be apart (s). */
const SKEW_S = 30
/** RFC 7518 3.2: a key of HS256 has at least the size of its hash. */
const MIN_SECRET_BYTES = 32
const MAX_JWT = 4096
const JWKS_TIMEOUT_MS = 3000

export interface IdentityCheck {
  env: Env
  /** The deployment's secret. */
  secret: string
  agentId: string
  agent: Agent
  jwt: string
  /** ms since 1970 */
  now: number
}

/** @throws ParleyError identity_invalid | identity_unavailable | not_configured */
export async function readIdentity({ env, secret, agentId, agent, jwt, now }: IdentityCheck): Promise<Identity> {
  if (!agent.identity) throw invalid('this agent takes no signed identity')
  if (jwt.length > MAX_JWT) throw invalid(`longer than ${MAX_JWT} characters`)
  const claims = await verify(jwt, agent.identity, agentId, env, now)
  const { sub, jti, iat, exp } = claims
  if (!isText(sub, 256)) throw invalid('sub: 1 to 256 characters')
  if (!isText(jti, 128)) throw invalid('jti: 1 to 128 characters')
  if (iat === undefined || exp === undefined || exp <= iat || exp - iat > MAX_LIFE_S) {
    throw invalid(`exp: at most ${MAX_LIFE_S} s after iat`)
  }
  const [person, id] = await Promise.all([
    keyedHash(secret, 'person', agentId, sub),
    keyedHash(secret, 'identity', agentId, jti),
  ])
  // Remembered a little longer than it is accepted: the object that remembers has a clock of its own.
  return { person, id, usableUntil: (exp + 3 * SKEW_S) * 1000 }
}

type Source = NonNullable<Agent['identity']>

async function verify(jwt: string, source: Source, audience: string, env: Env, now: number): Promise<JWTPayload> {
  const options = {
    audience,
    requiredClaims: ['sub', 'jti', 'iat', 'exp'],
    maxTokenAge: MAX_LIFE_S,
    clockTolerance: SKEW_S,
    currentDate: new Date(now),
  }
  try {
    const { payload } =
      source.keys === 'secret'
        ? await jwtVerify(jwt, sharedKey(env, source.secretName), { ...options, algorithms: ['HS256'] })
        : await jwtVerify(jwt, publicKeys(source.jwksUrl), { ...options, algorithms: ['ES256', 'EdDSA', 'Ed25519'] })
    return payload
  } catch (error) {
    if (error instanceof ParleyError) throw error
    const reason = reasonOf(error)
    throw reason ? invalid(reason) : new ParleyError('identity_unavailable', undefined, { cause: error })
  }
}

function sharedKey(env: Env, name: string): Uint8Array {
  const key = new TextEncoder().encode(namedSecret(env, name))
  if (key.length < MIN_SECRET_BYTES) throw new ParleyError('not_configured', `${name}: at least 32 bytes`)
  return key
}

/** Fetched keys live as long as this isolate; jose fetches them again when they are old or a new one is named. */
const jwks = new Map<string, JWTVerifyGetKey>()

function publicKeys(url: string): JWTVerifyGetKey {
  const known = jwks.get(url) ?? createRemoteJWKSet(new URL(url), { timeoutDuration: JWKS_TIMEOUT_MS })
  jwks.set(url, known)
  return known
}

/** Fixed words for what is wrong with a JWT; undefined when the keys are what is missing. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return 'exp: is over'
  if (error instanceof errors.JWTClaimValidationFailed) return `${error.claim}: ${error.reason.replaceAll('_', ' ')}`
  if (error instanceof errors.JOSEAlgNotAllowed) return 'alg: not allowed for this agent'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature is wrong'
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return 'kid: not one key of the set fits'
  }
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return 'not a JWT'
  if (error instanceof errors.JOSENotSupported) return 'alg: not supported'
  return undefined
}

function isText(claim: unknown, max: number): claim is string {
  return typeof claim === 'string' && claim.length > 0 && claim.length <= max
}

function invalid(detail: string): ParleyError {
  return new ParleyError('identity_invalid', detail)
}
