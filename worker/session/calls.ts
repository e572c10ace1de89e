/**
 * One live call per session: every start gets a number, an older call is hung up before a newer one is created, and an
 * answer that belongs to an older number is hung up at once. Hang-ups are kept until the provider has confirmed them.
 */
import type { EndReason, ServerFrame } from '../../protocol/frames.ts'
import type { Log } from '../log.ts'
import type { Provider } from '../provider/provider.ts'
import { attempt } from '../provider/transport.ts'
import { began } from './call-times.ts'
import type { Clock } from './ports.ts'
import type { CallRow, SessionRow, Store } from './store.ts'
import { OPENING_MS } from './watchdog.ts'

/** The newer call does not wait longer than this (ms) for the older one's hang-up to be confirmed. */
const HANG_UP_WAIT_MS = 400
const HANG_UP_TIMEOUT_MS = 8_000
/** After so many failed tries (one each watchdog round) a hang-up is given up and said so in the log. */
const HANG_UP_TRIES = 30
/** After this time (ms) the end of a call is written again that could not be written. */
const END_AGAIN_MS = 1_000

export interface CallsPorts {
  store: Store
  provider: Provider
  clock: Clock
  log: Log
  send: (frame: ServerFrame) => void
  /** The conversation lets go of the call. */
  onEnded: (call: CallRow) => void
}

export class Calls {
  readonly #ports: CallsPorts
  /** Those that are under way. */
  readonly #hangUps = new Map<string, Promise<void>>()
  /** Of the call that is held. */
  #stopWaiting = () => {}

  constructor(ports: CallsPorts) {
    this.#ports = ports
  }

  /**
   * A new call is going to be created. Answers when the older one's hang-up was sent.
   * @param dropped the widget has lost this one: it was not superseded
   * @returns whether it is written; where nothing has to be hung up it is held until it is answered for
   */
  async begin(session: SessionRow, id: string, dropped?: string): Promise<{ isWritten: boolean }> {
    const { store, clock } = this.#ports
    // One, but where writing failed in the middle of an earlier start.
    const older = store.callsUp()
    const isFirst = older.length === 0 && store.endingCalls().length === 0
    const next = this.#next(session, id)
    if (isFirst) {
      store.hold(next.session, next.call)
      this.#stopWaiting = clock.after(OPENING_MS, () => void this.#giveUp(id))
      return { isWritten: false }
    }
    store.saveSession(next.session)
    store.saveCall(next.call)
    const ending = older.map((one) => this.end(one, one.id === dropped ? 'dropped' : 'superseded'))
    // And calls before it, whose hang-up is under way or was cut off by a crash.
    const hangUps = [...ending, ...store.endingCalls().map((one) => this.#hangUp(one))]
    if (hangUps.length > 0) await this.#withinMs(HANG_UP_WAIT_MS, Promise.all(hangUps))
    return { isWritten: true }
  }

  /** A second call is going to be created, to take the place of the live one. That one goes on. */
  beginSuccessor(session: SessionRow, id: string, follows: CallRow): void {
    const { store } = this.#ports
    const tried = store.successor()
    const next = this.#next(session, id)
    store.saveSession(next.session)
    store.saveCall({ ...next.call, follows: follows.id, since: began(follows) })
    if (tried) void this.end(tried, 'superseded')
  }

  /** The second call takes the place of the one that it follows, which is hung up. */
  takeOver(id: string): void {
    const { store, clock, log, send, onEnded } = this.#ports
    const row = store.call(id)
    const older = row?.follows === undefined ? null : store.call(row.follows)
    if (!row || !older) return
    const { follows, ...next } = row
    const ending: CallRow = { ...older, state: 'ending', reason: 'rolled_over', endedAt: clock.now() }
    store.saveCall({ ...next, ready: true })
    store.saveCall(ending)
    log.info('rolled_over', { call: older.id, into: id, overlapMs: clock.now() - next.startedAt })
    send({ type: 'ready', call: id })
    send({ type: 'notice', code: 'call_ended', call: older.id, reason: 'rolled_over' })
    onEnded(ending)
    void this.#hangUp(ending)
  }

  /** The provider has told of a call that is not taken yet: it can be hung up whatever happens. */
  ring(session: SessionRow, id: string, ref: string): void {
    const next = this.#next(session, id)
    this.#ports.store.saveSession(next.session)
    this.#ports.store.saveCall({ ...next.call, ref, phone: true })
  }

  /** The provider has created the call. Null when a newer call was begun or the call was ended meanwhile: then it is hung up. */
  opened(id: string, ref: string): CallRow | null {
    return this.#goLive(id, { ref })
  }

  /** The same for a call that is a socket of ours, which is opened next. */
  relayed(id: string): CallRow | null {
    return this.#goLive(id, { ref: null, relayed: true })
  }

  #goLive(id: string, how: Pick<CallRow, 'ref' | 'relayed'>): CallRow | null {
    const { store } = this.#ports
    const call = store.call(id)
    const isWanted = store.currentCall()?.id === id || store.successor()?.id === id
    if (call?.state === 'opening' && isWanted) {
      const live: CallRow = { ...call, ...how, state: 'live' }
      store.saveCall(live)
      this.#stopWaiting()
      return live
    }
    // A relayed one has nothing to hang up yet.
    const unwanted = how.ref === null ? null : (call ?? this.#forgotten(id))
    if (unwanted) {
      const ending: CallRow = { ...unwanted, ...how, state: 'ending' }
      store.saveCall(ending)
      void this.#hangUp(ending)
    }
    return null
  }

  /** It was held when the object was restarted. */
  #forgotten(id: string): CallRow | null {
    const { store, clock } = this.#ports
    const session = store.session()
    if (!session) return null
    const next = this.#next(session, id)
    store.saveSession(next.session)
    return { ...next.call, reason: 'dropped', endedAt: clock.now() }
  }

  /** Neither an answer nor a failure has come. */
  async #giveUp(id: string): Promise<void> {
    const call = this.#ports.store.call(id)
    if (call?.state === 'opening') await this.end(call, 'dropped')
  }

