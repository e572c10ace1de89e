/** `POST /v1/sessions/{id}/calls`, `PUT …/calls/{call}`, `POST …/calls/{call}/end`. */
import { Hono } from 'hono'
import { type CallCreated, NextCallSchema, ReportCallSchema } from '../../protocol/api.ts'
import { CallIdSchema, newId } from '../../protocol/ids.ts'
import { admitCall } from '../admission/admit.ts'
import { issueToken } from '../admission/token.ts'
import { providerFor } from '../provider/choose.ts'
import { unwrap } from '../session/result.ts'
import { check, readBody } from './body.ts'
import { type AppEnv, bearer, deploymentSecret } from './context.ts'
import { callAnswer, type OpenedAnswer, openCall, tellOpened } from './open-call.ts'

export const callRoutes = new Hono<AppEnv>()
  .post('/:session/calls', async (c) => {
    const { id, stub, generation, origin } = await bearer(c, c.req.param('session'))
    const request = await readBody(c, NextCallSchema)
    const secret = deploymentSecret(c)
    const { headers } = c.req.raw
    const attempt = await admitCall({ env: c.env, secret, log: c.get('log'), headers, body: request }, id)
    const callId = newId('call_')
    const wish = { callId, attempt: attempt && { key: attempt.key, body: attempt.body }, after: request.after }
    const { repeat, tokenGeneration, ...plan } = unwrap(await stub.beginCall(generation, wish))
    const token = (number: number) => issueToken(secret, origin, { session: id, generation: number })
    if (attempt && repeat) {
      const answer = (await attempt.open(repeat.sealed)) as OpenedAnswer
      return c.json({ token: await token(repeat.tokenGeneration), ...answer } satisfies CallCreated, 201)
    }
    const opened = await openCall(providerFor(c.env), plan, request, c.get('log')).catch(async (error) => {
      await stub.callFailed(callId)
      throw error
    })
    const answer = callAnswer(callId, opened)
    const sealed = await attempt?.seal(answer)
    const [taken] = await Promise.all([
      tellOpened(stub, callId, opened),
      sealed ? stub.keepReply(callId, sealed) : null,
    ])
    if (taken) unwrap(taken)
    return c.json({ token: await token(tokenGeneration), ...answer } satisfies CallCreated, 201)
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
