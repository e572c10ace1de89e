/**
 * Durable Object `Session`: one visitor's conversation with one agent. Only wiring: rows in store.ts, calls in calls.ts
 * (asked for in call-requests.ts), what is said in conversation.ts and recorder.ts, what happens by itself in
 * caretaker.ts and watchdog.ts.
 */
import { DurableObject } from 'cloudflare:workers'
import type { Agents } from '../../protocol/agent.ts'
import type { Transcript } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import { SUBPROTOCOL } from '../../protocol/frames.ts'
import type { Reply } from '../../protocol/reply.ts'
import { readPrices } from '../ledger/prices.ts'
import { createLog, type Log } from '../log.ts'
import { providerFor } from '../provider/choose.ts'
import { beganAt } from './began.ts'
import { CallRequests } from './call-requests.ts'
import { Calls } from './calls.ts'
import { Caretaker } from './caretaker.ts'
import type { CallOutcome, CallTicket, CallWish, NewSession } from './contract.ts'
import { Conversation } from './conversation.ts'
import { Door } from './door.ts'
import { ImageRows } from './image-rows.ts'
import { takeFrame } from './intake.ts'
import { Meter } from './meter.ts'
import { OwnerDesk } from './owner-desk.ts'
import { PageRows } from './page-rows.ts'
import { Phone, type Ringing, type Rung } from './phone.ts'
import { PhoneRows } from './phone-rows.ts'
import { type Clock, systemClock } from './ports.ts'
import { heardBy } from './records-ear.ts'
import { upgradeToRelay } from './relay-upgrade.ts'
import { Replies } from './replies.ts'
import { ok, type Result } from './result.ts'
import { shownFrame, shownPage } from './shown.ts'
import { EventSockets, readFrame, sendFrame } from './sockets.ts'
import { type CallRow, type SessionRow, Store } from './store.ts'
import { createTelling, type Telling } from './telling.ts'
import { ToolRows } from './tool-rows.ts'
import { Vault } from './vault.ts'
import { welcome } from './welcome.ts'
import { wipe } from './wipe.ts'

/** After this time (ms) the end of a call is written again that could not be written. */
const END_AGAIN_MS = 1_000

