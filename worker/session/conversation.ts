/**
 * The conversation of a session, whatever carries it at the moment: the sideband of a call, a text line that is opened
 * when the visitor types without a call, or nothing.
 */
import type { Item } from '../../protocol/item.ts'
import type { CallEvent, ToldItem } from '../provider/provider.ts'
import { builtIns } from './built-ins.ts'
import { type Carrier, openCarrier } from './carrier.ts'
import type { ConversationPorts } from './conversation-ports.ts'
import { Endings } from './endings.ts'
import { withFacts } from './facts.ts'
import { Floor } from './floor.ts'
import { Guards } from './guards.ts'
import { hear } from './hearing.ts'
import { Images } from './images.ts'
import { isFresh } from './last-word.ts'
import type { LineEnd } from './line.ts'
import { PageContext } from './page-context.ts'
import type { Relay } from './relay.ts'
import { beforeTyped } from './restore.ts'
import { Rollover } from './rollover.ts'
import type { CallRow, SessionRow } from './store.ts'
import { TextLine } from './text-line.ts'
import { ToolDesk } from './tool-desk.ts'
import { Written } from './written.ts'

/** A sideband that breaks more often than this during one call is no sideband. */
const MAX_BREAKS = 10
/** What the visitor said is written down within this time (ms), or not at all. */
const WORDS_COME_MS = 10_000

export class Conversation {
  readonly #ports: ConversationPorts
  #carrier: Carrier | null = null
  readonly #floor: Floor
  #expired = false
  /** Something was typed that the line will send once it is ready. */
  #answerWanted = false
  #breaks = 0
  readonly #guards: Guards
  readonly #text: TextLine
  readonly #written: Written
  readonly tools: ToolDesk
  readonly endings: Endings
  readonly page: PageContext
  readonly images: Images
  readonly rollover: Rollover

