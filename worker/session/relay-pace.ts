/**
 * What the browser gets of the assistant's sound, and when. The model speaks several times faster than real time; only a
 * little more than what is being played is sent, so that an interruption finds little on the way and a slow link is
 * noticed by the reports staying away, not by memory growing somewhere in between.
 */
import { BYTES_PER_MS } from '../../protocol/relay.ts'
import { ItemAudio } from './relay-audio.ts'

/** So far ahead of the reported position (ms) the browser is supplied: bridges the pauses of a mobile network. */
export const AHEAD_MS = 2_500
/**
 * Sound that is kept at most (ms), 11.5 MB: more than the longest answer (4096 tokens of 50 ms). What comes beyond that is
 * thrown away, the newest first to go; a browser that plays does not get there.
 */
export const KEPT_MS = 240_000

/** Where the sound goes: frames of protocol/relay.ts. */
export interface SoundSink {
  audio(item: string): void
  sound(pcm: Uint8Array): void
  endOfItem(item: string): void
}

export class Pace {
  #items: ItemAudio[] = []
  #sink: SoundSink | null = null
  /** Whose sound the browser was told that it gets. */
  #announced: string | null = null

  /** Items that were not played to their end, first to last. */
  get items(): readonly ItemAudio[] {
    return this.#items
  }

  /**
   * A browser is there, or is there again.
   * @param item whose sound came last, and how much of it (bytes), where that is known
   */
  attach(sink: SoundSink, item?: string, received = 0): void {
    this.#sink = sink
    this.#announced = null
    const last = this.#items.findIndex((one) => one.item === item)
    // Frames come in order: of what is behind that item nothing has arrived, and what is before it has.
    for (const [i, one] of this.#items.entries()) if (i >= last) one.rewind(i === last ? received : 0)
    this.#send()
  }

  detach(): void {
    this.#sink = null
  }

  /** Answers whether there was room for it. */
  push(response: string, id: string, pcm: Uint8Array): boolean {
    let item = this.#items.find((one) => one.item === id)
    if (!item) {
      item = new ItemAudio(id, response)
      this.#items.push(item)
    }
    const kept = this.#items.reduce((sum, one) => sum + one.kept, 0)
    if (item.complete || kept + pcm.length > KEPT_MS * BYTES_PER_MS) return false
    item.push(pcm)
    this.#send()
    return true
  }

  /** No more sound of this item will come. */
  complete(id: string): void {
    const item = this.#items.find((one) => one.item === id)
    if (!item) return
    item.complete = true
    this.#send()
  }

  /**
   * The browser tells how far it has played. Items before this one were played to their end. Beyond what was sent nothing
   * is believed.
   * @param bytes of this item
   * @returns what is over by that, first to last, and the item that is being played
   */
  played(id: string, bytes: number, done: boolean, now: number): { over: ItemAudio[]; playing: ItemAudio | null } {
    const at = this.#items.findIndex((one) => one.item === id)
    const item = this.#items[at]
    if (!item || item.sent === 0) return { over: [], playing: null }
    item.report(done ? item.sent : bytes, now)
    const isOver = done && item.complete && item.sent === item.received
    const over = this.#items.splice(0, isOver ? at + 1 : at)
    this.#send()
    return { over, playing: isOver ? null : item }
  }

  /** Throws everything away; what was not played to its end. */
  flush(): ItemAudio[] {
    const items = this.#items
    this.#items = []
    this.#announced = null
    return items
  }

  #send(): void {
    const sink = this.#sink
    if (!sink) return
    for (const item of this.#items) {
      while (this.#ahead < AHEAD_MS * BYTES_PER_MS) {
        const piece = item.take()
        if (!piece) break
        if (this.#announced !== item.item) sink.audio(item.item)
        this.#announced = item.item
        sink.sound(piece)
      }
      if (!item.complete || item.sent < item.received) return
      if (!item.ended) sink.endOfItem(item.item)
      item.ended = true
    }
  }

  /** Bytes that the browser has and has not played, as far as we know. */
  get #ahead(): number {
    return this.#items.reduce((sum, item) => sum + item.sent - item.played, 0)
  }
}
