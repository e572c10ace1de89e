/** `POST /v1/sessions`, `DELETE /v1/sessions/{id}`. */
import { Hono } from 'hono'
import type { Agent } from '../../protocol/agent.ts'
import { type CallRequest, CreateSessionSchema, type SessionCreated } from '../../protocol/api.ts'
import { newId } from '../../protocol/ids.ts'
import { admitOrigin } from '../admission/origin.ts'
import { issueToken } from '../admission/token.ts'
import { providerFor } from '../provider/choose.ts'
import { unwrap } from '../session/result.ts'
import type { NewSession } from '../session/session.ts'
import { readBody } from './body.ts'
import {
  type AppContext,
  type AppEnv,
  allowedExtraOrigins,
  bearer,
  deploymentSecret,
  findAgent,
  sessionStub,
} from './context.ts'
import { callAnswer, openCall } from './open-call.ts'
import { giveBack, reserveStart } from './reserve.ts'

/**
 * Creating an object takes a few ms and holds back a request sent at the same moment, so the provider is asked first
 * (worker-notes.md, Speed). The id is fresh: nobody else can reach the object meanwhile.
 */
const HEAD_START_MS = 2

export const sessionRoutes = new Hono<AppEnv>()
  .post('/', async (c) => {
    const secret = deploymentSecret(c)
    const { agent: agentId, call } = await readBody(c, CreateSessionSchema)
    const agent = findAgent(c, agentId)
    const origin = admitOrigin(agent, c.req.header('Origin'), allowedExtraOrigins(c))
    const session: NewSession = { id: newId('ses_'), agentId, agent, origin }
    const token = await issueToken(secret, origin, { session: session.id, generation: 1 })
    const opened = call ? await createWithCall(c, session, agent, call) : await createAlone(c, session)
    return c.json({ session: session.id, token, ...opened } satisfies SessionCreated, 201)
  })
  .delete('/:session', async (c) => {
    const { stub, generation } = await bearer(c, c.req.param('session'))
    unwrap(await stub.erase(generation))
    return c.body(null, 204)
  })

async function createAlone(c: AppContext, session: NewSession) {
  await sessionStub(c, session.id).create(session)
  return { handshake: 'none' as const }
}

async function createWithCall(c: AppContext, session: NewSession, agent: Agent, call: CallRequest) {
  const callId = newId('call_')
  const held = await reserveStart(c, session.agentId, { call: callId, session: session.id, agent })
  const opening = openCall(providerFor(c.env), { agent, seeded: false }, call, c.get('log'))
  const stub = sessionStub(c, session.id)
  const creating = scheduler.wait(HEAD_START_MS).then(() => stub.create({ ...session, callId, held }))
  const [opened, created] = await Promise.allSettled([opening, creating])
  if (created.status === 'rejected' || opened.status === 'rejected') await giveBack(c, session.agentId, callId)
  if (created.status === 'rejected') throw created.reason // a call without its object cannot be reached by anybody
  if (opened.status === 'rejected') {
    await stub.discard()
    throw opened.reason
  }
  if (opened.value.handshake === 'brokered') unwrap(await stub.callOpened(callId, opened.value.ref))
  return callAnswer(callId, opened.value)
}
