/** What the Worker asks about the calls of a session: begin one, say what came of it, end it. */
import type { Agent } from '../../protocol/agent.ts'
import type { FollowedCall } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import type { Log } from '../log.ts'
import { OVERLAP_MS } from './call-times.ts'
import type { Calls } from './calls.ts'
import { agreed, consentRecord } from './consents.ts'
import type { CallOutcome, CallTicket, CallWish, NewSession } from './contract.ts'
import type { Conversation } from './conversation.ts'
import type { Door } from './door.ts'
import { refuseFollowing, refuseRollover } from './following.ts'
import type { Meter } from './meter.ts'
import { isOffered } from './offered.ts'
import type { Clock } from './ports.ts'
import type { Recorder } from './recorder.ts'
import type { Replies } from './replies.ts'
import { ok, type Result, refused } from './result.ts'
import { eraseAt } from './retention.ts'
import type { EventSockets } from './sockets.ts'
import type { SessionRow, Store } from './store.ts'
import type { Tidings } from './tidings.ts'
import { WATCH_EVERY_MS } from './watchdog.ts'

/** Ends after which nobody calls again by themselves, and that are not for want of money. */
const WRITES_ON: readonly EndReason[] = ['time_cap', 'idle', 'assistant']

export interface CallRequestPorts {
  door: Door
  store: Store
  replies: Replies
  sockets: EventSockets
  calls: Calls
  conversation: Conversation
  recorder: Recorder
  meter: Meter
  tidings: Pick<Tidings, 'sessionStarted'>
  clock: Clock
  log: Log
  /** The agent as it is deployed now. */
  agentNow: (session: SessionRow) => Agent
  /** Longest call of the provider (s). */
  maxCallSeconds: number
  /** Makes sure that the watchdog looks at the session by then (ms since 1970) at the latest. */
  watchBy: (time: number) => Promise<void>
}

export class CallRequests {
  readonly #ports: CallRequestPorts

  constructor(ports: CallRequestPorts) {
    this.#ports = ports
  }

  /** A fresh session, possibly while the provider is creating its first call. */
  async createSession({ callId, reply, held = 0, consent, ...session }: NewSession): Promise<void> {
    const { store, replies, meter, tidings, clock, log, watchBy } = this.#ports
    const createdAt = clock.now()
    const row: SessionRow = {
      ...session,
      ...(consent ? { consents: [consentRecord(consent, createdAt)] } : {}),
      createdAt,
      tokenUsed: 0,
      callGeneration: 0,
      widgetGoneAt: null,
      leased: false,
    }
    if (!callId) store.saveSession(row) // beginning the call saves it, too
    if (!callId) tidings.sessionStarted(row)
    if (reply && row.startKey) replies.keepStart(row.startKey, reply, row.createdAt)
    log.info('session_created', { agent: session.agentId })
    if (!callId) return watchBy(eraseAt(session.agent, row.createdAt))
    meter.adopt(row, callId, held)
    await this.#begin(row, callId)
    tidings.sessionStarted(row) // along with its row
    await this.#write()
  }

