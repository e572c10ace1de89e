/** Does what has to happen by itself: the alarm rings, watchdog.ts decides, this carries it out and sets the next alarm. */
import type { EndReason } from '../../protocol/frames.ts'
import type { Events } from '../events/events.ts'
import type { Records } from '../records/records.ts'
import { type Bounds, began, timesOf } from './call-times.ts'
import type { Calls } from './calls.ts'
import type { Conversation } from './conversation.ts'
import type { Meter } from './meter.ts'
import type { Clock } from './ports.ts'
import type { EventSockets } from './sockets.ts'
import type { CallRow, SessionRow, Store } from './store.ts'
import { type Orders, WATCH_EVERY_MS, watch } from './watchdog.ts'

export interface CaretakerPorts {
  store: Store
  sockets: EventSockets
  calls: Calls
  conversation: Conversation
  meter: Meter
  events: Pick<Events, 'nextLook' | 'look' | 'deliver' | 'deadLetters'>
  records: Pick<Records, 'nextLook' | 'look' | 'push'>
  clock: Clock
  alarm: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm' | 'deleteAlarm'>
  /** Longest call of the provider (s). */
  maxCallSeconds: number
  /** The session has been kept as long as its agent says. */
  erase: () => Promise<void>
  /** A phone call was being taken when the object was restarted. */
  resumeRinging: (session: SessionRow, call: CallRow) => Promise<void>
  /** Nothing of the session is to be left. */
  discard: () => Promise<void>
}

export class Caretaker {
  readonly #ports: CaretakerPorts
  /** ms since 1970; null: not known. */
  #armedFor: number | null = null

  constructor(ports: CaretakerPorts) {
    this.#ports = ports
  }

  /** The alarm rang. */
  async look(): Promise<void> {
    const { store, sockets, conversation, events, records, clock, erase } = this.#ports
    this.#armedFor = null
    const session = store.session()
    if (!session) return this.#letGoOfRest()
    const now = clock.now()
    const call = store.currentCall()
    const sight = {
      session,
      call,
      successor: store.successor(),
      ending: store.endingCalls().length,
      lastHeard: sockets.lastHeard(),
      attached: conversation.attached,
      lastActivity: call ? now : store.lastActivity(),
      ...this.#boundsOf(session),
    }
    const orders = watch(sight, now)
    // Armed before anything that can fail, so that nothing is forgotten when a step throws.
    await this.#arm(Math.min(orders.next, this.#nextTelling() ?? orders.next))
    events.look()
    records.look()
    if (orders.erase) return erase()
    await this.#obey(orders, session, call, now)
  }

  /** The session was erased before the provider had confirmed every hang-up, or before all was told. */
  async #letGoOfRest(): Promise<void> {
    const { store, calls, events, records, clock, discard } = this.#ports
    const isHangingUp = store.endingCalls().length > 0
    const next = this.#nextTelling()
    if (!isHangingUp && next === null) return
    const soon = clock.now() + WATCH_EVERY_MS
    await this.#arm(Math.min(isHangingUp ? soon : (next ?? soon), next ?? soon))
    await Promise.all([calls.retryHangUps(), events.deliver(), next !== null && records.push()])
    if (store.endingCalls().length > 0 || this.#nextTelling() !== null) return
    // Where all was told nothing is left but empty tables, as after any erasing.
    if (isHangingUp || events.deadLetters().length > 0) await discard()
  }

