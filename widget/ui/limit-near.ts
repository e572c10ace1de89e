/** A cap that comes near: what the broker has told of the running call, until that is over. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { Cap, NoticeFrame } from '../../protocol/frames.ts'
import type { ConversationEvent } from '../client/types.ts'
import type { Language } from './language.ts'
import { fill, type Texts } from './texts.ts'
import { formatLeft } from './time.ts'

export type Limit = { cap: 'time_cap' /** ms since 1970 */; endsAt: number } | { cap: Exclude<Cap, 'time_cap'> }

export interface LimitNear {
  readonly limit: ReadonlySignal<Limit | null>
  /** Answers what came near by this event: to be said once. */
  hear(event: ConversationEvent): Limit | null
}

export function createLimitNear(now: () => number = Date.now): LimitNear {
  const limit = signal<Limit | null>(null)
  return {
    limit,
    hear(event) {
      // Another call has a time and a budget of its own; the broker tells again of what still holds.
      if (event.type === 'state' && event.state !== 'live') limit.value = null
      if (event.type !== 'notice' || event.notice.code !== 'limit_near') return null
      const next = read(event.notice, now())
      // The clock goes on running while other caps come near as well.
      if (next && limit.value?.cap !== 'time_cap') limit.value = next
      return next
    },
  }
}

function read({ cap, seconds }: NoticeFrame, now: number): Limit | null {
  if (cap === undefined) return null
  if (cap !== 'time_cap') return { cap }
  return seconds === undefined ? null : { cap, endsAt: now + seconds * 1000 }
}

/** In a sentence, for the ear. */
export function limitWords(limit: Limit, words: Texts, language: Language, now = Date.now()): string {
  if (limit.cap !== 'time_cap') return `${words.near[limit.cap]}.`
  return fill(words.near.spoken, 'left', formatLeft(limit.endsAt - now, language))
}
