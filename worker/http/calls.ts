/** `POST /v1/sessions/{id}/calls`, `PUT …/calls/{call}`, `POST …/calls/{call}/end`. */
import { Hono } from 'hono'
import { type CallCreated, CallRequestSchema, ReportCallSchema } from '../../protocol/api.ts'
import { CallIdSchema, newId } from '../../protocol/ids.ts'
import { issueToken } from '../admission/token.ts'
import { providerFor } from '../provider/choose.ts'
import { unwrap } from '../session/result.ts'
import { check, readBody } from './body.ts'
import { type AppEnv, bearer, deploymentSecret } from './context.ts'
import { callAnswer, openCall } from './open-call.ts'

export const callRoutes = new Hono<AppEnv>()
  .post('/:session/calls', async (c) => {
    const { id, stub, generation, origin } = await bearer(c, c.req.param('session'))
    const request = await readBody(c, CallRequestSchema)
    const callId = newId('call_')
    const { agent, seeded, tokenGeneration } = unwrap(await stub.beginCall(generation, callId))
    const opened = await openCall(providerFor(c.env), { agent, seeded }, request, c.get('log')).catch(async (error) => {
      await stub.callFailed(callId)
      throw error
    })
    if (opened.handshake === 'brokered') unwrap(await stub.callOpened(callId, opened.ref))
    const token = await issueToken(deploymentSecret(c), origin, { session: id, generation: tokenGeneration })
    return c.json({ token, ...callAnswer(callId, opened) } satisfies CallCreated, 201)
  })
  .put('/:session/calls/:call', async (c) => {
    const { stub, generation } = await bearer(c, c.req.param('session'))
    const call = check(CallIdSchema, c.req.param('call'))
    const { provider_call_id } = await readBody(c, ReportCallSchema)
    unwrap(await stub.reportCall(generation, call, provider_call_id))
    return c.body(null, 204)
  })
  .post('/:session/calls/:call/end', async (c) => {
    const { stub, generation } = await bearer(c, c.req.param('session'))
    const call = check(CallIdSchema, c.req.param('call'))
    unwrap(await stub.endCall(generation, call))
    return c.body(null, 204)
  })
