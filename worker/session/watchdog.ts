/**
 * What has to happen by itself, decided from rows and the time alone, so that it also happens after a crash: the alarm
 * of the Durable Object fires whether or not the object was alive in between.
 */
import type { EndReason } from '../../protocol/frames.ts'
import { type Bounds, OVERLAP_MS, timesOf } from './call-times.ts'
import { eraseAt } from './retention.ts'
import type { CallRow, SessionRow } from './store.ts'

/** How often a live call is looked at (ms). */
export const WATCH_EVERY_MS = 30_000
/** A widget that has not been heard of for this long (ms) is gone: it pings each 15 s, and must be missed within 60 s. */
export const LEASE_MS = 45_000
/** After its event socket was closed, a widget has this long (ms) to come back. */
export const GRACE_MS = 20_000
/** A call that was begun and never created or reported (ms). */
export const OPENING_MS = 60_000

export interface Sight extends Bounds {
  session: SessionRow
  call: CallRow | null
  /** Hang-ups that the provider has not confirmed. */
  ending: number
  /** When a connected widget was last heard of (ms since 1970); null when none is connected. */
  lastHeard: number | null
  /** The call is carried by a line. */
  attached: boolean
  /** When something last happened, for a session without a call (ms since 1970). */
  lastActivity: number
  /** The call beside it that is to take its place. */
  successor: CallRow | null
}

export interface Orders {
  end?: EndReason
  /** The session has been kept as long as its agent says. */
  erase?: boolean
  attach?: boolean
  /** It is time for a fresh call. */
  rollOver?: boolean
  /** The one that was to take its place had its time. */
  giveUpSuccessor?: boolean
  retryHangUps?: boolean
  /** When to look again (ms since 1970). */
  next: number
}

export function watch(sight: Sight, now: number): Orders {
  const { call, ending } = sight
  const retryHangUps = ending > 0
  if (!call) return watchRest(sight, retryHangUps, now)
  const { capAt, rolloverAt } = timesOf(call, sight)
  const end = reasonToEnd(sight, call, capAt, now)
  if (end) return { end, retryHangUps, next: now + WATCH_EVERY_MS }
  const attach = call.state === 'live' && !sight.attached
  const rollOver = rolloverAt !== null && now >= rolloverAt
  const overlapEnd = sight.successor ? sight.successor.startedAt + OVERLAP_MS : Number.POSITIVE_INFINITY
  const due = [capAt, leaseEnd(sight) ?? capAt, rolloverAt === null || rollOver ? capAt : rolloverAt, overlapEnd]
  const giveUpSuccessor = now >= overlapEnd
  const next = Math.min(now + WATCH_EVERY_MS, ...due.filter((time) => time > now))
  return { attach, retryHangUps, rollOver, giveUpSuccessor, next }
}

/** Between calls: hang-ups that are not confirmed, and the end of the time that the session is kept. */
function watchRest({ session, lastActivity }: Sight, retryHangUps: boolean, now: number): Orders {
  const due = eraseAt(session.agent, lastActivity)
  const soon = now + WATCH_EVERY_MS
  if (now >= due) return { erase: true, retryHangUps, next: soon }
  return { retryHangUps, next: retryHangUps ? Math.min(soon, due) : due }
}

function reasonToEnd(sight: Sight, call: CallRow, capAt: number, now: number): EndReason | undefined {
  if (call.state === 'opening') return now - call.startedAt >= OPENING_MS ? 'dropped' : undefined
  if (now - call.startedAt >= sight.maxCallSeconds * 1000) return 'expired'
  if (now >= capAt) return 'time_cap'
  const deadline = leaseEnd(sight)
  return deadline !== undefined && now >= deadline ? 'widget_gone' : undefined
}

/** When a widget that is not heard of any more counts as gone. Undefined where no heartbeat is expected. */
function leaseEnd({ session, lastHeard }: Sight): number | undefined {
  if (!session.leased) return undefined
  if (lastHeard !== null) return lastHeard + LEASE_MS
  return session.widgetGoneAt === null ? undefined : session.widgetGoneAt + GRACE_MS
}
