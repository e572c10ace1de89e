/**
 * Turns what happens in a call into transcript items. Repeated, late and out-of-order events are harmless: an item is
 * known by its id, keeps its place and never loses text it already had.
 */
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import type { Item, Notice } from '../../protocol/item.ts'
import type { CallEvent, PlacedItem } from '../provider/provider.ts'
import type { Clock } from './ports.ts'
import type { Store } from './store.ts'
import { type Cut, heardOf, STATUS_OF_OUTCOME, type Turn } from './turn.ts'

export interface RecorderPorts {
  store: Store
  clock: Clock
  /** To every widget of the session. Updates are sent after they were stored. */
  send: (frame: ServerFrame) => void
}

export class Recorder {
  readonly #store: Store
  readonly #clock: Clock
  readonly #send: (frame: ServerFrame) => void
  /** The call that new items belong to. */
  call: string | null = null
  /** How the assistant answers at the moment. */
  via: Item['via'] = 'text'
  readonly #turns = new Map<string, Turn>()
  /** Answers that are being played, and since when (ms since 1970). */
  readonly #playing = new Map<string, number>()
  #response: string | undefined

  constructor({ store, clock, send }: RecorderPorts) {
    this.#store = store
    this.#clock = clock
    this.#send = send
  }

  /** @param behind which item a late one stands before, where that is known */
  record(event: CallEvent, behind: (id: string) => string | undefined = () => undefined): void {
    switch (event.type) {
      case 'placed':
        return this.#place(event.item, event.after, behind(event.item.id))
      case 'finished':
        return this.#finish(event.item, event.cut, behind(event.item.id))
      case 'fragment':
        return this.#append(event.id, event.text)
      case 'transcribed':
        return this.#transcribe(event.id, event.text, behind(event.id))
      case 'truncated':
        return this.#cut(event.id, { ms: event.ms, exact: !event.estimated, broke: event.broke ?? false })
      case 'answer_began':
        this.#response = event.response
        return
      case 'answer_ended':
        return this.#endAnswer(event)
      case 'playback':
        return this.#playback(event.response, event.state)
      default:
        return
    }
  }

  /** The visitor typed: stored at once, whatever becomes of the call. False when that id is stored already. */
  typed(id: string, text: string, image?: Item['image']): boolean {
    if (this.#store.item(id)) return false
    this.#add(id, { role: 'user', kind: 'message', text, ...(image ? { image } : {}) })
    return true
  }

  /** A person of the site's team has answered. */
  personSaid(id: string, author: string, text: string): Item {
    return this.#add(id, { role: 'person', kind: 'message', text, author })
  }

  /** What came of a call of a tool, under this id. */
  toolResult({ tool, call }: Item, text: string, id: string): void {
    this.#add(id, { role: 'tool', kind: 'tool_result', text, call: this.call ?? call, ...(tool ? { tool } : {}) })
  }

  /** The assistant noted it. */
  fact(text: string): void {
    this.#add(newId('itm_'), { role: 'notice', kind: 'fact', text })
  }

  /** The call is over: nothing stays in progress. */
  close(): void {
    for (const item of this.#store.unfinishedItems()) this.#breakOff(item)
    this.#turns.clear()
    this.#playing.clear()
    this.#response = undefined
  }

  /** The page has put this item into the call, or made the provider say it: kept as evidence, never replayed. */
  disown(id: string): void {
    const item = this.#store.item(id)
    if (item && item.source !== 'client') this.#save({ ...item, source: 'client' })
  }

  /**
   * The sound of this call never came to flow: its greeting was not heard, and may be said again. What answers the visitor
   * stays: it stands in the thread, and was read there.
   */
  unheard(call: string): void {
    const items = [...this.#store.newestFirst()]
    if (items.some(({ role }) => role === 'user')) return
    for (const item of items) {
      if (item.call !== call || item.role !== 'assistant' || item.text === '') continue
      this.#save({ ...item, text: '', status: 'interrupted', heard: { ms: 0, estimated: false } })
    }
  }

  /**
   * A line of our own in the transcript. Answers its id.
   * @param before the item that it comes before, at the end where that is not given
   */
  notice(text: Notice, before?: string): string {
    const id = newId('itm_')
    this.#add(id, { role: 'notice', kind: 'notice', text, position: this.#positionBefore(before) })
    return id
  }

  /** The assistant is told what the page says: like everything that a page puts in, never shown and never replayed. */
  pageTold(): string {
    const id = newId('itm_')
    this.#add(id, { role: 'notice', kind: 'notice', text: 'page' satisfies Notice, source: 'client' })
    return id
  }

  /** Items that were begun and of which no more will come by itself, after a gap in the events. */
  unfinished(): string[] {
    return this.#store.unfinishedItems().map((item) => item.id)
  }

  /** The provider does not know this item any more: what is there of it is all there will be. */
  giveUp(id: string): void {
    const item = this.#store.item(id)
    if (item?.status === 'in_progress') this.#breakOff(item)
  }

  #breakOff(item: Item): void {
    const said = this.#turns.get(item.id)?.full.trimEnd() ?? item.text
    // A written answer that broke off is asked for again; of a spoken one the visitor has heard something.
    const heard = item.role === 'assistant' && item.via === 'voice' && said !== ''
    this.#save({ ...item, text: said, status: heard ? 'interrupted' : 'failed' })
  }

  #place(placed: PlacedItem, after: string | null | undefined, behind?: string): void {
    if (placed.role === 'assistant' && placed.kind === 'message') this.#turn(placed.id)
    if (this.#store.item(placed.id)) return
    // At the end, unless the item before it is known and not the last one: then it came late.
    const before = after ? this.#store.item(after) : null
    this.#save({
      id: placed.id,
      position: before ? this.#store.positionAfter(before.position) : this.#positionBefore(behind),
      role: placed.role,
      kind: placed.kind,
      text: placed.role === 'assistant' ? '' : (placed.text ?? ''),
      status: placed.role === 'user' && placed.text ? 'completed' : 'in_progress',
      via: placed.role === 'assistant' ? this.via : placed.via,
      call: this.call,
      at: this.#clock.now(),
      ...(placed.tool ? { tool: placed.tool } : {}),
    })
  }

