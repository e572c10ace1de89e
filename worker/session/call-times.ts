/** When a call ends by itself, and when it is to be rolled over into a fresh one before that. Times in ms since 1970. */
import type { CallRow } from './store.ts'

/**
 * Two calls of a session may exist for this long (ms; design.md 5, promise 2 says 10 s), counted from when the second is
 * asked for. After that the second is hung up.
 */
export const OVERLAP_MS = 9_000
/** A call is rolled over so long before its end (ms): time to wait for a pause, and to try again. */
const LEAD_MS = 5 * 60_000
/** Of a short call at most this part. */
const LEAD_SHARE = 0.5
/** A phone call has no rollover: it is ended so long (ms) before the provider would, in the middle of a word. */
const PHONE_LEAD_MS = 20_000

/** What bounds a call. */
export interface Bounds {
  /** Longest call of the provider (s), where it does not tell the end itself. */
  maxCallSeconds: number
  /** Longest call of the agent (s); one that is not shorter than the provider's means none. */
  callSeconds: number
}

export interface CallTimes {
  /** The agent's longest call is over, counted over rollovers: for the visitor it is one call. */
  capAt: number
  /** Null where that cap comes before the provider's. */
  rolloverAt: number | null
  /** The provider ends it. */
  endsAt: number
}

export function timesOf(call: CallRow, { maxCallSeconds, callSeconds }: Bounds): CallTimes {
  const latest = call.startedAt + maxCallSeconds * 1000
  // Told by the provider's clock: one that says that it is over already is not to be believed.
  const told = call.endsAt !== undefined && call.endsAt > call.startedAt ? call.endsAt : latest
  const endsAt = Math.min(told, latest)
  const capAt = callSeconds >= maxCallSeconds ? Number.POSITIVE_INFINITY : began(call) + callSeconds * 1000
  if (call.phone) return { capAt: Math.min(capAt, endsAt - PHONE_LEAD_MS), endsAt, rolloverAt: null }
  const lead = Math.min(LEAD_MS, (endsAt - call.startedAt) * LEAD_SHARE)
  return { capAt, endsAt, rolloverAt: capAt <= endsAt ? null : endsAt - lead }
}

/** When the visitor's call began, whatever it was rolled over into since. */
export function began(call: CallRow): number {
  return call.since ?? call.startedAt
}
