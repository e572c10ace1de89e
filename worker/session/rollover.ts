/**
 * Carries a call over into a fresh one before the provider ends it. At a pause the widget is asked for a second call; that
 * one hears the visitor from its start but answers nobody, and gets the history. At the next pause it takes over.
 *
 * What decides about a word that is begun meanwhile: until the second call may answer, the first one counts, and what the
 * second has heard is taken out of it again. The second hears all along, so after that nothing of a word is missing there.
 */
import type { ServerFrame } from '../../protocol/frames.ts'
import type { Log } from '../log.ts'
import type { CallEvent, Provider, ToldItem } from '../provider/provider.ts'
import { OVERLAP_MS } from './call-times.ts'
import type { Carrier } from './carrier.ts'
import type { Clock } from './ports.ts'

/** Before the widget is asked again (ms). */
const ASK_AGAIN_MS = 15_000
/** The same for a call that has little time left (ms). */
const ASK_AGAIN_SOON_MS = 1_500
/** "Little time" (ms). */
const SHORT_MS = 60_000

export interface RolloverPorts {
  provider: Provider
  clock: Clock
  log: Log
  send: (frame: ServerFrame) => void
  /** In the call that counts nobody speaks, and nothing is answered or waits for it. */
  paused: () => boolean
  /** The transcript as a new call is to know it. */
  history: () => ToldItem[]
  takeOver: (next: Carrier) => void
  /** Hangs the second call up. */
  giveUp: (call: string) => void
}

/** The second call. */
interface Next {
  call: string
  carrier: Carrier | null
  /** The widget hears and is heard there. */
  connected: boolean
  parked: boolean
  /** It has been told to answer; what it says to that is on its way. */
  enabling: boolean
  hearing: boolean
  seeded: Set<string>
  /** Turns that it has heard and that are not to stay in it: the first call has them. */
  overheard: Set<string>
  removed: Set<string>
  /** Items that it has and of which we never heard: asked for. */
  missing: Set<string>
  stopTimer: () => void
}

export class Rollover {
  readonly #ports: RolloverPorts
  #due: { call: string; endsAt: number } | null = null
  #askedAt = Number.NEGATIVE_INFINITY
  #next: Next | null = null
  /** What the call that took over had overheard before: its late transcripts are of no interest. */
  #overheard: ReadonlySet<string> = new Set()
  #stopAsking = () => {}

  constructor(ports: RolloverPorts) {
    this.#ports = ports
  }

  /** It is time. @param endsAt when the provider ends the call (ms since 1970) */
  ask(call: string, endsAt: number): void {
    this.#due = { call, endsAt }
    this.look()
  }

  /** The second call was asked for. From now on its time runs. */
  begin(call: string): void {
    this.#drop()
    const stopTimer = this.#ports.clock.after(OVERLAP_MS, () => this.#giveUp('no_pause'))
    const state = { connected: false, parked: false, enabling: false, hearing: false }
    this.#next = { call, carrier: null, ...state, ...sets(), stopTimer }
  }

