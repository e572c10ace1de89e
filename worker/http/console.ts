/** `/console/api/…`: what the console's page asks, for the site owner only. */
import { Hono } from 'hono'
import {
  type ConsoleAgents,
  type LiveCalls,
  LoginSchema,
  type Me,
  type OwnedSession,
  PauseSchema,
  type Plots,
  PlotsQuerySchema,
  type SessionList,
  SessionListQuerySchema,
  type Settings,
} from '../../protocol/console.ts'
import { ParleyError } from '../../protocol/errors.ts'
import { CallIdSchema, SessionIdSchema } from '../../protocol/ids.ts'
import { admitRate } from '../admission/rate.ts'
import { adminTokenHash } from '../console/access.ts'
import { describeAgents } from '../console/agents.ts'
import { callCosts } from '../console/call-costs.ts'
import { liveCalls } from '../console/live-calls.ts'
import { hashOf, isSame, makePass, passCookie } from '../console/pass.ts'
import { readPlots } from '../console/plots.ts'
import { listSessions } from '../console/session-list.ts'
import { examineSettings } from '../console/settings.ts'
import { recordsOf } from '../records/database.ts'
import { unwrap } from '../session/result.ts'
import { check, readBody } from './body.ts'
import { admitOwnPage, isSecure, ownersOnly } from './console-guard.ts'
import { type AppContext, type AppEnv, deploymentSecret, findAgent, sessionStub } from './context.ts'
import { answerImage, imageId } from './images.ts'
import { answerTranscript } from './transcript-answer.ts'

export const consoleRoutes = new Hono<AppEnv>()
  .post('/login', async (c) => {
    admitOwnPage(c)
    await admitRate(c.env.RATE, 'console', c.req.header('CF-Connecting-IP') ?? null)
    const { token } = await readBody(c, LoginSchema)
    const wanted = await adminTokenHash(c.env)
    if (!wanted) throw new ParleyError('console_off')
    const isRight = isSame(await hashOf(token), wanted)
    c.get('log').info('console_login', { right: isRight })
    if (!isRight) throw new ParleyError('console_login', 'the token is wrong')
    const pass = await makePass(deploymentSecret(c), wanted, Date.now())
    return c.body(null, 204, { 'Set-Cookie': passCookie(pass, isSecure(c)) })
  })
  .post('/logout', (c) => {
    admitOwnPage(c)
    return c.body(null, 204, { 'Set-Cookie': passCookie('', isSecure(c)) })
  })
  .use(ownersOnly)
  .get('/me', (c) => {
    const { via, who } = c.get('owner')
    const agents = Object.entries(c.get('agents')).map(([id, { name, theme }]) => ({ id, name, accent: theme.accent }))
    return c.json({ via, who, records: hasRecords(c), agents } satisfies Me)
  })
  .get('/agents', async (c) => c.json((await describeAgents(c.get('agents'), c.env.LEDGERS)) satisfies ConsoleAgents))
  .put('/agents/:agent/paused', async (c) => {
    const agent = c.req.param('agent')
    findAgent(c, agent)
    const { paused } = await readBody(c, PauseSchema)
    await c.env.LEDGERS.getByName(agent).pause(paused)
    note(c, paused ? 'pause' : 'resume', { agent })
    return c.body(null, 204)
  })
  .post('/agents/:agent/dead-letters/resend', async (c) => {
    const agent = c.req.param('agent')
    findAgent(c, agent)
    await c.env.LEDGERS.getByName(agent).resendDeadLetters()
    note(c, 'resend', { agent })
    return c.body(null, 204)
  })
  .get('/calls', async (c) => c.json((await liveCalls(c.get('agents'), c.env, Date.now())) satisfies LiveCalls))
  .get('/sessions', async (c) => {
    const query = check(SessionListQuerySchema, c.req.query())
    return c.json((await asking(c, (db) => listSessions(db, query))) satisfies SessionList)
  })
  .get('/sessions/:session', async (c) => {
    const id = sessionId(c)
    const session = unwrap(await sessionStub(c, id).owner().view())
    const costs = hasRecords(c) ? await asking(c, (db) => callCosts(db, id)).catch(() => new Map()) : new Map()
    const calls = session.calls.map((call) => ({ ...call, usd: costs.get(call.call) ?? null }))
    return c.json({ ...session, calls } satisfies OwnedSession)
  })
  .get('/sessions/:session/transcript', async (c) => {
    const id = sessionId(c)
    const stub = sessionStub(c, id)
    return answerTranscript(c, {
      id,
      readPage: async (after, limit) => unwrap(await stub.owner().transcript(after, limit)),
      startedAt: async (call) => unwrap(await stub.owner().startedAt(call)),
    })
  })
  .get('/sessions/:session/images/:item', async (c) =>
    answerImage(c, unwrap(await sessionStub(c, sessionId(c)).owner().image(imageId(c)))),
  )
  .delete('/sessions/:session', async (c) => {
    const id = sessionId(c)
    unwrap(await sessionStub(c, id).owner().erase())
    note(c, 'erase', { session: id })
    return c.body(null, 204)
  })
  .post('/sessions/:session/calls/:call/end', async (c) => {
    const id = sessionId(c)
    const call = check(CallIdSchema, c.req.param('call'))
    unwrap(await sessionStub(c, id).owner().end(call))
    note(c, 'end', { session: id, call })
    return c.body(null, 204)
  })
  .post('/sessions/:session/dead-letters/resend', async (c) => {
    const id = sessionId(c)
    await sessionStub(c, id).owner().resendDeadLetters()
    note(c, 'resend', { session: id })
    return c.body(null, 204)
  })
  .get('/plots', async (c) => {
    const { agent, range } = check(PlotsQuerySchema, c.req.query())
    if (agent) findAgent(c, agent)
    const agents = agent ? [agent] : Object.keys(c.get('agents'))
    return c.json((await asking(c, (db) => readPlots(db, { agents, range, now: Date.now() }))) satisfies Plots)
  })
  .get('/settings', async (c) => {
    const findings = await examineSettings(c.get('agents'), c.env, Date.now)
    return c.json({ findings } satisfies Settings)
  })

function sessionId(c: AppContext): string {
  return check(SessionIdSchema, c.req.param('session'))
}

/** It is declared in wrangler.toml and may be taken out there. */
function hasRecords(c: AppContext): boolean {
  return (c.env as Partial<Env>).RECORDS !== undefined
}

/** @throws ParleyError no_records | records_unavailable */
async function asking<T>(c: AppContext, ask: (db: D1Database) => Promise<T>): Promise<T> {
  if (!hasRecords(c)) throw new ParleyError('no_records')
  try {
    return await ask(await recordsOf(c.env.RECORDS))
  } catch (error) {
    throw new ParleyError('records_unavailable', undefined, { cause: error })
  }
}

/** Who did what is in the log; of somebody who came through Cloudflare Access its own log says who. */
function note(c: AppContext, action: string, about: Record<string, string>): void {
  c.get('log').info('console_action', { action, ...about })
}