  /** A new call on an existing session. The older one is hung up first, but for a rollover. */
  async begin(generation: number, wish: CallWish): Promise<Result<CallTicket>> {
    const { store, replies, meter, clock } = this.#ports
    const { callId, attempt, after } = wish
    // Nothing is written before the ledger is asked: the question would be held back until that is on disk.
    const asking = this.#admit(this.#ports.door.look(generation), wish)
    if (!asking.ok) return asking
    const tokenGeneration = asking.value.tokenUsed + 1
    const repeat = attempt ? replies.claim(attempt, callId, tokenGeneration, clock.now()) : ok(null)
    if (!repeat.ok) return repeat
    const { agent, safetyId } = asking.value
    const ticket = {
      agent,
      safetyId,
      seeded: store.itemCount() > 0 || after?.because === 'rollover',
      tokenGeneration,
      repeat: repeat.value,
    }
    if (repeat.value) return ok(ticket)
    const begun = await this.#reserveAndBegin(generation, wish, asking.value).catch((error: unknown) => {
      // The same request may try again at once, whatever failed.
      meter.close(callId)
      replies.release(callId)
      throw error
    })
    return begun.ok ? ok(ticket) : begun
  }

  async #reserveAndBegin(generation: number, wish: CallWish, asking: SessionRow): Promise<Result<null>> {
    const { replies, meter } = this.#ports
    const { callId, after, visitor } = wish
    const reserved = await meter.reserve(asking, callId, 'call', visitor)
    const session = this.#admit(this.#ports.door.look(generation), wish) // anything may have happened meanwhile
    if (!reserved.ok || !session.ok) replies.release(callId)
    if (!reserved.ok) return refused(reserved.code, { retryAfter: reserved.retryAfter })
    if (!session.ok) {
      meter.close(callId)
      return session
    }
    await this.#begin(session.value, callId, after)
    return ok(null)
  }

  /** The widget was given what it needs to open a call, and reports it itself. */
  async handedOut(callId: string): Promise<Result<null>> {
    if (!this.#ports.store.call(callId)) return refused('call_superseded')
    await this.#write()
    return ok(null)
  }

  /** It is known what has come of a call. */
  async opened(callId: string, outcome: CallOutcome): Promise<Result<null>> {
    const { store, calls, meter, conversation, clock, log, watchBy } = this.#ports
    const session = store.session()
    if (!session) return refused('session_not_found')
    const call = 'ref' in outcome ? calls.opened(callId, outcome.ref) : calls.relayed(callId)
    const watched = watchBy(clock.now() + WATCH_EVERY_MS) // along with the row
    if (call) {
      meter.resume(session, callId)
      conversation.attach(session, call)
      log.info('call_opened', { call: callId, ref: call.ref ?? 'relay' })
    }
    await watched
    return call ? ok(null) : refused('call_superseded')
  }

  /** Ephemeral handshake: the widget tells which call it opened. */
  async report(generation: number, callId: string, ref: string): Promise<Result<null>> {
    const session = this.#ports.door.admit(generation)
    if (!session.ok) return session
    const call = this.#ports.store.call(callId)
    if (!call) return refused('call_not_found')
    // Told before: a second report must not take the place of the first, which has to be hung up one day.
    if (call.ref !== null) return call.ref === ref && call.state === 'live' ? ok(null) : refused('call_superseded')
    return this.opened(callId, { ref })
  }

  /** The provider did not create the call. */
  async failed(callId: string): Promise<void> {
    this.#ports.replies.release(callId)
    await this.#end(callId, 'provider')
  }

  /** The visitor hangs up. */
  async hangUp(generation: number, callId: string): Promise<Result<null>> {
    const session = this.#ports.door.admit(generation)
    if (!session.ok) return session
    if (!this.#ports.store.call(callId)) return refused('call_not_found')
    await this.#end(callId, 'visitor')
    return ok(null)
  }

  /** A call that follows by itself belongs to what was agreed to: nobody is asked in the middle of a sentence. */
  #admit(session: Result<SessionRow>, { after, consent, kind }: CallWish): Result<SessionRow> {
    const { store, clock, maxCallSeconds, agentNow } = this.#ports
    if (!session.ok) return session
    if (!isOffered(session.value.agent, kind)) return refused('bad_request')
    if (!after) return agreed(session.value, agentNow(session.value).consent, consent, clock.now())
    const bounds = { maxCallSeconds, callSeconds: session.value.agent.limits.callSeconds }
    const refusal =
      after.because === 'rollover' ? refuseRollover(store, after, bounds, clock.now()) : refuseFollowing(store, after)
    return refusal ?? session
  }

  async #begin(session: SessionRow, callId: string, after?: FollowedCall): Promise<void> {
    const { store, conversation, recorder, calls, clock, watchBy } = this.#ports
    const followed = after?.because === 'rollover' ? store.call(after.call) : null
    if (followed) {
      calls.beginSuccessor(session, callId, followed)
      conversation.rollover.begin(callId)
      return watchBy(clock.now() + OVERLAP_MS)
    }
    // Nothing else may carry the conversation while the call is opened; what is being answered is answered there.
    if (!store.currentCall()) conversation.detach()
    const { isWritten } = await calls.begin(session, callId, after?.call)
    if (after?.because === 'unconnected') recorder.unheard(after.call)
    if (isWritten) await watchBy(clock.now() + WATCH_EVERY_MS)
  }

  /** Writes down a call that was held. */
  async #write(): Promise<void> {
    const { store, clock, watchBy } = this.#ports
    store.writeHeld()
    await watchBy(clock.now() + WATCH_EVERY_MS)
  }

  /** A call has ended by itself. One that only broke is followed by another, which answers what is left. */
  ended(reason: EndReason): void {
    if (WRITES_ON.includes(reason)) this.#catchUp()
  }

  async #end(callId: string, reason: EndReason): Promise<void> {
    const { store, calls } = this.#ports
    const call = store.call(callId)
    if (call) await calls.end(call, reason)
    this.#catchUp()
  }

  /** What was typed just before the end, and so was not answered in the call, is answered in writing. */
  #catchUp(): void {
    const { store, sockets, conversation } = this.#ports
    const session = store.session()
    if (session && sockets.lastHeard() !== null) conversation.catchUp(session)
  }
}
