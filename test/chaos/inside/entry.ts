/**
 * The real Worker with its real Durable Objects, and beside it `/_chaos/…`: what a test needs to break them from outside.
 * Nothing of this exists in production: bundle.ts puts it together for test/chaos only.
 */
import unsafe from 'workerd:unsafe'
import { Visitors as RealVisitors } from '../../../worker/admission/visitors.ts'
import { createApp } from '../../../worker/http/app.ts'
import { Ledger as RealLedger } from '../../../worker/ledger/ledger.ts'
import { Session as RealSession } from '../../../worker/session/session.ts'
import { agents } from './agents.ts'
import { clockOf, offsetOf, setOffset, setOffsetOfNew } from './clock.ts'
import { Breakable, broken } from './storage.ts'
import { hold, holdFetch } from './uneven.ts'

type Hold = Parameters<RealLedger['hold']>[0]
type Order = { ms?: number; skip?: number; fail?: number; times?: number }

/** Of objects that were aborted too. */
const breakables = new Map<string, Breakable>()
/** What the next session to be made starts with. */
const coming = new Breakable()

function breakableOf(id: string): Breakable {
  let found = breakables.get(id)
  if (!found) {
    found = new Breakable()
    breakables.set(id, found)
  }
  return found
}

export class Session extends RealSession {
  protected override get agents() {
    return agents
  }

  constructor(ctx: DurableObjectState, env: Env) {
    if (!breakables.has(ctx.id.toString())) breakableOf(ctx.id.toString()).takeOver(coming)
    super(broken(ctx, breakableOf(ctx.id.toString())), env)
  }

  override async beginCall(...ask: Parameters<RealSession['beginCall']>) {
    const ticket = await super.beginCall(...ask)
    // The provider is asked from now on.
    if (ticket.ok) console.log(JSON.stringify({ chaos: 'begun', call: ask[1].callId }))
    return ticket
  }

  override async alarm(): Promise<void> {
    breakableOf(this.ctx.id.toString()).alarmRuns()
    return super.alarm()
  }

  async chaosAbort(): Promise<void> {
    this.ctx.abort('chaos: aborted')
  }

  async chaosAdvance(ms: number): Promise<void> {
    clockOf(this.ctx.id.toString()).advance(ms)
  }

  /** When the next alarm is due (ms from now by the session's clock); null when none is armed. */
  async chaosNextAlarm(): Promise<number | null> {
    const time = await this.ctx.storage.getAlarm()
    return time === null ? null : time - clockOf(this.ctx.id.toString()).now()
  }

  /** Runs the alarm that is due, as the runtime would: gone when it begins, back in 2 s when it throws. */
  async chaosAlarm(): Promise<boolean> {
    await this.ctx.storage.deleteAlarm()
    try {
      await this.alarm()
      return true
    } catch {
      await this.ctx.storage.setAlarm(clockOf(this.ctx.id.toString()).now() + 2_000)
      return false
    }
  }

  async chaosRows() {
    const all = (query: string) => this.ctx.storage.sql.exec(query).toArray()
    return {
      calls: all('SELECT data FROM calls ORDER BY generation').map(({ data }) => JSON.parse(String(data))),
      session: all('SELECT data FROM session').map(({ data }) => JSON.parse(String(data)))[0] ?? null,
    }
  }
}

export class Ledger extends RealLedger {
  constructor(ctx: DurableObjectState, env: Env) {
    super(broken(ctx, breakableOf(ctx.id.toString())), env)
  }

  override async hold(ask: Hold) {
    const answer = await super.hold(ask)
    // In the log, because memory does not outlive a crash.
    if (answer.ok) console.log(JSON.stringify({ chaos: 'granted', lease: ask.id, time: Date.now() }))
    return answer
  }

  async chaosRows() {
    const all = (query: string) => this.ctx.storage.sql.exec(query).toArray()
    return {
      // Earlier days, this day without the leases that live, and what those have spent of it.
      spent: sum([
        ...all('SELECT spent FROM days').map((row) => Number(row.spent)),
        ...all('SELECT data FROM today').map((row) => (JSON.parse(String(row.data)) as { spent: number }).spent),
        ...all('SELECT data FROM leases').map((row) => (JSON.parse(String(row.data)) as { today: number }).today),
      ]),
      leases: all('SELECT data FROM leases').map(({ data }) => JSON.parse(String(data))),
    }
  }
}

export class Visitors extends RealVisitors {
  constructor(ctx: DurableObjectState, env: Env) {
    super(broken(ctx, breakableOf(ctx.id.toString())), env)
  }
}

hold(Session.prototype, ['create', 'beginCall', 'callAnswered', 'startAnswered', 'callFailed', 'endCall', 'startReply'])
hold(Session.prototype, ['discard', 'fetch'])
hold(Ledger.prototype, ['hold', 'release', 'countStart'])
hold(Visitors.prototype, ['start', 'forget'])
holdFetch()

type ChaosEnv = Omit<Env, 'SESSIONS' | 'LEDGERS'> & {
  SESSIONS: DurableObjectNamespace<Session>
  LEDGERS: DurableObjectNamespace<Ledger>
}

const app = createApp(agents)

export default {
  async fetch(request: Request, env: ChaosEnv, ctx: ExecutionContext): Promise<Response> {
    const [, first, kind, name = '', verb = ''] = new URL(request.url).pathname.split('/')
    if (first === '_chaos') return control(`${kind} ${verb}`, name, (await request.json()) as Order, env)
    // workerd by itself has no rate limiter; the sieve has tests of its own.
    const RATE = { limit: async () => ({ success: true }) }
    return app.fetch(request, { ...env, RATE }, ctx)
  },
}

async function control(what: string, name: string, order: Order, env: ChaosEnv): Promise<Response> {
  const session = env.SESSIONS.getByName(name)
  const id = env.SESSIONS.idFromName(name).toString()
  const { ms = 0, skip = 0, fail = 0, times = 0 } = order
  switch (what) {
    case 'all abort':
      await unsafe.abortAllDurableObjects()
      return Response.json(null)
    case 'all skew':
      setOffsetOfNew(ms)
      return Response.json(null)
    case 'all break':
      coming.writes = { skip, fail }
      coming.alarms = times
      return Response.json(null)
    case 'session abort':
      await session.chaosAbort().catch(() => undefined)
      return Response.json(null)
    case 'session evict':
      await unsafe.evict(session, { webSockets: 'hibernate' })
      return Response.json(null)
    case 'session skew':
      setOffset(id, offsetOf(id) + ms)
      return Response.json(offsetOf(id))
    case 'session offset':
      return Response.json(offsetOf(id))
    case 'session advance':
      await session.chaosAdvance(ms)
      return Response.json(null)
    case 'session next-alarm':
      return Response.json(await session.chaosNextAlarm())
    case 'session alarm':
      return Response.json(await session.chaosAlarm())
    case 'session rows':
      return Response.json(await session.chaosRows())
    case 'session break':
      breakableOf(id).writes = { skip, fail }
      breakableOf(id).alarms = times
      return Response.json(breakableOf(id).struck)
    case 'ledger break':
      breakableOf(env.LEDGERS.idFromName(name).toString()).writes = { skip, fail }
      return Response.json(breakableOf(env.LEDGERS.idFromName(name).toString()).struck)
    case 'visitors break':
      breakableOf(env.VISITORS.idFromName(name).toString()).writes = { skip, fail }
      return Response.json(breakableOf(env.VISITORS.idFromName(name).toString()).struck)
    case 'ledger rows':
      return Response.json(await env.LEDGERS.getByName(name).chaosRows())
    default:
      return new Response('unknown order', { status: 404 })
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
