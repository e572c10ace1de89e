/** Who may start a session or a call: every check in its order, before anything is asked of the provider. */
import type { Agent } from '../../protocol/agent.ts'
import { ParleyError } from '../../protocol/errors.ts'
import type { Log } from '../log.ts'
import { admitHuman } from './bot.ts'
import { type Attempt, readAttempt } from './idempotency.ts'
import { readIdentity } from './identity.ts'
import { keyedHash } from './keyed.ts'
import { admitOrigin, extraOrigins } from './origin.ts'
import { admitRate } from './rate.ts'
import { anonymousVisitor } from './visitor.ts'
import type { Identity, Repeat } from './visits.ts'

/** What every check may look at. */
interface Ask {
  env: Env
  /** The deployment's secret. */
  secret: string
  log: Log
  headers: Headers
}

export interface PersonAsk extends Ask {
  agentId: string
  agent: Agent
}

export interface StartAsk extends PersonAsk {
  /** Id of the session that is about to be made. */
  session: string
  /** Checked body. */
  body: object
}

export interface AdmittedStart {
  origin: string
  identity: Identity | null
  /** Names the visitor to the provider without telling who it is. */
  safetyId: string
  /** Who it counts for at the ledger. */
  visitor: string
  attempt: Attempt | null
}

/**
 * A new session, whose identity and idempotency key are still to be claimed.
 * @throws ParleyError of the check that refuses
 */
export async function admitStart(ask: StartAsk): Promise<AdmittedStart> {
  const { env, secret, headers, agentId, agent, session, body } = ask
  const { origin, identity } = await admitVisitor(ask, agent.identity?.required ?? false)
  const person = identity?.person ?? null
  const attempt = await step(ask, 'idempotency', () =>
    readAttempt(secret, headers.get('Idempotency-Key'), [origin, agentId, person], body),
  )
  const token = headers.get('Parley-Bot-Token')
  const address = headers.get('CF-Connecting-IP')
  await step(ask, 'bot', () => admitHuman({ env, agent, token, origin, address, attemptKey: attempt?.key }))
  const safetyId = person ?? (await keyedHash(secret, 'visitor', session))
  const visitor = person ?? (await anonymousVisitor(secret, headers)) ?? session
  return { origin, identity, safetyId, visitor, attempt }
}

/**
 * Takes the identity and the idempotency key for this session; answers what the same request has made before.
 * @param insteadOf a session of an earlier try that never came to be
 */
export async function claimStart(
  ask: StartAsk,
  attempt: Attempt | null,
  identity: Identity | null,
  insteadOf?: string,
): Promise<Repeat | null> {
  if (!attempt && !identity) return null
  const mark = attempt && { key: attempt.key, body: attempt.body }
  const visitors = ask.env.VISITORS.getByName(ask.agentId)
  const claimed = await visitors.start({ session: ask.session, attempt: mark, identity, insteadOf })
  return step(ask, !claimed.ok && claimed.code === 'identity_replayed' ? 'identity' : 'idempotency', () => {
    if (!claimed.ok) throw new ParleyError(claimed.code)
    return claimed.value
  })
}

/** A person who shows a signed identity to get at sessions made before. The identity is still to be used up (visitors.ts). */
export async function admitPerson(ask: PersonAsk): Promise<{ origin: string; identity: Identity }> {
  const { origin, identity } = await admitVisitor(ask, true)
  if (!identity) throw new ParleyError('identity_required')
  return { origin, identity }
}

export interface AdmittedCall {
  attempt: Attempt | null
  /** Who it counts for when the session belongs to nobody. */
  visitor: string | null
}

/** A call on a session whose token was checked. */
export async function admitCall(ask: Ask & { body: object }, session: string): Promise<AdmittedCall> {
  const { env, secret, headers, body } = ask
  await step(ask, 'rate', () => admitRate(env.RATE, session, headers.get('CF-Connecting-IP')))
  const key = headers.get('Idempotency-Key')
  const [attempt, visitor] = await Promise.all([
    step(ask, 'idempotency', () => readAttempt(secret, key, [session], body)),
    anonymousVisitor(secret, headers),
  ])
  return { attempt, visitor }
}

async function admitVisitor(ask: PersonAsk, identityRequired: boolean) {
  const { env, secret, headers, agentId, agent } = ask
  const jwt = headers.get('Parley-Identity')
  const origin = await step(ask, 'origin', () => {
    const sent = headers.get('Origin') ?? ''
    // A program that is not a browser has no Origin: its identity, checked below, speaks for it.
    return sent === '' && jwt && agent.identity ? '' : admitOrigin(agent, sent, extraOrigins(env.EXTRA_ORIGINS))
  })
  await step(ask, 'rate', () => admitRate(env.RATE, agentId, headers.get('CF-Connecting-IP')))
  const identity = await step(ask, 'identity', () => {
    if (jwt) return readIdentity({ env, secret, agentId, agent, jwt, now: Date.now() })
    if (identityRequired) throw new ParleyError('identity_required')
    return null
  })
  return { origin, identity }
}

/** Names the check that refused in the log. Details may hold what a stranger has sent and are not logged. */
async function step<T>({ log }: Ask, check: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ParleyError) log.info('refused', { check, reason: error.code })
    throw error
  }
}