  /** The second call exists, and `carrier` is its line. */
  attach(carrier: Carrier): void {
    if (this.#next?.call === carrier.call) this.#next.carrier = carrier
    else carrier.close()
  }

  /** The widget's connection of the second call is up. */
  connected(call: string): void {
    if (this.#next?.call !== call) return
    this.#next.connected = true
    this.look()
  }

  isNext(call: string | null): boolean {
    return call !== null && this.#next?.call === call
  }

  carrierOf(call: string): Carrier | null {
    return this.#next?.call === call ? this.#next.carrier : null
  }

  /** What is not in the second call yet. Nothing while somebody speaks: what is said then may still change. */
  takeSeeds(): ToldItem[] {
    const next = this.#next
    if (!next || !this.#ports.paused()) return []
    const items = this.#ports.history().filter((item) => !next.seeded.has(item.id))
    for (const { id } of items) next.seeded.add(id)
    return items
  }

  /** Something happened in the second call. */
  hear(event: CallEvent): void {
    const next = this.#next
    if (!next) return
    // Whoever asked for it: the call would know something that was never said.
    if (event.type === 'answer_began') return this.#giveUp('answered')
    if (event.type === 'speech') next.hearing = event.on
    if (event.type === 'speech' && event.id) next.overheard.add(event.id)
    if (event.type === 'placed') this.#noteItem(next, event)
    // What was asked for: a turn from before we listened. One that is no turn the guard has judged already.
    if (event.type === 'finished' && next.missing.delete(event.item.id)) next.overheard.add(event.item.id)
    if (event.type === 'refused' && event.ref) next.missing.delete(event.ref)
    this.look()
  }

  #noteItem(next: Next, { item, after, heard }: Extract<CallEvent, { type: 'placed' }>): void {
    if (heard) next.overheard.add(item.id)
    if (!after || next.seeded.has(after) || next.overheard.has(after)) return
    next.missing.add(after)
    next.carrier?.line.addSeeds([], [this.#ports.provider.retrieve(after)])
  }

  parked(): void {
    if (!this.#next) return
    this.#next.parked = true
    this.look()
  }

  /** The second call answers the visitor from now on: it takes over, if the first still has a pause. */
  enabled(): void {
    const next = this.#next
    if (!next?.carrier) return
    if (next.hearing || !this.#ports.paused()) return this.#giveUp('interrupted')
    next.stopTimer()
    this.#overheard = next.overheard
    this.#next = null
    this.#due = null
    this.#stopAsking()
    this.#ports.takeOver(next.carrier)
  }

  /** What is left of an event of the call that took over, without what it had overheard before. Null: nothing. */
  withoutOverheard(event: CallEvent): CallEvent | null {
    if (event.type === 'placed' && event.after && this.#overheard.has(event.after))
      return { ...event, after: undefined }
    const item = event.type === 'finished' || event.type === 'placed' ? event.item.id : 'id' in event ? event.id : ''
    return item && this.#overheard.has(item) ? null : event
  }

  /** The line of the second call broke. */
  lineEnded(): void {
    this.#giveUp('line')
  }

  /** The second call was ended: the first goes on, and the widget is asked again after a while. */
  ended(call: string): void {
    if (this.#next?.call === call) this.#drop()
    this.look()
  }

  /** The first call is over. */
  reset(): void {
    this.#due = null
    this.#overheard = new Set()
    this.#stopAsking()
    this.#drop()
  }

  /** To be called whenever something has changed. */
  look(): void {
    const next = this.#next
    if (!next) return this.#askWidget()
    if (!this.#ports.paused() || next.hearing) {
      // Both would answer what is being said.
      if (next.enabling) this.#giveUp('interrupted')
      return
    }
    if (!next.carrier || !next.parked || next.enabling) return
    const heard = [...next.overheard].filter((id) => !next.removed.has(id))
    for (const id of heard) next.removed.add(id)
    const items = this.takeSeeds()
    const removals = heard.map((id) => this.#ports.provider.remove(id))
    if (items.length > 0) next.parked = false
    next.carrier.line.addSeeds(items, removals)
    if (items.length > 0 || next.missing.size > 0 || !next.connected) return
    next.enabling = true
    next.carrier.line.listen()
  }

  #askWidget(): void {
    const { clock, send, paused } = this.#ports
    if (!this.#due || !paused()) return
    const { call, endsAt } = this.#due
    const now = clock.now()
    const pause = endsAt - now < SHORT_MS ? ASK_AGAIN_SOON_MS : ASK_AGAIN_MS
    const isTooSoon = now - this.#askedAt < pause
    if (!isTooSoon) this.#askedAt = now
    this.#stopAsking()
    this.#stopAsking = clock.after(this.#askedAt + pause - now, () => this.look())
    if (!isTooSoon) send({ type: 'notice', code: 'rollover', call })
  }

  #giveUp(cause: 'no_pause' | 'interrupted' | 'answered' | 'line'): void {
    const call = this.#next?.call
    this.#drop()
    if (!call) return
    this.#ports.log.info('rollover_given_up', { call, cause })
    this.#ports.giveUp(call)
  }

  #drop(): void {
    this.#next?.stopTimer()
    this.#next?.carrier?.close()
    this.#next = null
  }
}

function sets(): Pick<Next, 'seeded' | 'overheard' | 'removed' | 'missing'> {
  return { seeded: new Set(), overheard: new Set(), removed: new Set(), missing: new Set() }
}
