/** What codes mean, for people. */
import type { LastEvent } from '../../protocol/console.ts'
import type { EndReason } from '../../protocol/frames.ts'
import type { Score } from '../../protocol/rating.ts'

export const ENDS: Record<EndReason, string> = {
  visitor: 'Visitor hung up',
  superseded: 'Went on elsewhere',
  widget_gone: 'Page was closed',
  dropped: 'Connection broke',
  expired: 'Longest duration',
  provider: 'Provider failed',
  erased: 'Erased',
  revoked: 'Copied token',
  time_cap: 'Time cap',
  cost_cap: 'Cost cap',
  day_cap: 'Day or month cap',
  rolled_over: 'Rolled over',
  visitor_cap: 'Visitor’s cap',
  tampered: 'Tampered with',
  assistant: 'Assistant hung up',
  idle: 'Nobody there',
  owner: 'Ended here',
}

export type Tone = 'good' | 'plain' | 'warning' | 'bad'

/** How an end is to be taken. */
export function toneOf(reason: EndReason): Tone {
  if (reason === 'dropped' || reason === 'provider' || reason === 'tampered' || reason === 'revoked') return 'bad'
  if (reason.endsWith('_cap') || reason === 'widget_gone' || reason === 'expired') return 'warning'
  return reason === 'visitor' || reason === 'assistant' ? 'good' : 'plain'
}

export const RATED = { good: 'Rated good', bad: 'Rated bad' } as const satisfies Record<Score, string>

export const LAST: Record<LastEvent, string> = {
  opening: 'Connecting',
  ready: 'Connected',
  visitor: 'Visitor spoke',
  assistant: 'Assistant spoke',
  tool: 'Tool at work',
  person: 'A person wrote',
  notice: 'Notice',
}

export const NOTICES: Readonly<Record<string, string>> = {
  gap: 'Something was said here that could not be recovered.',
  tampered: 'The page had changed the call, so it was ended.',
  idle: 'Nobody said or did anything any more.',
  page: 'The assistant was told what is on the page.',
  wrap_up: 'The assistant was told to come to an end.',
}

export const PATHS = { webrtc: 'WebRTC', relay: 'Relay' } as const

export const CONTINENTS: Readonly<Record<string, string>> = {
  ...{
    AF: 'Africa',
    AN: 'Antarctica',
    AS: 'Asia',
    EU: 'Europe',
    NA: 'North America',
    OC: 'Oceania',
    SA: 'South America',
  },
  '': 'Not known',
}
