/**
 * Durable Object `Session`: one visitor's conversation with one agent. Only wiring: rows in store.ts, calls in calls.ts,
 * what is said in conversation.ts and recorder.ts, what must happen by itself in watchdog.ts.
 */
import { DurableObject } from 'cloudflare:workers'
import type { Transcript } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import { SUBPROTOCOL } from '../../protocol/frames.ts'
import { readPrices } from '../ledger/prices.ts'
import { createLog, type Log } from '../log.ts'
import { providerFor } from '../provider/choose.ts'
import type { Provider } from '../provider/provider.ts'
import { Calls } from './calls.ts'
import type { CallTicket, NewSession } from './contract.ts'
import { Conversation } from './conversation.ts'
import { judgeToken } from './family.ts'
import { Meter } from './meter.ts'
import { type Clock, systemClock } from './ports.ts'
import { Recorder } from './recorder.ts'
import { Replies, type RequestMark } from './replies.ts'
import { ok, type Result, refused } from './result.ts'
import { eraseAt } from './retention.ts'
import { EventSockets, readFrame, sendFrame } from './sockets.ts'
import { type CallRow, type SessionRow, Store } from './store.ts'
import { Vault } from './vault.ts'
import { WATCH_EVERY_MS, watch } from './watchdog.ts'
import { welcome } from './welcome.ts'

