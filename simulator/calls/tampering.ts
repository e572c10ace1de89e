/** Faults that a call carries with it: events that shall be lost or come twice, responses that shall fail. */
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
  #failures: { code: string; left: number }[] = []

  lose(type: string, count: number, channel?: ChannelKind): void {
    this.#wishes.push({ copies: 0, type, channel, count, hits: new Map() })
  }

  repeat(type: string, count: number, channel?: ChannelKind): void {
    this.#wishes.push({ copies: 2, type, channel, count, hits: new Map() })
  }

  failResponses(code: string, count: number): void {
    this.#failures.push({ code, left: count })
  }

  /** The code with which the response that starts now shall fail; null = it shall not. */
  takeResponseFailure(): string | null {
    const failure = this.#failures.find(({ left }) => left > 0)
    if (!failure) return null
    failure.left -= 1
    return failure.code
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
