/** `POST /v1/sessions/{id}/calls`, `PUT …/calls/{call}`, `POST …/calls/{call}/end`. */
import { Hono } from 'hono'
import { type CallCreated, NextCallSchema, ReportCallSchema } from '../../protocol/api.ts'
import { CallIdSchema, newId } from '../../protocol/ids.ts'
import { admitCall } from '../admission/admit.ts'
import { issueToken } from '../admission/token.ts'
import { providerFor } from '../provider/choose.ts'
import { unwrap } from '../session/result.ts'
import { check, readBody } from './body.ts'
import { type AppEnv, bearer, deploymentSecret, sessionStub } from './context.ts'
import { callAnswer, hangUpUnknown, type OpenedAnswer, openCall, outcomeOf } from './open-call.ts'

export const callRoutes = new Hono<AppEnv>()
  .post('/:session/calls', async (c) => {
    const { id, stub, generation, origin } = await bearer(c, c.req.param('session'))
    const request = await readBody(c, NextCallSchema)
    const secret = deploymentSecret(c)
    const { headers } = c.req.raw
    const { attempt, visitor } = await admitCall({ env: c.env, secret, log: c.get('log'), headers, body: request }, id)
    const callId = newId('call_')
    const mark = attempt && { key: attempt.key, body: attempt.body }
    const { after, consent, transport, handshake } = request
    const wish = { callId, attempt: mark, after, consent, kind: { transport, handshake }, visitor }
    const { repeat, tokenGeneration, ...plan } = unwrap(await stub.beginCall(generation, wish))
    const token = (number: number) => issueToken(secret, origin, { session: id, generation: number })
    if (attempt && repeat) {
      const answer = (await attempt.open(repeat.sealed)) as OpenedAnswer
      return c.json({ token: await token(repeat.tokenGeneration), ...answer } satisfies CallCreated, 201)
    }
    const provider = providerFor(c.env)
    const [opened, nextToken] = await Promise.all([
      openCall(provider, plan, request, c.get('log')).catch(async (error) => {
        await stub.callFailed(callId)
        throw error
      }),
      token(tokenGeneration),
    ])
    const answer = callAnswer(callId, opened)
    const reply = await attempt?.seal(answer)
    const outcome = outcomeOf(opened)
    const taken = await stub.callAnswered(callId, outcome, reply).catch(async (error: unknown) => {
      await hangUpUnknown(provider, opened, c.get('log'))
      await sessionStub(c, id).callFailed(callId) // a stub that has thrown stays broken (anchors-broker.md 2.2)
      throw error
    })
    // Erased meanwhile: nobody else knows of the call. Whatever else is refused is hung up by the session.
    if (!taken.ok && taken.code === 'session_not_found') await hangUpUnknown(provider, opened, c.get('log'))
    unwrap(taken)
    return c.json({ token: nextToken, ...answer } satisfies CallCreated, 201)
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
