/**
 * Durable Object `Session`: one visitor's conversation with one agent. Only wiring: rows in store.ts, calls in calls.ts,
 * what is said in conversation.ts and recorder.ts, what must happen by itself in watchdog.ts.
 */
import { DurableObject } from 'cloudflare:workers'
import type { Agent } from '../../protocol/agent.ts'
import type { Transcript } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import { SUBPROTOCOL } from '../../protocol/frames.ts'
import type { MicroUsd } from '../ledger/money.ts'
import { readPrices } from '../ledger/prices.ts'
import { createLog, type Log } from '../log.ts'
import { providerFor } from '../provider/choose.ts'
import type { Provider } from '../provider/provider.ts'
import { Calls } from './calls.ts'
import { Conversation } from './conversation.ts'
import { Meter } from './meter.ts'
import { type Clock, systemClock } from './ports.ts'
import { Recorder } from './recorder.ts'
import { ok, type Result, refused } from './result.ts'
import { CLOSE_ERASED, EventSockets, readFrame, sendFrame } from './sockets.ts'
import { type CallRow, type SessionRow, Store } from './store.ts'
import { WATCH_EVERY_MS, watch } from './watchdog.ts'

export interface NewSession {
  id: string
  agentId: string
  agent: Agent
  origin: string
  /** A call that is being opened along with the session. */
  callId?: string
  /** What the Worker has set aside for it at the ledger. */
  held?: MicroUsd
}

/** What the Worker needs to open a call at the provider. */
export interface CallTicket {
  agent: Agent
  /** The call must not answer before its history is in. */
  seeded: boolean
  /** Generation of the token that goes with the answer. */
  tokenGeneration: number
}