  /** When something is to be told next: to the site owner's server, or to the index. */
  #nextTelling(): number | null {
    const { events, records } = this.#ports
    const times = [events.nextLook(), records.nextLook()].filter((time) => time !== null)
    return times.length > 0 ? Math.min(...times) : null
  }

  /** Makes sure that it looks at the session by then (ms since 1970) at the latest. */
  async watchBy(time: number): Promise<void> {
    // Asked by several at once, the first has set it meanwhile.
    if (this.#armedFor === null) {
      const armedFor = await this.#ports.alarm.getAlarm()
      this.#armedFor ??= armedFor
    }
    if (this.#armedFor === null || this.#armedFor > time) await this.#arm(time)
  }

  /** An erased session was forgotten everywhere: the alarm has nothing left to do, unless something else waits. */
  async rest(): Promise<void> {
    const { store, alarm } = this.#ports
    if (store.session() || store.endingCalls().length > 0 || this.#nextTelling() !== null) return
    this.#armedFor = null
    await alarm.deleteAlarm()
  }

  /** Everything was erased, the alarm as well. */
  forget(): void {
    this.#armedFor = null
  }

  async #arm(time: number): Promise<void> {
    this.#armedFor = time
    try {
      await this.#ports.alarm.setAlarm(time)
    } catch (error) {
      this.#armedFor = null
      throw error
    }
  }

  /** The provider tells when it will end a call (ms since 1970). */
  async noteEnd(id: string, endsAt: number): Promise<void> {
    const { store } = this.#ports
    const session = store.session()
    const call = store.call(id)
    if (!session || !call || call.endsAt === endsAt) return
    const known = { ...call, endsAt }
    store.saveCall(known)
    const { rolloverAt } = timesOf(known, this.#boundsOf(session))
    if (rolloverAt !== null) await this.watchBy(rolloverAt)
  }

  /** A call that lived through a restart of the object lost its sideband: it is taken up again at once. */
  async resumeAfterRestart(): Promise<void> {
    const { store, sockets, conversation, calls, meter, clock } = this.#ports
    const toTell = this.#nextTelling()
    if (toTell !== null) await this.watchBy(toTell)
    const session = store.session()
    const call = session ? store.currentCall() : null
    const successor = session ? store.successor() : null
    if (session) conversation.images.recover()
    if (session) conversation.tools.recover(session)
    if (session && call?.state === 'live') {
      if (session.leased && session.widgetGoneAt === null && sockets.lastHeard() === null) {
        store.saveSession({ ...session, widgetGoneAt: clock.now() })
      }
      meter.resume(session, call.id)
      // The socket to the provider was the call, and is gone with the object that had it.
      if (call.relayed) await calls.end(call, 'dropped')
      else conversation.attach(session, call)
    } else if (session && call?.phone) await this.#ports.resumeRinging(session, call)
    else conversation.closeUnfinished()
    if (!session || !successor) return
    // What was known of the second call was lost: the first goes on, and another is asked for.
    meter.resume(session, successor.id)
    await calls.end(successor, 'dropped')
  }

  async #obey(orders: Orders, session: SessionRow, call: CallRow | null, now: number): Promise<void> {
    const { store, calls, conversation, meter } = this.#ports
    if (orders.retryHangUps) await calls.retryHangUps()
    if (!call) return
    const { capAt, endsAt } = timesOf(call, this.#boundsOf(session))
    // Without a cap of its own there is no end to warn of.
    meter.watch(call.id, Number.isFinite(capAt) ? began(call) : now)
    conversation.endings.lookAtSilence()
    const successor = orders.giveUpSuccessor ? store.successor() : null
    if (successor) await calls.end(successor, 'dropped')
    if (orders.end === 'time_cap' && conversation.attached) conversation.endings.endAt('time_cap')
    else if (orders.end) await this.#end(call.id, orders.end)
    else if (orders.attach && call.relayed) await this.#end(call.id, 'dropped')
    else if (orders.attach) conversation.attach(session, call)
    else if (orders.rollOver) conversation.rollOver(call.id, endsAt)
  }

  async #end(id: string, reason: EndReason): Promise<void> {
    const call = this.#ports.store.call(id)
    if (call) await this.#ports.calls.end(call, reason)
  }

  #boundsOf(session: SessionRow): Bounds {
    return { maxCallSeconds: this.#ports.maxCallSeconds, callSeconds: session.agent.limits.callSeconds }
  }
}