export abstract class Session extends DurableObject<Env> {
  /** The assistants of this deployment: what their tools do is not kept in a session. */
  protected abstract get agents(): Agents
  readonly #clock: Clock = systemClock
  readonly #log: Log
  readonly #store: Store
  readonly #replies: Replies
  readonly #toolRows: ToolRows
  readonly #pageRows: PageRows
  readonly #imageRows: ImageRows
  readonly #phoneRows: PhoneRows
  readonly #sockets: EventSockets
  readonly #calls: Calls
  readonly #conversation: Conversation
  readonly #meter: Meter
  readonly #door: Door
  readonly #requests: CallRequests
  readonly #caretaker: Caretaker
  readonly #telling: Telling
  readonly #phone: Phone

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const log = createLog({ session: ctx.id.name ?? '' })
    const clock = this.#clock
    const provider = providerFor(env)
    const secrets = [env.PARLEY_SECRET, env.PARLEY_SECRET_PREVIOUS].filter((secret) => secret !== undefined)
    const vault = new Vault({ sql: ctx.storage.sql, owner: ctx.id.toString(), secrets })
    const store = new Store(ctx.storage.sql, vault)
    const sockets = new EventSockets(ctx, clock, log)
    const telling = createTelling({
      ...{ ctx, env, clock, log, vault, store },
      broadcast: (frame) => sockets.broadcast(shownFrame(frame, () => store.session()?.agent)),
      config: (agent) => this.agents[agent]?.events,
      conversation: () => this.#conversation,
      caretaker: () => this.#caretaker,
    })
    const { events, tidings, records, handOvers, recorder, send } = telling
    this.#telling = telling
    this.#log = log
    this.#store = store
    this.#replies = new Replies(ctx.storage.sql)
    this.#toolRows = new ToolRows(ctx.storage.sql, vault)
    this.#pageRows = new PageRows(ctx.storage.sql, vault)
    this.#imageRows = new ImageRows(ctx.storage.sql, vault)
    this.#phoneRows = new PhoneRows(ctx.storage.sql, vault)
    this.#sockets = sockets
    const meter = new Meter({
      ledger: (agentId) => env.LEDGERS.getByName(agentId),
      prices: readPrices(env.PRICES),
      store,
      clock,
      log,
      send,
      visitor: () => sockets.visitor(),
      onNear: (near) => this.#conversation.endings.near(near),
      onCap: (cap) => this.#conversation.endings.endAt(cap),
    })
    this.#meter = meter
    this.#calls = new Calls({ store, provider, clock, log, send, onEnded: (call) => this.#letGo(call) })
    this.#conversation = new Conversation({
      ...{
        meter: heardBy(records, meter),
        store,
        rows: this.#toolRows,
        page: this.#pageRows,
        imageRows: this.#imageRows,
      },
      workshop: { tools: (agent) => this.agents[agent]?.tools ?? [], env: { ...env } },
      ...{ recorder, provider, clock, log, send },
      handOver: (call, wish) => handOvers.begin(call, wish),
      onToolFailed: (...failure) => tidings.toolFailed(...failure),
      sendToPage: (frame) => sockets.sendToNewest(frame),
      onKey: (key) => this.#phone.pressed(key),
      onCallLost: (call, reason) => void this.#endCall(call, reason),
      onRolledOver: (call) => this.#calls.takeOver(call),
      onEndTold: (call, endsAt) => ctx.waitUntil(this.#caretaker.noteEnd(call, endsAt)),
    })
    this.#door = new Door({ store, sockets, clock, onRevoked: () => this.#letGoOfEverybody() })
    this.#requests = new CallRequests({
      ...{ door: this.#door, store, replies: this.#replies, sockets, calls: this.#calls, meter, tidings, clock, log },
      conversation: this.#conversation,
      recorder,
      maxCallSeconds: provider.caps.maxCallSeconds,
      watchBy: (time) => this.#caretaker.watchBy(time),
    })
    this.#phone = new Phone({
      ...{ store, rows: this.#phoneRows, provider, calls: this.#calls, meter, tidings, clock, log },
      conversation: this.#conversation,
      watchBy: (time) => this.#caretaker.watchBy(time),
      discard: () => this.#wipe(),
    })
    this.#caretaker = new Caretaker({
      ...{ store, sockets, calls: this.#calls, conversation: this.#conversation, meter, events, records, clock },
      alarm: ctx.storage,
      maxCallSeconds: provider.caps.maxCallSeconds,
      erase: () => this.#forget('retention'),
      resumeRinging: (...ringing) => this.#phone.resume(...ringing),
      discard: () => this.#wipe(),
    })
    // Its words cannot be read until the secret is back; erasing and retention work all the same.
    if (vault.locked) log.error('secret_missing_for_session')
    else ctx.waitUntil(this.#caretaker.resumeAfterRestart())
  }

  /** Called once with a fresh id, possibly while the provider is creating the first call. */
  async create(session: NewSession): Promise<void> {
    return this.#requests.createSession(session)
  }

  /** The provider tells of a phone call. */
  async ring(ringing: Ringing): Promise<Rung> {
    return this.#phone.ring(ringing)
  }

  async beginCall(generation: number, wish: CallWish): Promise<Result<CallTicket>> {
    return this.#requests.begin(generation, wish)
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

  /** A call was answered for, which the widget will open if nothing is known of it. `reply`: for a repeat of the request. */
  async callAnswered(
    callId: string,
    outcome: CallOutcome | null,
    reply: ArrayBuffer | undefined,
  ): Promise<Result<null>> {
    if (reply && this.#store.session()) this.#replies.keep(callId, reply, this.#clock.now())
    return outcome ? this.#requests.opened(callId, outcome) : this.#requests.handedOut(callId)
  }

  /** The same for the request that made the session. */
  async startAnswered(
    callId: string,
    outcome: CallOutcome | null,
    reply: ArrayBuffer | undefined,
  ): Promise<Result<null>> {
    const session = this.#store.session()
    if (reply && session?.startKey) this.#replies.keepStart(session.startKey, reply, this.#clock.now())
    return outcome ? this.#requests.opened(callId, outcome) : ok(null)
  }

  async startReply(key: string): Promise<ArrayBuffer | null> {
    return this.#replies.startReply(key)
  }

  async transcript(generation: number, after: number, limit: number): Promise<Result<Transcript>> {
    const session = this.#door.admit(generation)
    if (!session.ok) return session
    return ok(shownPage(this.#store.itemsAfter(after, limit + 1), limit, session.value))
  }

  async startedAt(generation: number, callId?: string): Promise<Result<number>> {
    const session = this.#door.admit(generation)
    return session.ok ? beganAt(this.#store, session.value, callId) : session
  }

  /** A token for another device of the person whom the session belongs to. */
  async nextGenerationFor(person: string): Promise<Result<number>> {
    return this.#door.nextGenerationFor(person)
  }

  /** A person answers after a hand-over: the Worker has read the address. */
  async reply(handOver: string, reply: Reply): Promise<Result<string>> {
    return this.#telling.handOvers.reply(handOver, reply)
  }

  /** What the site owner may ask and do, in the console. */
  async owner(): Promise<OwnerDesk> {
    const { records, events } = this.#telling
    const erase = () => this.#forget('owner')
    return new OwnerDesk({ store: this.#store, calls: this.#calls, records, events, clock: this.#clock, erase })
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

  /** Forgets a session that never came to be. */
  async discard(): Promise<void> {
    return this.#wipe(() => this.#telling.tidings.neverBegan())
  }

  #wipe(lastWords?: () => void): Promise<void> {
    const ports = {
      ...{ store: this.#store, conversation: this.#conversation, meter: this.#meter, sockets: this.#sockets },
      ...{
        caretaker: this.#caretaker,
        events: this.#telling.events,
        records: this.#telling.records,
        storage: this.ctx.storage,
        now: this.#clock.now,
      },
      tables: [
        this.#replies,
        this.#toolRows,
        this.#pageRows,
        this.#imageRows,
        this.#phoneRows,
        this.#telling.handOvers,
      ],
      forget: async ({ agentId, id, startKey, person }: SessionRow) =>
        this.env.VISITORS.getByName(agentId).forget({ session: id, startKey, person }),
    }
    return wipe(ports, lastWords)
  }

  /** The sockets of a widget; the query was checked by the Worker. */
  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams: query } = new URL(request.url)
    if (pathname === '/relay') return upgradeToRelay(query, { door: this.#door, conversation: this.#conversation })
    const session = this.#door.admit(Number(query.get('generation')), { leased: true, widgetGoneAt: null })
    if (!session.ok) return Response.json({ code: session.code }, { status: 403 })
    const { 0: client, 1: server } = new WebSocketPair()
    const visitor = query.get('visitor') ?? ''
    this.#sockets.accept(server, { generation: session.value.tokenUsed, openedAt: this.#clock.now(), visitor })
    this.#sockets.supersede(session.value.tokenUsed)
    welcome(server, this.#store, session.value, Number(query.get('after')))
    this.#conversation.tools.show((frame) => sendFrame(server, frame))
    this.#conversation.catchUp(session.value)
    return new Response(null, { status: 101, webSocket: client, headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL } })
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (!this.#sockets.admits(socket, message)) return
    const frame = readFrame(message)
    const session = this.#store.session()
    if (frame.type === 'error' || !session) {
      if (frame.type === 'error') sendFrame(socket, frame)
      return
    }
    const refusal = takeFrame(frame, session, this.#conversation, () => this.#sockets.isCurrent(socket), this.#store)
    if (refusal) sendFrame(socket, refusal)
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#sockets.answerClose(socket)
    const session = this.#store.session()
    if (!session || this.#sockets.lastHeard(socket) !== null) return
    this.#store.saveSession({ ...session, widgetGoneAt: this.#clock.now() })
    await this.alarm()
  }

  override webSocketError(socket: WebSocket): Promise<void> {
    return this.webSocketClose(socket)
  }

  override alarm(): Promise<void> {
    return this.#caretaker.look()
  }

  async #forget(reason: 'visitor' | 'retention' | 'owner'): Promise<void> {
    this.#sockets.broadcast({ type: 'notice', code: 'erased', call: null })
    await this.#wipe(() => this.#telling.tidings.sessionEnded(reason))
    this.#log.info('session_erased', { reason })
  }

  #letGo(call: CallRow): void {
    try {
      this.#conversation.letGo(call)
    } finally {
      this.#telling.tidings.callEnded(call, this.#meter.close(call.id))
    }
  }

  async #endCall(callId: string, reason: EndReason): Promise<void> {
    const call: CallRow | null = this.#store.call(callId)
    try {
      if (call) await this.#calls.end(call, reason)
      this.#requests.ended(reason)
    } catch (error) {
      // Storage failed. The watchdog would find a call that nothing carries only when it looks next.
      this.#log.error('end_not_stored', { call: callId, cause: error instanceof Error ? error.name : 'unknown' })
      this.#clock.after(END_AGAIN_MS, () => void this.#endCall(callId, reason))
    }
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
}
