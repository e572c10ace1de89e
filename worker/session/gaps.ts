/**
 * Items that the provider has and of which we never heard, because events were lost or nobody listened. Each is asked for
 * once; what the provider does not give back either becomes an explicit gap. Nothing is ever invented.
 */
import type { Item } from '../../protocol/item.ts'
import type { CallEvent } from '../provider/provider.ts'
import type { Recorder } from './recorder.ts'

interface Missed {
  /** The item that stands behind it, where one named it as its predecessor. */
  behind: string | undefined
  lost: boolean
}

export class Gaps {
  readonly #item: (id: string) => Item | null
  readonly #missed = new Map<string, Missed>()
  /** Items that are no part of the transcript, and which stands before each. */
  readonly #passed = new Map<string, string | null | undefined>()

  /** @param item an item of the transcript */
  constructor(item: (id: string) => Item | null) {
    this.#item = item
  }

  /** Records an event, or that something is lost. Answers which items to ask for. */
  record(told: CallEvent, recorder: Recorder): string[] {
    if (told.type === 'passed') this.#passed.set(told.id, told.after)
    const event = told.type === 'placed' ? { ...told, after: this.#shownBefore(told.after) } : told
    recorder.record(event, (id) => this.behind(id))
    if (event.type === 'refused' && event.ref !== undefined) {
      if (this.isLost(event.ref)) recorder.notice('gap', this.behind(event.ref))
      else recorder.giveUp(event.ref)
    }
    return this.missing(event)
  }

  /** Which items to ask for. To be called after the event was recorded. */
  missing(event: CallEvent): string[] {
    if (event.type === 'placed' && event.after) return this.#miss([event.after], event.item.id)
    return event.type === 'answer_ended' ? this.#miss(event.items, undefined) : []
  }

  /** Which item the missed one stands before. */
  behind(id: string): string | undefined {
    return this.#missed.get(id)?.behind
  }

  /** The provider refused to give the item back. True, once, when it was missed and still is. */
  isLost(id: string): boolean {
    const missed = this.#missed.get(id)
    if (!missed || missed.lost || this.#item(id)) return false
    missed.lost = true
    return true
  }

  #shownBefore(id: string | null | undefined): string | null | undefined {
    return id && this.#passed.has(id) && !this.#item(id) ? this.#shownBefore(this.#passed.get(id)) : id
  }

  #miss(ids: readonly string[], behind: string | undefined): string[] {
    const unknown = ids.filter((id) => !this.#missed.has(id) && !this.#passed.has(id) && !this.#item(id))
    for (const id of unknown) this.#missed.set(id, { behind, lost: false })
    return unknown
  }
}