  constructor(ports: ConversationPorts) {
    this.#ports = ports
    const { clock, send } = ports
    this.#text = new TextLine({ ...ports, onIdle: () => this.detach() })
    this.#written = new Written(ports)
    this.#floor = new Floor(clock, (state) => send({ type: 'activity', state }))
    this.#guards = new Guards({
      ...ports,
      carrierOf: (call) => this.#carrierOf(call),
      isNext: (call) => this.rollover.isNext(call),
      liveCall: () => this.#carrier?.call ?? null,
    })
    this.rollover = new Rollover({
      ...ports,
      paused: () => this.#paused,
      history: () => this.#history(),
      takeOver: (next) => this.#takeOver(next),
      giveUp: (call) => ports.onCallLost(call, 'dropped'),
    })
    this.images = new Images(ports)
    this.tools = new ToolDesk({
      ...ports,
      builtIn: builtIns(ports, () => this.endings),
      floor: this.#floor,
      carrier: () => this.#carrier,
      mayAnswer: () => !this.endings.isLeaving,
      wake: (session) => this.catchUp(session),
    })
    this.endings = new Endings({
      ...ports,
      floor: this.#floor,
      carrier: () => this.#carrier,
      answering: () => this.#answering,
      toolsBusy: () => this.tools.busy,
      tell: (...note) => this.#tell(...note),
      detach: () => this.detach(),
    })
    this.page = new PageContext({ ...ports, carrier: () => this.#carrier, tell: (...note) => this.#tell(...note) })
  }

  /** A call is carried: its sideband is open or about to be. */
  get attached(): boolean {
    return this.#carrier !== null && this.#carrier.kind !== 'text'
  }

  /** Where the browser of a relayed call joins. */
  relayOf(call: string): Relay | null {
    return this.#carrierOf(call)?.relay ?? null
  }

  /** Takes the conversation into a call: attaches its sideband and, for a new call, brings its history in. */
  attach(session: SessionRow, call: CallRow): void {
    if (!call.ref && !call.relayed) return
    if (call.follows) return this.rollover.attach(this.#open(session, call))
    // A call that was ready before goes on: what it had begun is asked for, not given up.
    if (!call.ready) this.detach()
    else if (this.#carrier) this.#carrier.close()
    else this.#written.recall(call)
    this.#breaks = 0
    this.#ports.recorder.call = call.id
    this.#carry(session, call)
  }

  /** Lets go of whatever carries the conversation. */
  detach(): void {
    this.endings.cancel()
    this.rollover.reset()
    this.#drop()
    this.#text.close()
    this.#written.forget()
    this.#guards.close()
    this.#ports.recorder.close()
    this.#ports.recorder.call = null
    this.#floor.reset()
    this.#expired = false
  }

  /** Its last words are still heard. Whatever fails then, nothing is carried by it any more. */
  #drop(): void {
    try {
      this.#carrier?.close()
    } catch (error) {
      this.#ports.log.error('last_words_not_taken', { cause: error instanceof Error ? error.name : 'unknown' })
    }
    this.#carrier = null
  }

  /** A call is over. */
  letGo(call: CallRow): void {
    if (call.follows) this.rollover.ended(call.id)
    else if (call.reason !== 'rolled_over') this.detach()
  }

  /** The live call is near its end (ms since 1970): it is to go over into a fresh one at a pause. */
  rollOver(call: string, endsAt: number): void {
    // A relay has one speaker: such a call is followed by another when it has ended.
    if (this.#carrier?.call === call && this.#carrier.kind === 'voice') this.rollover.ask(call, endsAt)
  }

  /** The visitor typed, or shows a picture. Stored first, so that it is not lost whatever happens then. Repeats are harmless. */
  type(session: SessionRow, id: string, text: string, image?: Item['image']): void {
    const { recorder, store, send } = this.#ports
    const isNew = recorder.typed(id, text, image)
    send({ type: 'ack', id })
    const item = isNew ? store.item(id) : null
    if (!item) return
    this.endings.stay()
    this.#text.typed()
    if (!this.#carrier) {
      if (!store.currentCall()) this.#carry(session, null)
      return // a call that is being opened takes the text in with its history
    }
    const { line, responder } = this.#carrier
    if (line.beforeSeeds) return
    if (this.#answering) this.interrupt()
    this.page.tell()
    if (image) this.images.show(id, this.#carrier, this.#carrier.call ?? session.id)
    else this.#written.tell(item, line)
    if (line.ready && !this.#written.asking) responder.request()
    else this.#answerWanted = true
    this.rollover.look()
  }

  /** A person has written in the conversation: the next answer knows of it. */
  personSaid(item: Item): void {
    const line = this.#carrier?.line
    if (line && !line.beforeSeeds) this.#written.tell(item, line)
    this.rollover.look()
  }

  /** Nothing carries a conversation after a restart without a live call: what was in progress then broke off. */
  closeUnfinished(): void {
    if (!this.#carrier) this.#ports.recorder.close()
  }

  /** Answers what was typed while nothing could, for instance before the object was restarted. */
  catchUp(session: SessionRow): void {
    if (!this.#carrier && !this.#ports.store.currentCall() && this.tools.isAnswerOwed(null)) this.#carry(session, null)
  }

  talk(on: boolean): void {
    if (!this.#carrier || this.#carrier.kind === 'text') return
    if (on) this.endings.stay()
    else this.endings.stir()
    if (on) this.page.tell()
    if (on && this.#answering) this.interrupt()
    this.#carrier.line.send(...this.#ports.provider.talk(on))
    this.#floor.talk(on)
    this.rollover.look()
  }

  interrupt(): void {
    this.endings.stir()
    const line = this.#carrier?.line
    if (line?.ready) line.send(...this.#ports.provider.interrupt(line.kind))
    this.#carrier?.relay?.interrupt()
  }

  /** An answer is being made or still being played. */
  get #answering(): boolean {
    return this.#carrier?.responder.running === true || this.#floor.speaking
  }

  /** Nobody speaks in the live call, no answer is asked for, made or played, and all that was said is written down. */
  get #paused(): boolean {
    const { store, clock } = this.#ports
    if (this.#carrier?.kind !== 'voice' || !this.#carrier.line.ready || this.endings.pending) return false
    if (this.#carrier.responder.busy || this.tools.busy || !this.#floor.quiet) return false
    // Words that have not come for so long will not come any more.
    return store.unfinishedItems().every((item) => clock.now() - item.at > WORDS_COME_MS)
  }

  #history(seeds: SessionRow | null = this.#ports.store.session()): ToldItem[] {
    return seeds ? this.images.seeds(seeds.agent.restoreTokens) : []
  }

  #carry(session: SessionRow, call: CallRow | null, isAnswering = false): void {
    this.#ports.recorder.via = call ? 'voice' : 'text'
    this.#carrier = this.#open(session, call, isAnswering)
    if (call?.ready) this.tools.resume(session, this.#carrier)
  }

  #open(begun: SessionRow, call: CallRow | null, isAnswering = false): Carrier {
    const { meter, store } = this.#ports
    const session = withFacts(begun, call?.id ?? null, store)
    const lease = call?.id ?? session.id
    // Nobody but us can send on a relay or to a phone call: there is nothing to be watched.
    const guard = call && !call.relayed && !call.phone ? this.#guards.of(session, call) : null
    const seeds = () => (call?.follows ? this.rollover.takeSeeds() : this.#history(begun))
    const isNext = () => this.rollover.isNext(call?.id ?? null)
    return openCarrier(
      { session, call, guard, seeds, isAnswering },
      {
        ...this.#ports,
        bill: (event) => {
          meter.record(lease, event)
          if (call && event.type === 'configured' && event.endsAt) this.#ports.onEndTold(call.id, event.endsAt)
        },
        // The ledger comes before the provider; a call's money was set aside before it was created.
        pay: async () => (call ? undefined : this.#text.pay(begun)),
        onEvent: (event) => (isNext() ? this.rollover.hear(event) : this.#hear(event)),
        onReady: () => (isNext() ? this.rollover.enabled() : this.#ready(begun, call)),
        onParked: () => this.rollover.parked(),
        onAbandoned: () => call && this.#ports.onCallLost(call.id, 'dropped'),
        onEnd: (end) => (isNext() ? this.rollover.lineEnded() : this.#lineEnded(begun, call, end)),
      },
    )
  }

  #ready(session: SessionRow, call: CallRow | null): void {
    const { store, send, clock } = this.#ports
    const fresh = isFresh(store.newestFirst())
    const reattached = call?.ready === true
    const carrier = this.#carrier
    if (call) {
      this.#guards.opened(carrier?.guard ?? null)
      carrier?.relay?.open()
      store.saveCall({ readyAt: clock.now(), ...(store.call(call.id) ?? call), ready: true })
      send({ type: 'ready', call: call.id })
      this.endings.watch(session, call)
    }
    // What tools have brought into a call that goes on is told, and answered, by the desk.
    const isOwed = () => !this.endings.isLeaving && this.tools.isAnswerOwed(reattached ? null : call)
    const answerWanted = this.#answerWanted || isOwed()
    this.#answerWanted = false
    if (carrier) this.images.ready(carrier, reattached)
    this.page.tell(answerWanted ? beforeTyped(this.#history(session)) : undefined)
    if (reattached && carrier) this.#written.resume(carrier.line, isOwed, (wish) => carrier.responder.request(wish))
    else if (answerWanted) carrier?.responder.request()
    if (fresh && session.agent.greeting) carrier?.responder.request({ say: session.agent.greeting })
    if (!call) this.#text.rest()
    if (carrier) this.tools.ready(session, carrier, reattached)
    if (call?.ready) this.endings.resume(call)
  }

  /** The second call counts from now on. In the first nothing is under way that could be lost. */
  #takeOver(next: Carrier): void {
    const { store, recorder, onRolledOver } = this.#ports
    this.#carrier?.close()
    this.#written.forget()
    recorder.close()
    recorder.call = next.call
    this.#floor.reset()
    this.#carrier = next
    this.#guards.opened(next.guard)
    next.relay?.open()
    this.#breaks = 0
    if (next.call) onRolledOver(next.call)
    const session = store.session()
    const call = store.currentCall()
    if (session && call) this.endings.watch(session, call)
    if (this.tools.isAnswerOwed(call)) next.responder.request()
  }

  #carrierOf(call: string): Carrier | null {
    return this.#carrier?.call === call ? this.#carrier : this.rollover.carrierOf(call)
  }

  #hear(told: CallEvent): void {
    const event = this.rollover.withoutOverheard(told)
    if (!event || !this.#carrier) return
    this.#written.hear(event)
    hear(event, this.#carrier, { ...this.#ports, floor: this.#floor })
    this.images.hear(event)
    this.tools.hear(event, this.#carrier)
    this.endings.hear(event)
    if (event.type === 'speech' && event.on) this.page.tell()
    if (event.type === 'answer_ended' && this.#carrier?.kind === 'text') this.#text.rest()
    if (event.type === 'expired') this.#expired = true
    this.endings.look(event)
    this.rollover.look()
    this.endings.next()
  }

  #tell(id: string, words: string, after?: string): void {
    this.#carrier?.guard?.watch.expectNote(id, words)
    this.#carrier?.line.send(this.#ports.provider.note(id, words, after))
  }

  #lineEnded(session: SessionRow, call: CallRow | null, end: LineEnd): void {
    const { store, log, onCallLost } = this.#ports
    const expired = this.#expired
    const isAnswering = this.#carrier?.responder.busy === true
    this.#drop()
    log.info('line_ended', { call: call?.id ?? 'text', end, expired })
    if (!call) return this.#textLineEnded(session, end)
    const row = store.call(call.id)
    if (row?.state !== 'live') return
    if (expired) return onCallLost(call.id, 'expired')
    // Its socket was the call.
    if (call.relayed) return onCallLost(call.id, end === 'closed' ? 'dropped' : 'provider')
    // The socket may break while the call lives on: attach again, and learn from a 404 that it does not.
    if (end === 'closed' && ++this.#breaks <= MAX_BREAKS) return this.#carry(session, row, isAnswering)
    onCallLost(call.id, end === 'gone' ? this.endings.reasonGone(row) : 'provider')
  }

  #textLineEnded(session: SessionRow, end: LineEnd): void {
    this.#ports.recorder.close()
    if (!this.tools.isAnswerOwed(null)) this.#text.close()
    else if (this.#text.broke(end)) this.#carry(session, null)
  }
}