export class Session extends DurableObject<Env> {
  readonly #clock: Clock = systemClock
  readonly #log: Log
  readonly #provider: Provider
  readonly #store: Store
  readonly #replies: Replies
  readonly #sockets: EventSockets
  readonly #calls: Calls
  readonly #conversation: Conversation
  readonly #meter: Meter

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const log = createLog({ session: ctx.id.name ?? '' })
    const clock = this.#clock
    const provider = providerFor(env)
    const secrets = [env.PARLEY_SECRET, env.PARLEY_SECRET_PREVIOUS].filter((secret) => secret !== undefined)
    const vault = new Vault({ sql: ctx.storage.sql, owner: ctx.id.toString(), secrets })
    const store = new Store(ctx.storage.sql, vault)
    const sockets = new EventSockets(ctx, clock, log)
    const send = sockets.broadcast.bind(sockets)
    const recorder = new Recorder({ store, clock, send })
    this.#log = log
    this.#provider = provider
    this.#store = store
    this.#replies = new Replies(ctx.storage.sql)
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
    // Its words cannot be read until the secret is back; erasing and retention work all the same.
    if (vault.locked) log.error('secret_missing_for_session')
    else this.#resumeAfterRestart()
  }

  /** Called once with a fresh id, possibly while the provider is creating the first call. */
  async create({ callId, reply, held = 0, ...session }: NewSession): Promise<void> {
    const row: SessionRow = {
      ...session,
      createdAt: this.#clock.now(),
      tokenUsed: 0,
      callGeneration: 0,
      widgetGoneAt: null,
      leased: false,
    }
    this.#store.saveSession(row)
    if (reply && row.startKey) this.#replies.keepStart(row.startKey, reply, row.createdAt)
    this.#log.info('session_created', { agent: session.agentId })
    if (!callId) return this.#watchBy(eraseAt(session.agent, row.createdAt))
    this.#meter.adopt(row, callId, held)
    await this.#begin(row, callId)
  }

  /** A new call on an existing session. The older one is hung up first. */
  async beginCall(generation: number, callId: string, attempt: RequestMark | null): Promise<Result<CallTicket>> {
    // Nothing is written before the ledger is asked: the question would be held back until that is on disk.
    const asking = this.#admit(generation, { note: false })
    if (!asking.ok) return asking
    const tokenGeneration = asking.value.tokenUsed + 1
    const repeat = attempt ? this.#replies.claim(attempt, callId, tokenGeneration, this.#clock.now()) : ok(null)
    if (!repeat.ok) return repeat
    const { agent, safetyId } = asking.value
    const ticket = { agent, safetyId, seeded: this.#store.itemCount() > 0, tokenGeneration, repeat: repeat.value }
    if (repeat.value) return ok(ticket)
    const reserved = await this.#meter.reserve(asking.value, callId, 'call').catch((error: unknown) => {
      this.#replies.release(callId)
      throw error
    })
    const session = this.#admit(generation) // anything may have happened meanwhile
    if (!reserved.ok || !session.ok) this.#replies.release(callId)
    if (!reserved.ok) return refused(reserved.code)
    if (!session.ok) {
      this.#meter.close(callId)
      return session
    }
    this.#replies.begin(callId, this.#clock.now())
    await this.#begin(session.value, callId)
    return ok(ticket)
  }

  /** A call was answered for, which the widget will open if there is no `ref` of it. `reply`: for a repeat of the request. */
  async callAnswered(callId: string, ref: string | null, reply: ArrayBuffer | undefined): Promise<Result<null>> {
    if (reply && this.#store.session()) this.#replies.keep(callId, reply)
    return ref === null ? ok(null) : this.#opened(callId, ref)
  }

  /** The same for the request that made the session. */
  async startAnswered(callId: string, ref: string | null, reply: ArrayBuffer | undefined): Promise<Result<null>> {
    const session = this.#store.session()
    if (reply && session?.startKey) this.#replies.keepStart(session.startKey, reply, this.#clock.now())
    return ref === null ? ok(null) : this.#opened(callId, ref)
  }

  async startReply(key: string): Promise<ArrayBuffer | null> {
    return this.#replies.startReply(key)
  }

  /** Ephemeral handshake: the widget tells which call it opened. */
  async reportCall(generation: number, callId: string, ref: string): Promise<Result<null>> {
    const session = this.#admit(generation)
    if (!session.ok) return session
    const call = this.#store.call(callId)
    if (!call) return refused('call_not_found')
    // Told before: a second report must not take the place of the first, which has to be hung up one day.
    if (call.ref !== null) return call.ref === ref && call.state === 'live' ? ok(null) : refused('call_superseded')
    return this.#opened(callId, ref)
  }

  /** The provider did not create the call. */
  async callFailed(callId: string): Promise<void> {
    this.#replies.release(callId)
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
    const items = page.slice(0, limit)
    const last = items.at(-1)
    return ok({ session: session.value.id, items, next: page.length > limit && last ? String(last.position) : null })
  }

  /** When a call began, or the first of all (ms since 1970); the session itself when it never had one. */
  async startedAt(generation: number, callId?: string): Promise<Result<number>> {
    const session = this.#admit(generation)
    if (!session.ok) return session
    const call = callId === undefined ? this.#store.firstCall() : this.#store.call(callId)
    if (callId !== undefined && !call) return refused('call_not_found')
    return ok(call?.startedAt ?? session.value.createdAt)
  }

  /** A token for another device of the person whom the session belongs to. */
  async nextGenerationFor(person: string): Promise<Result<number>> {
    const session = this.#store.session()
    if (!session || session.person !== person) return refused('session_not_found')
    this.#store.saveSession({ ...session, tokenUsedAt: this.#clock.now() })
    return ok(session.tokenUsed + 1)
  }

  /** Ends and erases everything. */
  async erase(generation: number): Promise<Result<null>> {
    const session = this.#admit(generation)
    if (!session.ok) return session
    const call = this.#store.currentCall()
    if (call) await this.#calls.end(call, 'erased')
    await this.#forget('visitor')
    return ok(null)
  }

  /** Forgets a session that never came to be, or is to be erased. */
  async discard(): Promise<void> {
    this.#conversation.detach()
    this.#meter.closeAll()
    this.#sockets.closeAll('erased')
    const session = this.#store.session()
    if (session?.startKey || session?.person) {
      const { agentId, id, startKey, person } = session
      await this.env.VISITORS.getByName(agentId).forget({ session: id, startKey, person })
    }
    await this.ctx.storage.deleteAll()
    this.#store.reset()
    this.#replies.reset()
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
    welcome(server, this.#store, session.value, Number(query.get('after')))
    this.#conversation.catchUp(session.value)
    return new Response(null, { status: 101, webSocket: client, headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL } })
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (!this.#sockets.admits(socket)) return
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
        lastActivity: call ? now : this.#store.lastActivity(),
        callSeconds: session.agent.limits.callSeconds,
      },
      now,
    )
    // Armed before anything that can fail, so that nothing is forgotten when a step throws.
    await this.ctx.storage.setAlarm(orders.next)
    if (orders.erase) return this.#forget('retention')
    if (orders.retryHangUps) await this.#calls.retryHangUps()
    if (call) this.#meter.watch(call.id, call.startedAt)
    if (orders.end === 'time_cap' && this.#conversation.attached) this.#conversation.endAt('time_cap')
    else if (orders.end && call) await this.#endCall(call.id, orders.end)
    else if (orders.attach && call) this.#conversation.attach(session, call)
  }

  async #forget(reason: 'visitor' | 'retention'): Promise<void> {
    this.#sockets.broadcast({ type: 'notice', code: 'erased', call: null })
    await this.discard()
    this.#log.info('session_erased', { reason })
  }

  async #begin(session: SessionRow, callId: string): Promise<void> {
    // Nothing else may carry the conversation while the call is opened; what is being answered is answered there.
    if (!this.#store.currentCall()) this.#conversation.detach()
    await this.#calls.begin(session, callId)
    await this.#watchBy(this.#clock.now() + WATCH_EVERY_MS)
  }

  /** The provider has created the call; `ref` is its id there. */
  async #opened(callId: string, ref: string): Promise<Result<null>> {
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

  /**
   * Checks the generation of a token whose signature the Worker has checked (admission/token.ts). With `note: false` its
   * use is not written down yet, so it has to be checked again.
   */
  #admit(generation: number, { note } = { note: true }): Result<SessionRow> {
    const session = this.#store.session()
    if (!session) return refused('session_not_found')
    const judged = judgeToken(session, generation, this.#clock.now(), this.#sockets.lastHeard())
    if (judged.session !== session && (note || judged.revoked)) this.#store.saveSession(judged.session)
    if (judged.revoked) this.#letGoOfEverybody()
    return judged.refused ? refused(judged.refused) : ok(judged.session)
  }

  /** The tokens were revoked: whoever holds one is cut off. */
  #letGoOfEverybody(): void {
    this.#log.info('tokens_revoked')
    const call = this.#store.currentCall()
    if (call) this.ctx.waitUntil(this.#calls.end(call, 'revoked'))
    else this.#conversation.detach()
    this.#sockets.broadcast({ type: 'notice', code: 'superseded', call: null })
    this.#sockets.closeAll('superseded')
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
