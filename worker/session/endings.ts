/**
 * The ways in which a call ends by itself: at a cap, after a wrap-up; because the assistant hangs up; because nobody is
 * there. Each has a file of its own; this is what the conversation asks and tells them.
 */
import type { TransferWish } from '../../protocol/built-in-tools.ts'
import type { Cap, EndReason } from '../../protocol/frames.ts'
import type { Item } from '../../protocol/item.ts'
import type { CallEvent } from '../provider/provider.ts'
import type { Carrier } from './carrier.ts'
import { Closing } from './closing.ts'
import type { ConversationPorts } from './conversation-ports.ts'
import { Farewell } from './farewell.ts'
import type { Floor } from './floor.ts'
import { Idle } from './idle.ts'
import type { CallRow, SessionRow } from './store.ts'
import { refer, Transfer } from './transfer.ts'
import { type Near, WrapUp } from './wrap-up.ts'

export interface EndingsPorts
  extends Pick<ConversationPorts, 'store' | 'recorder' | 'provider' | 'clock' | 'log' | 'send' | 'onCallLost'> {
  floor: Floor
  /** What carries the conversation. */
  carrier: () => Carrier | null
  /** An answer is being made or still being played. */
  answering: () => boolean
  /** Tools are at work. */
  toolsBusy: () => boolean
  /** Puts a note for the model into the call, under the id of a stored item. */
  tell: (id: string, words: string) => void
  /** Nothing is to carry the conversation any more. */
  detach: () => void
}

export class Endings {
  readonly #ports: EndingsPorts
  readonly #closing: Closing
  readonly #wrapUp: WrapUp
  readonly #farewell: Farewell
  readonly #idle: Idle
  readonly #transfer: Transfer

  constructor(ports: EndingsPorts) {
    this.#ports = ports
    const { clock, floor, carrier, answering, toolsBusy, onCallLost } = ports
    this.#closing = new Closing({ clock, answering, end: (cap) => this.#endAtCap(cap) })
    this.#wrapUp = new WrapUp({ ...ports, free: () => this.#inCall && carrier()?.line.ready === true && !answering() })
    this.#farewell = new Farewell({
      clock,
      isQuiet: () => floor.quiet && carrier()?.responder.busy !== true,
      end: () => this.#end('assistant'),
    })
    this.#transfer = new Transfer({
      ...ports,
      isQuiet: () => floor.quiet && carrier()?.responder.busy !== true,
      refer: (uri) => refer(ports.provider, ports.store.currentCall(), uri),
      speak: () => carrier()?.responder.request(),
    })
    this.#idle = new Idle({
      ...ports,
      isOccupied: () => toolsBusy() || this.#closing.pending,
      end: (call) => onCallLost(call, 'idle'),
    })
  }

  /** What is being said is the last that will be. */
  get pending(): boolean {
    return this.#closing.pending
  }

  /** No further answer is to be begun. */
  get isLeaving(): boolean {
    return this.#closing.pending || this.#farewell.isSaid || this.#transfer.isAsked
  }

  /** The call may be spoken to. */
  watch(session: SessionRow, call: CallRow): void {
    this.#idle.watch(session, call)
  }

  /** The call was taken up again. */
  resume(call: CallRow): void {
    this.#farewell.resume(call.id, this.#ports.store.newestFirst())
  }

  /** The visitor does something. */
  stir(): void {
    this.#idle.stir()
  }

  /** The visitor has something to say: the assistant does not hang up. */
  stay(): void {
    this.#farewell.cancel()
    this.#idle.stir()
  }

  /** To be told of every event of the call before its effects are looked at. */
  hear(event: CallEvent): void {
    this.#idle.hear(event)
  }

  /** The same when everybody else has acted on it. */
  look(event: CallEvent): void {
    this.#closing.heard(event.type === 'answer_began')
    this.#farewell.hear(event)
    this.#transfer.hear(event)
  }

  /** Whatever was to be said may have its turn now. */
  next(): void {
    this.#wrapUp.next()
  }

  /** The alarm rang. */
  lookAtSilence(): void {
    this.#idle.look()
  }

  /** The assistant wants to hang up. Answers what the model is told. @param call of the tool */
  sayGoodbye(call: Item): string {
    return this.#farewell.begin(call, this.#ports.store.newestFirst())
  }

  /** The assistant wants to connect the caller to somebody else. Answers what the model is told. */
  transfer(wish: TransferWish): Promise<string> {
    return this.#transfer.begin(wish)
  }

  /** Why a call is not there any more. Who hangs up a phone tells the network, and nobody tells us more than that it is over. */
  reasonGone({ phone, ready }: CallRow): EndReason {
    if (!phone || !ready) return 'dropped'
    return this.#transfer.isAsked ? 'assistant' : 'visitor'
  }

  /** The call comes near a cap. */
  near(near: Near): void {
    this.#wrapUp.near(near)
  }

  /** A cap is reached: what is being said is finished, then it ends. */
  endAt(cap: Cap): void {
    this.#closing.begin(cap)
  }

  /** Nothing carries the conversation any more. */
  cancel(): void {
    this.#closing.cancel()
    this.#farewell.cancel()
    this.#transfer.cancel()
    this.#idle.stop()
  }

  get #inCall(): boolean {
    const carrier = this.#ports.carrier()
    return carrier !== null && carrier.kind !== 'text'
  }

  #endAtCap(cap: Cap): void {
    if (this.#end(cap)) return
    this.#ports.detach()
    this.#ports.send({ type: 'notice', code: 'limit_reached', call: null, cap })
  }

  /** False where there is no call. */
  #end(reason: EndReason): boolean {
    const { recorder, onCallLost } = this.#ports
    if (!this.#inCall || !recorder.call) return false
    onCallLost(recorder.call, reason)
    return true
  }
}
