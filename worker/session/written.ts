/**
 * What was written in a call, by the visitor or by a person of the team, until the provider has confirmed it. A sideband may
 * break with it on the way: on the next one to the same call it is asked for, brought in where the provider does not have it,
 * and answered then. So it stands once in the provider's conversation. Pictures look after themselves (images.ts).
 */
import type { Item } from '../../protocol/item.ts'
import type { Log } from '../log.ts'
import type { CallEvent, Provider } from '../provider/provider.ts'
import type { Line } from './line.ts'
import { asTold } from './person.ts'
import type { Clock } from './ports.ts'
import type { Recorder } from './recorder.ts'
import type { Wish } from './responder.ts'
import type { CallRow, Store } from './store.ts'

/** What the provider has not answered for so long (ms) counts as there: nothing else is to wait for it. */
const PATIENCE_MS = 5_000

/** `sent`: and not confirmed. `asked`: whether it has arrived. `held`: to be sent when all questions are answered. */
type State = 'sent' | 'asked' | 'held'

export interface WrittenPorts {
  store: Pick<Store, 'item' | 'newestFirst'>
  recorder: Pick<Recorder, 'unfinished'>
  provider: Pick<Provider, 'text' | 'seed' | 'retrieve'>
  clock: Clock
  log: Log
}

export class Written {
  readonly #ports: WrittenPorts
  /** By item, in the order of the conversation. */
  readonly #states = new Map<string, State>()
  #settled: (() => void) | null = null
  #stopTimer = () => {}
  /** An answer that began unheard is over: its items may be on their way still. */
  #isAnswered = false

  constructor(ports: WrittenPorts) {
    this.#ports = ports
  }

  /** It cannot be answered yet: something before it is not there. */
  get asking(): boolean {
    return this.#settled !== null
  }

  tell(item: Item, line: Line): void {
    this.#isAnswered = false
    // Where nothing is in doubt it waits with what else waits for this line, in the order of the conversation.
    const isHeld = this.asking || (line.resumed && !line.ready && this.#states.size > 0)
    this.#states.set(item.id, isHeld ? 'held' : 'sent')
    if (isHeld) return
    const { provider } = this.#ports
    line.send(item.role === 'user' ? provider.text(item.id, item.text) : provider.seed(asTold(item)))
  }

  /** After a restart: what may have been on its way is what was written after the last answer. */
  recall(call: CallRow): void {
    const found: string[] = []
    for (const { id, role, via, kind, image, at, status } of this.#ports.store.newestFirst()) {
      if (at < call.startedAt) break // it was part of the history
      if (role === 'assistant' && kind === 'message' && (status === 'completed' || status === 'interrupted')) break
      if (role === 'person' || (role === 'user' && via === 'text' && !image)) found.push(id)
    }
    for (const id of found.reverse()) this.#states.set(id, 'sent')
  }

  /** Another line to the same call may be spoken to. @param isOwed whether what was written is unanswered */
  resume(line: Line, isOwed: () => boolean, request: (wish: Wish) => void): void {
    const { recorder, provider, store, clock } = this.#ports
    this.#isAnswered = false
    // Events are not replayed: what was begun before the gap is asked for, too.
    const onTheWay = [...this.#states].flatMap(([id, state]) => (state === 'held' ? [] : [id]))
    for (const id of onTheWay) this.#states.set(id, 'asked')
    for (const id of [...recorder.unfinished(), ...onTheWay]) line.send(provider.retrieve(id))
    this.#settled = () => {
      const held = [...this.#states].flatMap(([id, state]) => (state === 'held' ? (store.item(id) ?? []) : []))
      for (const item of held) this.tell(item, line)
      // What is being answered at the moment cannot be what was held back; it may well be what has arrived.
      const isStillWanted = () => held.length > 0 || (!this.#isAnswered && isOwed())
      if (isOwed()) request({ isStillWanted })
    }
    this.#stopTimer()
    this.#stopTimer = clock.after(PATIENCE_MS, () => {
      for (const [id, state] of this.#states) if (state === 'asked') this.#states.delete(id)
      this.#settle()
    })
    this.#settle()
  }

  hear(event: CallEvent): void {
    if (event.type === 'answer_ended' && event.outcome !== 'failed' && event.items.length > 0) this.#isAnswered = true
    if (event.type === 'placed' || event.type === 'finished') this.#states.delete(event.item.id)
    else if (event.type === 'refused' && event.ref !== undefined) this.#refused(event.ref, event.code)
    else return
    this.#settle()
  }

  /** What was sent is part of the history of whatever comes next. */
  forget(): void {
    this.#stopTimer()
    this.#states.clear()
    this.#settled = null
  }

  #refused(id: string, code: string): void {
    const state = this.#states.get(id)
    if (state === 'asked') this.#states.set(id, 'held')
    else if (state === 'sent') {
      this.#ports.log.error('text_refused', { cause: code })
      this.#states.delete(id)
    }
  }

  #settle(): void {
    if (!this.#settled || [...this.#states.values()].includes('asked')) return
    this.#stopTimer()
    const settled = this.#settled
    this.#settled = null
    settled()
  }
}
