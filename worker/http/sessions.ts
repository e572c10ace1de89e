/** `POST /v1/sessions`, `DELETE /v1/sessions/{id}`. */
import { Hono } from 'hono'
import type { Agent } from '../../protocol/agent.ts'
import { type CallRequest, CreateSessionSchema, type SessionCreated } from '../../protocol/api.ts'
import type { ConsentGiven } from '../../protocol/consent.ts'
import { ParleyError } from '../../protocol/errors.ts'
import { newId } from '../../protocol/ids.ts'
import { type AdmittedStart, admitStart, claimStart, type StartAsk } from '../admission/admit.ts'
import type { Attempt } from '../admission/idempotency.ts'
import { issueToken } from '../admission/token.ts'
import type { Repeat } from '../admission/visits.ts'
import { onPage } from '../phone/agent.ts'
import { providerFor } from '../provider/choose.ts'
import { consentVersion } from '../session/consents.ts'
import type { NewSession } from '../session/contract.ts'
import { isOffered } from '../session/offered.ts'
import { newSessionId } from '../session/place.ts'
import { unwrap } from '../session/result.ts'
import { readBody } from './body.ts'
import { type AppContext, type AppEnv, bearer, deploymentSecret, findAgent, sessionStub } from './context.ts'
import { continentOf } from './continent.ts'
import { callAnswer, hangUpUnknown, type OpenedAnswer, openCall, outcomeOf } from './open-call.ts'
import { countStart, Reservation } from './reserve.ts'

/**
 * Creating an object takes a few ms and holds back a request sent at the same moment, so the provider is asked first
 * (worker-notes.md, Speed). The id is fresh: nobody else can reach the object meanwhile.
 */
const HEAD_START_MS = 2
/** A start that has neither answered nor failed by then (ms) never will: the provider gets 15 s. */
const IN_FLIGHT_MS = 30_000

export const sessionRoutes = new Hono<AppEnv>()
  .post('/', async (c) => {
    const secret = deploymentSecret(c)
    const body = await readBody(c, CreateSessionSchema)
    const agent = onPage(findAgent(c, body.agent))
    const consent = consentOf(agent, body.consent)
    const id = newSessionId(agent.region)
    sessionStub(c, id) // throws where its jurisdiction cannot be kept to, before anything is asked of anybody
    const { headers } = c.req.raw
    const ask: StartAsk = {
      env: c.env,
      secret,
      log: c.get('log'),
      headers,
      body,
      agentId: body.agent,
      agent,
      session: id,
    }
    const admitted = await admitStart(ask)
    if (body.call && !isOffered(agent, body.call)) {
      throw new ParleyError('bad_request', `handshake: this agent offers no "${body.call.handshake}" call`)
    }
    // Side by side with the idempotency key: neither needs the other's answer, and both come before the provider.
    const call = body.call ? startCall(c, ask, admitted.visitor, body.call) : null
    const repeated = await answerRepeat(c, ask, admitted).catch(async (error: unknown) => {
      await call?.money.undo()
      throw error
    })
    if (repeated) await call?.money.undo()
    const { session, opened } = repeated ?? {
      session: id,
      opened: await create(c, ask, { ...admitted, consent }, call),
    }
    const token = await issueToken(secret, admitted.origin, { session, generation: 1 })
    return c.json({ session, token, ...opened } satisfies SessionCreated, 201)
  })
  .delete('/:session', async (c) => {
    const { stub, generation } = await bearer(c, c.req.param('session'))
    unwrap(await stub.erase(generation))
    return c.body(null, 204)
  })

/** What the visitor has agreed to, where the agent asks for it. @throws ParleyError consent_required */
function consentOf({ consent }: Agent, given: ConsentGiven | undefined): ConsentGiven | undefined {
  const version = consentVersion(consent)
  if (version === null) return undefined
  if (given?.version !== version) throw new ParleyError('consent_required')
  return given
}

