/** What a person with a signed identity may do from any device: `GET /v1/sessions`, `POST /v1/sessions/{id}/token`. */
import { Hono } from 'hono'
import { type OwnSessions, OwnSessionsQuerySchema, type RenewedToken, RenewTokenSchema } from '../../protocol/api.ts'
import { ParleyError } from '../../protocol/errors.ts'
import { SessionIdSchema } from '../../protocol/ids.ts'
import { admitPerson, type PersonAsk } from '../admission/admit.ts'
import { issueToken } from '../admission/token.ts'
import { unwrap } from '../session/result.ts'
import { check, readBody } from './body.ts'
import { type AppContext, type AppEnv, deploymentSecret, findAgent, sessionStub } from './context.ts'

export const ownSessionRoutes = new Hono<AppEnv>()
  .get('/', async (c) => {
    const { agent: agentId } = check(OwnSessionsQuerySchema, c.req.query())
    const { identity } = await admitPerson(askFor(c, agentId))
    const sessions = unwrap(await c.env.VISITORS.getByName(agentId).ownedBy(identity))
    return c.json({ sessions } satisfies OwnSessions)
  })
  .post('/:session/token', async (c) => {
    const session = check(SessionIdSchema, c.req.param('session'))
    const { agent: agentId } = await readBody(c, RenewTokenSchema)
    const { origin, identity } = await admitPerson(askFor(c, agentId))
    const isTheirs = unwrap(await c.env.VISITORS.getByName(agentId).owns(identity, session))
    if (!isTheirs) throw new ParleyError('session_not_found')
    const generation = unwrap(await sessionStub(c, session).nextGenerationFor(identity.person))
    const token = await issueToken(deploymentSecret(c), origin, { session, generation })
    return c.json({ session, token } satisfies RenewedToken, 201)
  })

function askFor(c: AppContext, agentId: string): PersonAsk {
  const agent = findAgent(c, agentId)
  return { env: c.env, secret: deploymentSecret(c), log: c.get('log'), headers: c.req.raw.headers, agentId, agent }
}
