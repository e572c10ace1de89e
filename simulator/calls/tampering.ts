/** Faults that a call carries with it: events that shall be lost, come twice or come late, responses that shall fail. */
import type { ChannelKind } from '../journal.ts'
import type { ResponseFault } from '../realtime/reply.ts'

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
  #endings: { how: ResponseFault; left: number }[] = []

  lose(type: string, count: number, channel?: ChannelKind): void {
    this.#wishes.push({ fate: 'lost', type, channel, count, hits: new Map() })
  }

  repeat(type: string, count: number, channel?: ChannelKind): void {
    this.#wishes.push({ fate: 'repeated', type, channel, count, hits: new Map() })
  }

  swap(type: string, count: number, channel?: ChannelKind): void {
    this.#wishes.push({ fate: 'swapped', type, channel, count, hits: new Map() })
  }

  endResponses(how: ResponseFault, count: number): void {
    this.#endings.push({ how, left: count })
  }

  /** How the response that starts now shall end; null = as it likes. */
  takeResponseFault(): ResponseFault | null {
    const ending = this.#endings.find(({ left }) => left > 0)
    if (!ending) return null
    ending.left -= 1
    return ending.how
  }

  clear(): void {
    this.#wishes = []
    this.#endings = []
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
