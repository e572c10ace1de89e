/** What every route needs: the agents, the checked configuration and who is asking. */
import type { Context } from 'hono'
import type { Agent, Agents } from '../../protocol/agent.ts'
import { ParleyError } from '../../protocol/errors.ts'
import { extraOrigins } from '../admission/origin.ts'
import { readToken } from '../admission/token.ts'
import type { Owner } from '../console/access.ts'
import type { Log } from '../log.ts'
import { sessionAt } from '../session/place.ts'
import type { Session } from '../session/session.ts'

export interface AppEnv {
  Bindings: Env
  /** `owner`: on the console's routes only. */
  Variables: { agents: Agents; log: Log; owner: Owner }
}
export type AppContext = Context<AppEnv>

/** @throws ParleyError agent_not_found */
export function findAgent(c: AppContext, id: string): Agent {
  const agents = c.get('agents')
  const agent = Object.hasOwn(agents, id) ? agents[id] : undefined
  if (!agent) throw new ParleyError('agent_not_found')
  return agent
}

export function allowedExtraOrigins(c: AppContext): string[] {
  return extraOrigins(c.env.EXTRA_ORIGINS)
}

/** @throws ParleyError not_configured when a secret of the deployment is missing */
export function deploymentSecret(c: AppContext): string {
  if (!c.env.PARLEY_SECRET || !c.env.OPENAI_API_KEY) throw new ParleyError('not_configured')
  return c.env.PARLEY_SECRET
}

/** @param region of its agent, where the session is new */
export function sessionStub(c: AppContext, id: string, region?: Agent['region']): DurableObjectStub<Session> {
  return sessionAt(c.env, id, region)
}

/** A session whose token was presented: `Authorization: Bearer`, or the given token of a WebSocket's subprotocols. */
export interface Bearer {
  id: string
  generation: number
  origin: string
  stub: DurableObjectStub<Session>
}

/** @throws ParleyError token_missing | token_invalid | not_configured */
export async function bearer(c: AppContext, id: string, subprotocolToken?: string): Promise<Bearer> {
  const header = c.req.header('Authorization')?.match(/^Bearer (\S+)$/)?.[1]
  const token = subprotocolToken ?? header
  if (!token) throw new ParleyError('token_missing')
  const origin = c.req.header('Origin') ?? ''
  const { generation } = await readToken(deploymentSecret(c), origin, id, token).catch((error: unknown) => {
    // Made before the secret was changed: a rotation must not cost anybody their conversation.
    if (!c.env.PARLEY_SECRET_PREVIOUS) throw error
    return readToken(c.env.PARLEY_SECRET_PREVIOUS, origin, id, token)
  })
  return { id, generation, origin, stub: sessionStub(c, id) }
}