  /** Right before an item, at the end where there is none. */
  #positionBefore(id: string | undefined): number {
    const next = id === undefined ? null : this.#store.item(id)
    return next ? this.#store.positionBefore(next.position) : this.#store.positionAfter()
  }

  #finish(finished: PlacedItem, cut: boolean, behind?: string): void {
    if (!this.#store.item(finished.id)) this.#place(finished, undefined, behind)
    const item = this.#store.item(finished.id)
    if (!item) return
    if (item.role === 'assistant') return this.#finishTurn(item, finished, cut)
    if (item.status !== 'in_progress' || finished.text === undefined) return
    const status = cut ? 'interrupted' : 'completed'
    this.#save({ ...item, text: finished.text, status, ...(finished.tool ? { tool: finished.tool } : {}) })
  }

  #finishTurn(item: Item, finished: PlacedItem, cut: boolean): void {
    const turn = this.#turn(item.id)
    if ((finished.text?.length ?? 0) > turn.full.length) turn.full = finished.text ?? ''
    if (turn.cut) return this.#saveHeard(item, turn)
    if (item.status !== 'in_progress') return
    // Without a word it is a gap: the provider drops the words of a turn that it has cut.
    const status = turn.full === '' ? 'failed' : cut ? 'interrupted' : 'completed'
    this.#save({ ...item, text: turn.full, status })
  }

  #append(id: string, text: string): void {
    const item = this.#store.item(id)
    if (item && item.status !== 'in_progress') return
    const turn = this.#turn(id)
    // The event that gives the item its place may be late or lost: its words are kept for it.
    if (item) this.#send({ type: 'delta', item: id, at: turn.full.length, text })
    turn.full += text
  }

  #transcribe(id: string, text: string | null, behind?: string): void {
    const item = this.#store.item(id)
    if (!item) {
      const placed: PlacedItem = { id, role: 'user', kind: 'message', via: 'voice', text: undefined }
      this.#place(placed, undefined, behind)
      return this.#transcribe(id, text)
    }
    if (item.status === 'completed') return
    this.#turns.delete(id)
    this.#save({ ...item, text: text ?? '', status: text ? 'completed' : 'failed' })
  }

  #endAnswer(event: Extract<CallEvent, { type: 'answer_ended' }>): void {
    if (this.#response === event.response) this.#response = undefined
    for (const id of event.items) {
      const turn = this.#turns.get(id)
      const item = this.#store.item(id)
      if (!turn || item?.role !== 'assistant') continue
      turn.response = event.response
      turn.audioMs = event.audioMs || undefined
      if (turn.cut) this.#saveHeard(item, turn)
      else if (item.status === 'in_progress') {
        this.#save({ ...item, text: turn.full.trimEnd(), status: STATUS_OF_OUTCOME[event.outcome] })
      }
    }
  }

  #playback(response: string, state: 'began' | 'drained' | 'cleared'): void {
    if (state === 'began') {
      this.#playing.set(response, this.#clock.now())
      return
    }
    const since = this.#playing.get(response)
    this.#playing.delete(response)
    for (const [id, turn] of this.#turns) {
      if (turn.response !== response) continue
      if (state === 'cleared' && since !== undefined)
        this.#cut(id, { ms: this.#clock.now() - since, exact: false, broke: false })
      // Played to the end: it cannot be interrupted any more.
      if (state === 'drained') this.#turns.delete(id)
    }
  }

  #cut(id: string, cut: Cut): void {
    const item = this.#store.item(id)
    if (item && item.role !== 'assistant') return
    const turn = this.#turns.get(id)
    if (!turn || (turn.cut?.exact && !cut.exact)) return // seeded or long over: a late truncation is not ours
    turn.cut = cut
    if (item) this.#saveHeard(item, turn)
  }

  #saveHeard(item: Item, turn: Turn): void {
    if (!turn.cut) return
    const { text, heard, status } = heardOf(turn, turn.cut)
    const same = item.status === status && item.text === text && item.heard?.ms === heard.ms
    if (!same) this.#save({ ...item, text, status, heard })
  }

  #turn(id: string): Turn {
    let turn = this.#turns.get(id)
    if (!turn) {
      turn = { full: '', response: this.#response, audioMs: undefined, cut: undefined }
      this.#turns.set(id, turn)
    }
    return turn
  }

  /** An item of our own: complete, and at the end of the conversation where it does not say otherwise. */
  #add(id: string, more: Pick<Item, 'role' | 'kind' | 'text'> & Partial<Item>): Item {
    const { call } = this
    const at = this.#clock.now()
    const position = this.#store.positionAfter()
    const item: Item = { id, position, status: 'completed', via: 'text', call, at, ...more }
    this.#save(item)
    return item
  }

  #save(item: Item): void {
    const seq = this.#store.saveItem(item)
    this.#send({ type: 'update', seq, item })
  }
}
