/** The items of a session in conversation order, with what only the server knows about each. */
import { Refusal } from '../refusal.ts'
import type { Item } from './items.ts'

export interface TimedWord {
  text: string
  /** Milliseconds from the beginning of the item's audio. */
  startMs: number
  endMs: number
}

/** One place in the conversation. */
export interface Entry {
  item: Item
  /** Audio of the turn in ms: what the user said, or what the assistant put out and nobody truncated. */
  audioMs: number
  /** User audio, kept so that the item can be retrieved with it. */
  audio?: Int16Array
  /** What a recogniser makes of the user's audio. */
  heard?: Promise<string>
  /** Words of the assistant's audio, as far as it was generated. */
  words: TimedWord[]
  /** Set when the audio was truncated: the words that had been played, which the mind goes on remembering. */
  remembered?: string
}

export function newEntry(item: Item): Entry {
  return { item, audioMs: 0, words: [] }
}

/** The words that were over by `ms`, as the person heard them. */
export function wordsUntil(entry: Entry, ms: number): string {
  return entry.words
    .filter((word) => word.endMs <= ms)
    .map((word) => word.text)
    .join(' ')
}

export class Conversation {
  #entries: Entry[] = []

  get entries(): readonly Entry[] {
    return this.#entries
  }

  get lastId(): string | null {
    return this.#entries.at(-1)?.item.id ?? null
  }

  find(id: string): Entry | undefined {
    return this.#entries.find((entry) => entry.item.id === id)
  }

  /** Which item stands before this one; null = it is the first. */
  previousId(id: string): string | null {
    const at = this.#entries.findIndex((entry) => entry.item.id === id)
    return at > 0 ? (this.#entries[at - 1]?.item.id ?? null) : null
  }

  /**
   * Puts an item after `previousId`; `root` = at the front, absent = at the end (realtime-api.md 8.1).
   * @throws Refusal when the id is taken, or nothing has the id `previousId`
   */
  add(entry: Entry, previousId?: string): void {
    if (this.find(entry.item.id)) {
      throw new Refusal('invalid_value', `An item with the id '${entry.item.id}' already exists.`, 'item.id')
    }
    this.#entries.splice(this.#placeAfter(previousId), 0, entry)
  }

  /** Takes an item out. False: there was none. */
  remove(id: string): boolean {
    const at = this.#entries.findIndex((entry) => entry.item.id === id)
    if (at >= 0) this.#entries.splice(at, 1)
    return at >= 0
  }

  hasCall(callId: string): boolean {
    return this.#entries.some(({ item }) => item.type === 'function_call' && item.call_id === callId)
  }

  #placeAfter(previousId: string | undefined): number {
    if (previousId === undefined) return this.#entries.length
    if (previousId === 'root') return 0
    const at = this.#entries.findIndex((entry) => entry.item.id === previousId)
    if (at < 0) {
      const message = `Error creating item: the previous item with id '${previousId}' does not exist.`
      throw new Refusal('item_create_invalid_previous_item_id', message, 'previous_item_id')
    }
    return at + 1
  }
}