type Opened = OpenedAnswer | { handshake: 'none' }

/** The call that begins along with the session. */
interface StartedCall {
  id: string
  request: CallRequest
  money: Reservation
}

function startCall(
  c: AppContext,
  { agentId, agent, session }: StartAsk,
  visitor: string,
  request: CallRequest,
): StartedCall {
  const id = newId('call_')
  return { id, request, money: new Reservation(c, agentId, { call: id, session, agent, visitor }) }
}

/** What the same request got before. Null when there was none, or it never came to an answer and this one takes over. */
async function answerRepeat(c: AppContext, ask: StartAsk, { attempt, identity }: AdmittedStart) {
  const repeat = await claimStart(ask, attempt, identity)
  if (!attempt || !repeat) return null
  const known = await findReply(c, attempt, repeat)
  if (known) return known
  const newer = repeat.age >= IN_FLIGHT_MS ? await claimStart(ask, attempt, identity, repeat.session) : repeat
  if (newer) throw new ParleyError('idempotency_in_flight')
  return null
}

async function findReply(c: AppContext, attempt: Attempt, { session }: Repeat) {
  const sealed = await sessionStub(c, session).startReply(attempt.key)
  return sealed ? { session, opened: (await attempt.open(sealed)) as Opened } : null
}

async function create(
  c: AppContext,
  { agentId, agent, session: id }: StartAsk,
  { origin, identity, safetyId, visitor, attempt, consent }: AdmittedStart & { consent: ConsentGiven | undefined },
  call: StartedCall | null,
): Promise<Opened> {
  const person = identity?.person
  const broker = new URL(c.req.url).origin
  const near = continentOf(c.req.raw)
  const startKey = attempt?.key
  const session: NewSession = { id, agentId, agent, origin, safetyId, person, broker, near, startKey, consent }
  try {
    if (call) return await createWithCall(c, session, call, attempt)
    await countStart(c, session, visitor)
    return await createAlone(c, session, attempt)
  } catch (error) {
    // The same request may try again at once.
    if (startKey || person) await c.env.VISITORS.getByName(agentId).forget({ session: id, startKey, person })
    throw error
  }
}

async function createAlone(c: AppContext, session: NewSession, attempt: Attempt | null) {
  const opened = { handshake: 'none' as const }
  await sessionStub(c, session.id, session.agent.region).create({ ...session, reply: await attempt?.seal(opened) })
  return opened
}

async function createWithCall(c: AppContext, session: NewSession, call: StartedCall, attempt: Attempt | null) {
  const { agent, safetyId } = session
  const { id: callId, request, money } = call
  const held = await money.held()
  const provider = providerFor(c.env)
  const opening = openCall(provider, { agent, seeded: false, safetyId }, request, c.get('log'))
  const stub = sessionStub(c, session.id, agent.region)
  const creating = scheduler.wait(HEAD_START_MS).then(() => stub.create({ ...session, callId, held }))
  const [opened, created] = await Promise.allSettled([opening, creating])
  if (created.status === 'rejected' || opened.status === 'rejected') await money.giveBack()
  if (created.status === 'rejected' && opened.status === 'fulfilled') {
    await hangUpUnknown(provider, opened.value, c.get('log'))
  }
  if (created.status === 'rejected') throw created.reason
  if (opened.status === 'rejected') {
    await stub.discard()
    throw opened.reason
  }
  const answer = callAnswer(callId, opened.value)
  const reply = await attempt?.seal(answer)
  const outcome = outcomeOf(opened.value)
  if (outcome || reply) {
    const taken = await stub.startAnswered(callId, outcome, reply).catch(async (error: unknown) => {
      await hangUpUnknown(provider, opened.value, c.get('log'))
      await sessionStub(c, session.id).discard() // a stub that has thrown stays broken (anchors-broker.md 2.2)
      throw error
    })
    unwrap(taken)
  }
  return answer
}
