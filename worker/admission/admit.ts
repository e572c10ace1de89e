/** Who may start a session or a call: every check in its order, before anything is asked of the provider. */
import type { Agent } from '../../protocol/agent.ts'
import { ParleyError } from '../../protocol/errors.ts'
import type { Log } from '../log.ts'
import { type Attempt, readAttempt } from './idempotency.ts'
import { keyedHash } from './keyed.ts'
import { admitOrigin, extraOrigins } from './origin.ts'
import type { Repeat } from './visits.ts'

/** What every check may look at. */
export interface Ask {
  env: Env
  /** The deployment's secret. */
  secret: string
  log: Log
  headers: Headers
  /** Checked body. */
  body: object
}

export interface StartAsk extends Ask {
  agentId: string
  agent: Agent
  /** Id of the session that is about to be made. */
  session: string
}

export interface AdmittedStart {
  origin: string
  safetyId: string
  attempt: Attempt | null
  /** The same request was admitted before. */
  repeat: Repeat | null
}

/** @throws ParleyError of the check that refuses */
export async function admitStart(ask: StartAsk): Promise<AdmittedStart> {
  const { env, secret, headers, agentId, agent, session, body } = ask
  const origin = await step(ask, 'origin', () =>
    admitOrigin(agent, headers.get('Origin') ?? undefined, extraOrigins(env.EXTRA_ORIGINS)),
  )
  const key = headers.get('Idempotency-Key')
  const attempt = await step(ask, 'idempotency', () => readAttempt(secret, key, [origin, agentId], body))
  const repeat = attempt ? await step(ask, 'idempotency', () => claim(ask, attempt)) : null
  return { origin, safetyId: await keyedHash(secret, 'visitor', session), attempt, repeat }
}

/** The session of an earlier try never came to be: this one takes its place. */
export async function admitInstead(ask: StartAsk, attempt: Attempt, insteadOf: string): Promise<Repeat | null> {
  return step(ask, 'idempotency', () => claim(ask, attempt, insteadOf))
}

/** A call on a session whose token was checked. */
export async function admitCall(ask: Ask, session: string): Promise<Attempt | null> {
  const key = ask.headers.get('Idempotency-Key')
  return step(ask, 'idempotency', () => readAttempt(ask.secret, key, [session], ask.body))
}

async function claim({ env, agentId, session }: StartAsk, { key, body }: Attempt, insteadOf?: string) {
  const visitors = env.VISITORS.getByName(agentId)
  const claimed = await visitors.start({ session, attempt: { key, body }, identity: null, insteadOf })
  if (!claimed.ok) throw new ParleyError(claimed.code)
  return claimed.value
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
