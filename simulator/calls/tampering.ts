/** Events of one call that shall be lost or come twice: faults on demand. */
import type { ChannelKind } from '../journal.ts'

interface Wish {
  copies: 0 | 2
  type: string
  /** Only there; everywhere when it is missing. */
  channel: ChannelKind | undefined
  /** Events that are still to be hit, counted for each channel by itself. */
  count: number
  hits: Map<ChannelKind, number>
}

export class Tampering {
  #wishes: Wish[] = []

  lose(type: string, count: number, channel?: ChannelKind): void {
    this.#wishes.push({ copies: 0, type, channel, count, hits: new Map() })
  }

  repeat(type: string, count: number, channel?: ChannelKind): void {
    this.#wishes.push({ copies: 2, type, channel, count, hits: new Map() })
  }

  /** How many times the next event of this type goes out on a channel. */
  copies(type: string, channel: ChannelKind): number {
    const wish = this.#wishes.find(
      (candidate) =>
        candidate.type === type &&
        (candidate.channel ?? channel) === channel &&
        (candidate.hits.get(channel) ?? 0) < candidate.count,
    )
    if (!wish) return 1
    wish.hits.set(channel, (wish.hits.get(channel) ?? 0) + 1)
    return wish.copies
  }
}
