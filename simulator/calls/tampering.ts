/** Faults that a call carries with it: events that shall be lost, come twice or come late, responses that shall fail. */
import type { ChannelKind } from '../journal.ts'

/** What happens to an event on a channel. `swapped`: it comes after the next one. */
export type Fate = 'sent' | 'lost' | 'repeated' | 'swapped'

interface Wish {
  fate: Exclude<Fate, 'sent'>
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
    this.#wishes.push({ fate: 'lost', type, channel, count, hits: new Map() })
  }

  repeat(type: string, count: number, channel?: ChannelKind): void {
    this.#wishes.push({ fate: 'repeated', type, channel, count, hits: new Map() })
  }

  swap(type: string, count: number, channel?: ChannelKind): void {
    this.#wishes.push({ fate: 'swapped', type, channel, count, hits: new Map() })
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

  clear(): void {
    this.#wishes = []
    this.#failures = []
  }

  /** What happens to the next event of this type on a channel. */
  fate(type: string, channel: ChannelKind): Fate {
    const wish = this.#wishes.find(
      (candidate) =>
        candidate.type === type &&
        (candidate.channel ?? channel) === channel &&
        (candidate.hits.get(channel) ?? 0) < candidate.count,
    )
    if (!wish) return 'sent'
    wish.hits.set(channel, (wish.hits.get(channel) ?? 0) + 1)
    return wish.fate
  }
}
