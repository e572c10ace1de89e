/**
 * Durable Object `Session`: one visitor's conversation with one agent. Only wiring: rows in store.ts, calls in calls.ts
 * (asked for in call-requests.ts), what is said in conversation.ts and recorder.ts, what happens by itself in watchdog.ts.
 */
import { DurableObject } from 'cloudflare:workers'
import type { Transcript } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import { SUBPROTOCOL } from '../../protocol/frames.ts'
import { readPrices } from '../ledger/prices.ts'
import { createLog, type Log } from '../log.ts'
import { providerFor } from '../provider/choose.ts'
import type { Provider } from '../provider/provider.ts'
import { CallRequests } from './call-requests.ts'
import { type Bounds, began, timesOf } from './call-times.ts'
import { Calls } from './calls.ts'
import type { CallTicket, CallWish, NewSession } from './contract.ts'
import { Conversation } from './conversation.ts'
import { Door } from './door.ts'
import { Meter } from './meter.ts'
import { type Clock, systemClock } from './ports.ts'
import { Recorder } from './recorder.ts'
import { Replies } from './replies.ts'
import { ok, type Result, refused } from './result.ts'
import { EventSockets, readFrame, sendFrame } from './sockets.ts'
import { type CallRow, type SessionRow, Store } from './store.ts'
import { Vault } from './vault.ts'
import { watch } from './watchdog.ts'
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
  readonly #door: Door
  readonly #requests: CallRequests

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
      onRolledOver: (call) => this.#calls.takeOver(call),
      onEndKnown: (call) => this.#watchEndOf(call),
    })
    this.#door = new Door({ store, sockets, clock, onRevoked: () => this.#letGoOfEverybody() })
    this.#requests = new CallRequests({
      ...{ door: this.#door, store, replies: this.#replies, sockets, calls: this.#calls, meter, clock, log },
      conversation: this.#conversation,
      maxCallSeconds: provider.caps.maxCallSeconds,
      watchBy: (time) => this.#watchBy(time),
    })
    // Its words cannot be read until the secret is back; erasing and retention work all the same.
    if (vault.locked) log.error('secret_missing_for_session')
    else this.#resumeAfterRestart()
  }

  /** Called once with a fresh id, possibly while the provider is creating the first call. */
  async create(session: NewSession): Promise<void> {
    return this.#requests.createSession(session)
  }

  async beginCall(generation: number, wish: CallWish): Promise<Result<CallTicket>> {
    return this.#requests.begin(generation, wish)
  }

  async callOpened(callId: string, ref: string): Promise<Result<null>> {
    return this.#requests.opened(callId, ref)
  }

  async reportCall(generation: number, callId: string, ref: string): Promise<Result<null>> {
    return this.#requests.report(generation, callId, ref)
  }

  async callFailed(callId: string): Promise<void> {
    return this.#requests.failed(callId)
  }

  async endCall(generation: number, callId: string): Promise<Result<null>> {
    return this.#requests.hangUp(generation, callId)
  }

  /** Keeps the sealed answer of a call for a repeat of the request. */
  async keepReply(callId: string, sealed: ArrayBuffer): Promise<void> {
    if (this.#store.session()) this.#replies.keep(callId, sealed)
  }

  /** The same for the request that made the session. */
  async keepStartReply(sealed: ArrayBuffer): Promise<void> {
    const session = this.#store.session()
    if (session?.startKey) this.#replies.keepStart(session.startKey, sealed, this.#clock.now())
  }

  async startReply(key: string): Promise<ArrayBuffer | null> {
    return this.#replies.startReply(key)
  }

  async transcript(generation: number, after: number, limit: number): Promise<Result<Transcript>> {
    const session = this.#door.admit(generation)
    if (!session.ok) return session
    const page = this.#store.itemsAfter(after, limit + 1)
    const items = page.slice(0, limit)
    const last = items.at(-1)
    return ok({ session: session.value.id, items, next: page.length > limit && last ? String(last.position) : null })
  }

  /** When a call began, or the first of all (ms since 1970); the session itself when it never had one. */
  async startedAt(generation: number, callId?: string): Promise<Result<number>> {
    const session = this.#door.admit(generation)
    if (!session.ok) return session
    const call = callId === undefined ? this.#store.firstCall() : this.#store.call(callId)
    if (callId !== undefined && !call) return refused('call_not_found')
    return ok(call?.startedAt ?? session.value.createdAt)
  }

  /** A token for another device of the person whom the session belongs to. */
  async nextGenerationFor(person: string): Promise<Result<number>> {
    return this.#door.nextGenerationFor(person)
  }

  /** Ends and erases everything. */
  async erase(generation: number): Promise<Result<null>> {
    const session = this.#door.admit(generation)
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
    const session = this.#door.admit(Number(query.get('generation')))
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
    else if (frame.type === 'connected') this.#conversation.connected(frame.call)
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
    const successor = this.#store.successor()
    const bounds = this.#boundsOf(session)
    const orders = watch(
      {
        session,
        call,
        successor,
        ...bounds,
        ending: this.#store.endingCalls().length,
        lastHeard: this.#sockets.lastHeard(),
        attached: this.#conversation.attached,
        lastActivity: call ? now : this.#store.lastActivity(),
      },
      now,
    )
    // Armed before anything that can fail, so that nothing is forgotten when a step throws.
    await this.ctx.storage.setAlarm(orders.next)
    if (orders.erase) return this.#forget('retention')
    if (orders.retryHangUps) await this.#calls.retryHangUps()
    if (call) {
      const { capAt } = timesOf(call, bounds)
      // Without a cap of its own there is no end to warn of.
      this.#meter.watch(call.id, Number.isFinite(capAt) ? began(call) : now)
    }
    if (orders.giveUpSuccessor && successor) await this.#endCall(successor.id, 'dropped')
    if (orders.end === 'time_cap' && this.#conversation.attached) this.#conversation.endAt('time_cap')
    else if (orders.end && call) await this.#endCall(call.id, orders.end)
    else if (orders.attach && call) this.#conversation.attach(session, call)
    else if (orders.rollOver && call) this.#conversation.rollOver(call.id, timesOf(call, bounds).endsAt - now)
  }

  /** The provider told when it will end the call. */
  #watchEndOf(call: CallRow): void {
    const session = this.#store.session()
    const { rolloverAt } = session ? timesOf(call, this.#boundsOf(session)) : { rolloverAt: null }
    if (rolloverAt !== null) this.ctx.waitUntil(this.#watchBy(rolloverAt))
  }

  #boundsOf(session: SessionRow): Bounds {
    return { maxCallSeconds: this.#provider.caps.maxCallSeconds, callSeconds: session.agent.limits.callSeconds }
  }

  async #forget(reason: 'visitor' | 'retention'): Promise<void> {
    this.#sockets.broadcast({ type: 'notice', code: 'erased', call: null })
    await this.discard()
    this.#log.info('session_erased', { reason })
  }

  #letGo(call: CallRow): void {
    this.#conversation.letGo(call)
    this.#meter.close(call.id)
  }

  async #endCall(callId: string, reason: EndReason): Promise<void> {
    const call: CallRow | null = this.#store.call(callId)
    if (call) await this.#calls.end(call, reason)
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
    const successor = session && this.#store.successor()
    // What was known of the second call was lost: the first goes on, and another is asked for.
    if (session && successor) {
      this.#meter.resume(session, successor.id)
      this.ctx.waitUntil(this.#calls.end(successor, 'dropped'))
    }
    if (!session || call?.state !== 'live') return this.#conversation.closeUnfinished()
    if (session.leased && session.widgetGoneAt === null && this.#sockets.lastHeard() === null) {
      this.#store.saveSession({ ...session, widgetGoneAt: this.#clock.now() })
    }
    this.#meter.resume(session, call.id)
    this.#conversation.attach(session, call)
  }
}