  /** Ends a call. Answers when the provider has confirmed, or the first try has failed (the watchdog tries on). */
  async end(call: CallRow, reason: EndReason): Promise<void> {
    const { store, clock, log, send, onEnded } = this.#ports
    const row = store.call(call.id)
    if (!row || row.state === 'ending' || row.state === 'ended') return
    const ending: CallRow = { ...row, state: row.ref ? 'ending' : 'ended', reason, endedAt: clock.now() }
    store.saveCall(ending)
    if (row.state === 'opening') this.#stopWaiting()
    log.info('call_ended', { call: call.id, reason, seconds: Math.round((clock.now() - row.startedAt) / 1000) })
    try {
      onEnded(ending)
    } finally {
      send({ type: 'notice', code: 'call_ended', call: call.id, reason })
    }
    const next = store.successor()
    const isLeftAlone = next?.follows === call.id
    await Promise.all([ending.ref && this.#hangUp(ending), isLeftAlone && this.end(next, reason)])
  }

  /** Nothing carries it any more. @param ended told once that is written */
  async lost(id: string, reason: EndReason, ended: () => void): Promise<void> {
    const { store, clock, log } = this.#ports
    const call = store.call(id)
    try {
      if (call) await this.end(call, reason)
      ended()
    } catch (error) {
      // Storage failed. The watchdog would find a call that nothing carries only when it looks next.
      log.error('end_not_stored', { call: id, cause: error instanceof Error ? error.name : 'unknown' })
      clock.after(END_AGAIN_MS, () => void this.lost(id, reason, ended))
    }
  }

  /** Tries again what the provider has not confirmed. */
  async retryHangUps(): Promise<void> {
    for (const call of this.#ports.store.endingCalls()) await this.#hangUp(call)
  }

  #next(session: SessionRow, id: string): { session: SessionRow; call: CallRow } {
    const generation = session.callGeneration + 1
    const call: CallRow = {
      id,
      generation,
      state: 'opening',
      ref: null,
      ready: false,
      startedAt: this.#ports.clock.now(),
      endedAt: null,
      reason: null,
      hangUpTries: 0,
    }
    return { session: { ...session, callGeneration: generation }, call }
  }

  async #hangUp(call: CallRow): Promise<void> {
    if (!call.ref) return
    const underWay = this.#hangUps.get(call.id)
    if (underWay) return underWay
    const sent = this.#sendHangUp(call, call.ref).finally(() => this.#hangUps.delete(call.id))
    this.#hangUps.set(call.id, sent)
    await sent
  }

  async #sendHangUp(call: CallRow, ref: string): Promise<void> {
    const { provider, store, log } = this.#ports
    let status = 0
    try {
      const response = await attempt(provider.hangUp(ref), HANG_UP_TIMEOUT_MS)
      await response.body?.cancel()
      status = response.status
    } catch {
      // Not reached: status 0, counted and tried again below.
    }
    // 404: the call is gone already, which is what we want.
    const done = (status >= 200 && status < 300) || status === 404
    const tries = call.hangUpTries + 1
    if (!done) log.error('hang_up_failed', { call: call.id, status, tries })
    const over = done || tries >= HANG_UP_TRIES
    if (over && !done) log.error('hang_up_given_up', { call: call.id })
    const row = store.call(call.id) // none when everything was erased meanwhile
    if (row) store.saveCall({ ...row, state: over ? 'ended' : 'ending', hangUpTries: tries })
  }

  async #withinMs(ms: number, work: Promise<unknown>): Promise<void> {
    let stop = () => {}
    const timeout = new Promise<void>((resolve) => {
      stop = this.#ports.clock.after(ms, resolve)
    })
    await Promise.race([work, timeout])
    stop()
  }
}