export class Session extends DurableObject<Env> {
  readonly #clock: Clock = systemClock
  readonly #log: Log
  readonly #provider: Provider
  readonly #store: Store
  readonly #sockets: EventSockets
  readonly #calls: Calls
  readonly #conversation: Conversation
  readonly #meter: Meter

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const log = createLog({ session: ctx.id.name ?? '' })
    const clock = this.#clock
    const provider = providerFor(env)
    const store = new Store(ctx.storage.sql)
    const sockets = new EventSockets(ctx)
    const send = sockets.broadcast.bind(sockets)
    const recorder = new Recorder({ store, clock, send })
    this.#log = log
    this.#provider = provider
    this.#store = store
    this.#sockets = sockets
    const meter = new Meter({
      ledger: (agentId) => env.LEDGERS.getByName(agentId),
      prices: readPrices(env.PRICES),
      store,
      clock,
      log,
      send,
      onCap: (cap) => this.#conversation.endAt(cap),
    })
    this.#meter = meter
    this.#calls = new Calls({ store, provider, clock, log, send, onEnded: (call) => this.#letGo(call) })
    this.#conversation = new Conversation({
      meter,
      store,
      recorder,
      provider,
      clock,
      log,
      send,
      onCallLost: (call, reason) => void this.#endCall(call, reason),
    })
    this.#resumeAfterRestart()
  }

  /** Called once with a fresh id, possibly while the provider is creating the first call. */
  async create({ callId, held = 0, ...session }: NewSession): Promise<void> {
    const row: SessionRow = {
      ...session,
      createdAt: this.#clock.now(),
      tokenUsed: 0,
      callGeneration: 0,
      widgetGoneAt: null,
      leased: false,
    }
    this.#store.saveSession(row)
    this.#log.info('session_created', { agent: session.agentId })
    if (!callId) return
    this.#meter.adopt(row, callId, held)
    await this.#begin(row, callId)
  }

  /** A new call on an existing session. The older one is hung up first. */
  async beginCall(generation: number, callId: string): Promise<Result<CallTicket>> {
    const asking = this.#admit(generation)
    if (!asking.ok) return asking
    const reserved = await this.#meter.reserve(asking.value, callId, 'call')
    if (!reserved.ok) return refused(reserved.code)
    const session = this.#admit(generation) // anything may have happened meanwhile
    if (!session.ok) {
      this.#meter.close(callId)
      return session
    }
    const { agent, tokenUsed } = session.value
    await this.#begin(session.value, callId)
    return ok({ agent, seeded: this.#store.seq() > 0, tokenGeneration: tokenUsed + 1 })
  }

  /** The provider has created the call; `ref` is its id there. */
  async callOpened(callId: string, ref: string): Promise<Result<null>> {
    const session = this.#store.session()
    if (!session) return refused('session_not_found')
    const call = this.#calls.opened(callId, ref)
    if (!call) {
      await this.#watchBy(this.#clock.now() + WATCH_EVERY_MS)
      return refused('call_superseded')
    }
    this.#meter.resume(session, callId)
    this.#conversation.attach(session, call)
    this.#log.info('call_opened', { call: callId, ref })
    return ok(null)
  }

  /** Ephemeral handshake: the widget tells which call it opened. */
  async reportCall(generation: number, callId: string, ref: string): Promise<Result<null>> {
    const session = this.#admit(generation)
    if (!session.ok) return session
    const call = this.#store.call(callId)
    if (!call) return refused('call_not_found')
    if (call.ref === ref && call.state === 'live') return ok(null)
    return this.callOpened(callId, ref)
  }

  /** The provider did not create the call. */
  async callFailed(callId: string): Promise<void> {
    await this.#endCall(callId, 'provider')
    this.#answerInWriting()
  }

  async endCall(generation: number, callId: string): Promise<Result<null>> {
    const session = this.#admit(generation)
    if (!session.ok) return session
    if (!this.#store.call(callId)) return refused('call_not_found')
    await this.#endCall(callId, 'visitor')
    this.#answerInWriting()
    return ok(null)
  }

  async transcript(generation: number, after: number, limit: number): Promise<Result<Transcript>> {
    const session = this.#admit(generation)
    if (!session.ok) return session
    const page = this.#store.itemsAfter(after, limit + 1)
    const items = page.slice(0, limit).map(({ seq: _, ...item }) => item)
    const last = items.at(-1)
    return ok({ session: session.value.id, items, next: page.length > limit && last ? String(last.position) : null })
  }

  /** Ends and erases everything. */
  async erase(generation: number): Promise<Result<null>> {
    const session = this.#admit(generation)
    if (!session.ok) return session
    const call = this.#store.currentCall()
    if (call) await this.#calls.end(call, 'erased')
    this.#sockets.broadcast({ type: 'notice', code: 'erased', call: null })
    await this.discard()
    this.#log.info('session_erased')
    return ok(null)
  }

  /** Forgets a session that never came to be, or is to be erased. */
  async discard(): Promise<void> {
    this.#conversation.detach()
    this.#meter.closeAll()
    this.#sockets.closeAll(CLOSE_ERASED, 'erased')
    await this.ctx.storage.deleteAll()
    this.#store.reset()
  }

  /** Event socket; `generation` and `after` were read by the Worker. */
  override async fetch(request: Request): Promise<Response> {
    const query = new URL(request.url).searchParams
    const session = this.#admit(Number(query.get('generation')))
    if (!session.ok) return Response.json({ code: session.code }, { status: 403 })
    const { 0: client, 1: server } = new WebSocketPair()
    this.#sockets.accept(server, { generation: session.value.tokenUsed, openedAt: this.#clock.now() })
    this.#sockets.supersede(session.value.tokenUsed)
    this.#store.saveSession({ ...session.value, leased: true, widgetGoneAt: null })
    this.#welcome(server, session.value, Number(query.get('after')))
    this.#conversation.catchUp(session.value)
    return new Response(null, { status: 101, webSocket: client, headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL } })
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const frame = readFrame(message)
    const session = this.#store.session()
    if (frame.type === 'error' || !session) {
      if (frame.type === 'error') sendFrame(socket, frame)
      return
    }
    if (frame.type === 'text') this.#conversation.type(session, frame.id, frame.text)
    else if (frame.type === 'talk') this.#conversation.talk(frame.on)
    else this.#conversation.interrupt()
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    const session = this.#store.session()
    if (!session || this.#sockets.lastHeard(socket) !== null) return
    this.#store.saveSession({ ...session, widgetGoneAt: this.#clock.now() })
    await this.alarm()
  }

  override webSocketError(socket: WebSocket): Promise<void> {
    return this.webSocketClose(socket)
  }

  override async alarm(): Promise<void> {
    const session = this.#store.session()
    if (!session) return
    const now = this.#clock.now()
    const call = this.#store.currentCall()
    const orders = watch(
      {
        session,
        call,
        ending: this.#store.endingCalls().length,
        lastHeard: this.#sockets.lastHeard(),
        attached: this.#conversation.attached,
        maxCallSeconds: this.#provider.caps.maxCallSeconds,
        callSeconds: session.agent.limits.callSeconds,
      },
      now,
    )
    // Armed before anything that can fail, so that nothing is forgotten when a step throws.
    if (orders.next === null) await this.ctx.storage.deleteAlarm()
    else await this.ctx.storage.setAlarm(orders.next)
    if (orders.retryHangUps) await this.#calls.retryHangUps()
    if (call) this.#meter.watch(call.id, call.startedAt)
    if (orders.end === 'time_cap' && this.#conversation.attached) this.#conversation.endAt('time_cap')
    else if (orders.end && call) await this.#endCall(call.id, orders.end)
    else if (orders.attach && call) this.#conversation.attach(session, call)
  }

  async #begin(session: SessionRow, callId: string): Promise<void> {
    // Nothing else may carry the conversation while the call is opened; what is being answered is answered there.
    if (!this.#store.currentCall()) this.#conversation.detach()
    await this.#calls.begin(session, callId)
    await this.#watchBy(this.#clock.now() + WATCH_EVERY_MS)
  }

  #letGo(call: CallRow): void {
    this.#conversation.detach()
    this.#meter.close(call.id)
  }

  async #endCall(callId: string, reason: EndReason): Promise<void> {
    const call: CallRow | null = this.#store.call(callId)
    if (call) await this.#calls.end(call, reason)
  }

  /** What was typed just before a call ended, and so was not answered in it. */
  #answerInWriting(): void {
    const session = this.#store.session()
    if (session && this.#sockets.lastHeard() !== null) this.#conversation.catchUp(session)
  }

  /** Checks the generation of a token whose signature the Worker has checked (admission/token.ts). */
  #admit(generation: number): Result<SessionRow> {
    const session = this.#store.session()
    if (!session) return refused('session_not_found')
    if (!Number.isInteger(generation)) return refused('token_invalid')
    if (generation < session.tokenUsed) return refused('token_superseded')
    if (generation > session.tokenUsed + 1) return refused('token_invalid')
    if (generation === session.tokenUsed) return ok(session)
    const next = { ...session, tokenUsed: generation }
    this.#store.saveSession(next)
    return ok(next)
  }

  #welcome(socket: WebSocket, session: SessionRow, after: number): void {
    const call = this.#store.currentCall()
    sendFrame(socket, {
      type: 'welcome',
      session: session.id,
      agent: session.agentId,
      seq: this.#store.seq(),
      call: call?.state === 'live' ? { id: call.id, ready: call.ready } : null,
    })
    for (const { seq, ...item } of this.#store.changedAfter(after)) sendFrame(socket, { type: 'update', seq, item })
  }

  /** Makes sure that the watchdog looks at the session by then at the latest. */
  async #watchBy(time: number): Promise<void> {
    const armed = await this.ctx.storage.getAlarm()
    if (armed === null || armed > time) await this.ctx.storage.setAlarm(time)
  }

  /** A call that lived through a restart of this object lost its sideband: take it up again at once. */
  #resumeAfterRestart(): void {
    const session = this.#store.session()
    const call = session ? this.#store.currentCall() : null
    if (!session || call?.state !== 'live') return this.#conversation.closeUnfinished()
    if (session.leased && session.widgetGoneAt === null && this.#sockets.lastHeard() === null) {
      this.#store.saveSession({ ...session, widgetGoneAt: this.#clock.now() })
    }
    this.#meter.resume(session, call.id)
    this.#conversation.attach(session, call)
  }
}
