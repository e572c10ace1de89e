/** `POST /v1/webhooks/openai`: the provider tells of a phone call, which is taken or turned down (docs/phone.md). */
import { Hono } from 'hono'
import type * as v from 'valibot'
import { ParleyError } from '../../protocol/errors.ts'
import { newId } from '../../protocol/ids.ts'
import { IncomingCallSchema, ProviderEventSchema, type WebhookHandled } from '../../protocol/provider-webhook.ts'
import { keyedBytes, keyedHash } from '../admission/keyed.ts'
import type { Log } from '../log.ts'
import { onPhone } from '../phone/agent.ts'
import { agentFor, readHeaders } from '../phone/directory.ts'
import { isOpen } from '../phone/hours.ts'
import { masked } from '../phone/number.ts'
import { type Refusal, sipStatus } from '../phone/reject.ts'
import { providerFor } from '../provider/choose.ts'
import { attempt } from '../provider/transport.ts'
import { newSessionId } from '../session/place.ts'
import { keysOf, verify } from '../webhooks/verify.ts'
import { check, parseJson, readBytes } from './body.ts'
import { type AppContext, type AppEnv, deploymentSecret, sessionStub } from './context.ts'

/** The object that knows which calls were turned down. No agent has such a name. */
const TURNED_DOWN = 'phone:turned-down'

export const webhookRoutes = new Hono<AppEnv>().post('/openai', async (c) => {
  const secret = deploymentSecret(c)
  const body = await readBytes(c)
  await admitSigned(c, body)
  const json = parseJson(body)
  const { type } = check(ProviderEventSchema, json)
  if (type !== 'realtime.call.incoming') {
    c.get('log').info('webhook_ignored', { type })
    return c.json({ outcome: 'ignored' } satisfies WebhookHandled)
  }
  const { data } = check(IncomingCallSchema, json)
  return c.json((await answer(c, secret, data)) satisfies WebhookHandled)
})

/** @throws ParleyError signature_invalid | signature_stale | not_configured */
async function admitSigned(c: AppContext, body: Uint8Array): Promise<void> {
  const { OPENAI_WEBHOOK_SECRET: newest, OPENAI_WEBHOOK_SECRET_PREVIOUS: previous } = c.env
  const keys = newest ? keysOf(previous ? [newest, previous] : [newest]) : null
  if (!keys) throw new ParleyError('not_configured', 'the secret OPENAI_WEBHOOK_SECRET is not set, or is none')
  const verdict = await verify({ headers: c.req.raw.headers, body, keys, now: Date.now() })
  if (verdict.ok) return
  c.get('log').info('refused', { check: 'webhook', reason: verdict.code })
  throw new ParleyError(verdict.code)
}

type CallData = v.InferOutput<typeof IncomingCallSchema>['data']

/**
 * The session's id is made of the call's: however often and under whatever `webhook-id` the same call is told of, it is the
 * same session, which takes it once.
 */
async function answer(c: AppContext, secret: string, { call_id: ref, sip_headers }: CallData): Promise<WebhookHandled> {
  const { from, to } = readHeaders(sip_headers)
  const log = c.get('log').with({ ref, from: masked(from), to: masked(to) })
  const found = agentFor(c.get('agents'), sip_headers)
  if (!found) return turnDown(c, secret, ref, 'unknown_number', log)
  const { hours } = found.agent.phone ?? {}
  if (hours && !isOpen(hours, Date.now())) return turnDown(c, secret, ref, 'closed', log)
  const agent = onPhone(found.agent)
  const [sessionBytes, callBytes, caller] = await Promise.all([
    keyedBytes(secret, 'phone session', [ref]),
    keyedBytes(secret, 'phone call', [ref]),
    // Whoever withholds their number is one visitor with all who do: it is too easily done to be a way around the caps.
    keyedHash(secret, 'phone caller', from),
  ])
  const id = newSessionId(agent.region, () => sessionBytes)
  const broker = new URL(c.req.url).origin
  const rung = await sessionStub(c, id, agent.region).ring({
    session: { id, agentId: found.id, agent, origin: 'phone', broker, safetyId: caller, caller: masked(from) },
    call: newId('call_', () => callBytes),
    ref,
    visitor: caller,
    numbers: { from, to },
  })
  if (rung.outcome === 'refused') return turnDown(c, secret, ref, rung.code, log)
  // The provider will tell of it again, and it may go better then.
  if (rung.outcome === 'failed') throw new ParleyError(rung.code)
  log.info('phone_call', { outcome: rung.outcome, agent: found.id, session: id })
  return { outcome: rung.outcome }
}

/** @throws ParleyError provider_unreachable | provider_busy: it may go better later. What else it answers is its last word. */
async function tryReject(c: AppContext, ref: string, sipStatus: number): Promise<Response> {
  const response = await attempt(providerFor(c.env).reject(ref, sipStatus))
  await response.body?.cancel()
  if (response.status === 429 || response.status >= 500) throw new ParleyError('provider_busy')
  return response
}

/** Once for each call. Where the provider does not take it, the call is over already or rings until somebody gives up. */
async function turnDown(
  c: AppContext,
  secret: string,
  ref: string,
  refusal: Refusal,
  log: Log,
): Promise<WebhookHandled> {
  const key = await keyedHash(secret, 'phone call turned down', ref)
  const known = () => c.env.VISITORS.getByName(TURNED_DOWN)
  const claimed = await known().start({ session: '', attempt: { key, body: '' }, identity: null })
  if (!claimed.ok || claimed.value !== null) return { outcome: 'repeated' }
  const sip_status = sipStatus(refusal)
  const response = await tryReject(c, ref, sip_status).catch(async (error: unknown) => {
    await known().forget({ session: '', startKey: key }) // the provider tells again, and it is tried again
    throw error
  })
  log.info('phone_call', { outcome: 'rejected', reason: refusal, sip: sip_status, status: response.status })
  return { outcome: 'rejected', sip_status }
}
