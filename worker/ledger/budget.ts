/**
 * The accounting of one agent, over plain data: money is set aside before it can be spent, and settled with what was
 * spent. Settled and set-aside money together never exceed a cap, so spending can exceed it only where a call costs more
 * than its own worst case. Starts are counted along with it.
 */
import type { MicroUsd } from './money.ts'
import { type Allowance, later, type Pace, RESTED, type Start, take } from './pace.ts'

/** Money set aside for what carries one conversation: a call, or a text line. */
export interface Lease {
  id: string
  session: string
  kind: 'call' | 'text'
  /** Who it counts for: a hash, or the session where nothing tells visitors apart (admission/visitor.ts). */
  visitor: string
  /** Settled so far. Only grows, so a repeated or late message changes nothing. */
  spent: MicroUsd
  /** The part of it that was settled on the day of the books. */
  today: MicroUsd
  /** Set aside beyond that. */
  held: MicroUsd
  /** ms since 1970. A lease that nobody renews ends then. */
  expiresAt: number
  /** Allowances right after it began: stored with it, so that a start costs no row of its own. */
  began: { agent: Pace; visitor: Pace }
}

/** What one visitor has used of the day of the books. */
export interface Visitor {
  spent: MicroUsd
  pace: Pace
}

export interface Books {
  /** UTC day, YYYY-MM-DD. */
  day: string
  /** Settled on that day. */
  daySpent: MicroUsd
  /** Settled in the month of that day, the day included. */
  monthSpent: MicroUsd
  /** Starts of all visitors. */
  pace: Pace
  /** Visitors with a lease, and the one who asks. The others rest in their rows. */
  visitors: Readonly<Record<string, Visitor>>
  leases: Readonly<Record<string, Lease>>
}

/** Which cap of the ledger, in the words of the frames. */
export type LedgerCap = 'day_cap' | 'visitor_cap'

export interface Paces {
  agent: Allowance
  visitor: Allowance
}

export interface Caps {
  day: MicroUsd
  /** One visitor on one day. */
  visitorDay: MicroUsd | null
  month: MicroUsd | null
  /** Calls at the same time. */
  calls: number
  /** Starts in an hour. */
  paces: Paces
}

export interface Hold {
  id: string
  session: string
  kind: Lease['kind']
  visitor: string
  /** What begins with it, to be counted. Without effect on a lease that is there already. */
  starts: readonly Start[]
  /** All that the lease has spent until now; null: not known any more, so that everything set aside counts as spent. */
  spent: MicroUsd | null
  /** What must be free for the next answer. */
  need: MicroUsd
  /** What is taken if so much is free, to ask less often. At least `need`. */
  wish: MicroUsd
  caps: Caps
}

/** The cap that will be reached first. */
export interface Room {
  of: LedgerCap
  cap: MicroUsd
  /** Spent, or set aside for others. */
  used: MicroUsd
}

export type HoldAnswer =
  | { ok: true; held: MicroUsd; spent: MicroUsd; tightest: Room }
  | {
      ok: false
      code: 'budget_exhausted' | 'visitor_budget_exhausted' | 'too_many_calls' | 'agent_paused'
      spent: MicroUsd
    }
  | ({ ok: false; spent: MicroUsd } & TooFast)

/** Too many starts. `retryAfter`: when one more is allowed (s). */
export interface TooFast {
  code: 'rate_limited'
  /** Whose allowance is used up. */
  whose: 'agent' | 'visitor'
  retryAfter: number
}

/** A lease that is not renewed ends after this time (ms): its session is lost and cannot tell any more. */
export const LEASE_MS = 10 * 60_000

export function emptyBooks(now: number): Books {
  return { day: dayOf(now), daySpent: 0, monthSpent: 0, pace: RESTED, visitors: {}, leases: {} }
}

/** Settles what was spent, then sets aside what the next answer needs. A refusal leaves what was set aside before. */
export function hold(before: Books, ask: Hold, now: number): { books: Books; answer: HoldAnswer } {
  const earlier = Object.hasOwn(before.leases, ask.id) ? before.leases[ask.id] : undefined
  const books = earlier ? settle(before, earlier, ask.spent, now) : turnTo(before, now)
  const lease = books.leases[ask.id]
  // A lease that has ended by itself was charged for everything then: what it says now only continues the count.
  const spent = lease?.spent ?? ask.spent ?? 0
  const visitor = lease?.visitor ?? ask.visitor
  const counted = count(books, { visitor, starts: lease ? [] : ask.starts, paces: ask.caps.paces }, now)
  if (!counted.ok) return { books, answer: { ...counted.tooFast, ok: false, spent } }
  if (!lease && ask.kind === 'call' && callsBeside(books, ask.session) >= ask.caps.calls) {
    return { books, answer: { ok: false, code: 'too_many_calls', spent } }
  }
  const tightest = tightestBeside(books, ask.id, visitor, ask.caps)
  const free = tightest.cap - tightest.used
  if (free < ask.need) return { books, answer: { ok: false, code: CODES[tightest.of], spent } }
  const held = Math.min(Math.max(ask.wish, ask.need), free)
  const next = withLease(counted.books, {
    id: ask.id,
    session: ask.session,
    kind: ask.kind,
    visitor,
    spent,
    today: lease?.today ?? 0,
    held,
    expiresAt: now + LEASE_MS,
    began: lease?.began ?? { agent: counted.books.pace, visitor: visitorOf(counted.books, visitor).pace },
  })
  return { books: next, answer: { ok: true, held, spent, tightest } }
}

export interface Count {
  visitor: string
  starts: readonly Start[]
  paces: Paces
}

/** Counts what begins, for its visitor and for the agent. What is refused is not counted. */
export function count(
  before: Books,
  { visitor, starts, paces }: Count,
  now: number,
): { ok: true; books: Books } | { ok: false; books: Books; tooFast: TooFast } {
  const books = turnTo(before, now)
  if (starts.length === 0) return { ok: true, books }
  const one = visitorOf(books, visitor)
  const taken = take(one.pace, paces.visitor, starts, now)
  if (!taken.ok) return { ok: false, books, tooFast: tooFast('visitor', taken.waitMs) }
  const all = take(books.pace, paces.agent, starts, now)
  if (!all.ok) return { ok: false, books, tooFast: tooFast('agent', all.waitMs) }
  const visitors = { ...books.visitors, [visitor]: { ...one, pace: taken.pace } }
  return { ok: true, books: { ...books, pace: all.pace, visitors } }
}

/** Settles the rest and gives back what was set aside. An unknown lease was released before. */
export function release(before: Books, id: string, spent: MicroUsd | null, now: number): Books {
  const lease = Object.hasOwn(before.leases, id) ? before.leases[id] : undefined
  if (!lease) return turnTo(before, now)
  const books = settle(before, lease, spent, now)
  const { [id]: _, ...leases } = books.leases
  return { ...books, leases }
}

/** Ends the leases that nobody has renewed. What they had set aside counts as spent: unknown is not nothing. */
export function expire(before: Books, now: number): Books {
  const over = Object.values(before.leases).filter((lease) => lease.expiresAt <= now)
  return over.reduce((books, lease) => release(books, lease.id, null, now), turnTo(before, now))
}

/** When the first lease ends by itself (ms since 1970). */
export function nextExpiry(books: Books): number | null {
  const times = Object.values(books.leases).map((lease) => lease.expiresAt)
  return times.length > 0 ? Math.min(...times) : null
}

/** When the day (UTC) is over (ms since 1970). */
export function nextMidnight(now: number): number {
  return new Date(now).setUTCHours(24, 0, 0, 0)
}

/** Visitors without a lease rest in their rows. */
export function withoutIdle(books: Books): Books {
  const busy = new Set(Object.values(books.leases).map((lease) => lease.visitor))
  const visitors = Object.entries(books.visitors).filter(([id]) => busy.has(id))
  return { ...books, visitors: Object.fromEntries(visitors) }
}

export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10)
}

export function monthOf(day: string): string {
  return day.slice(0, 7)
}

/** What is known of a visitor. */
export function visitorOf({ visitors }: Pick<Books, 'visitors'>, id: string): Visitor {
  return (Object.hasOwn(visitors, id) ? visitors[id] : undefined) ?? { spent: 0, pace: RESTED }
}

/** Allowances as the leases remember them, where those are newer than what was stored elsewhere. */
export function recallPaces(books: Books): Books {
  let { pace } = books
  const visitors = { ...books.visitors }
  for (const { visitor, began } of Object.values(books.leases)) {
    const one = visitorOf({ visitors }, visitor)
    pace = later(pace, began.agent)
    visitors[visitor] = { ...one, pace: later(one.pace, began.visitor) }
  }
  return { ...books, pace, visitors }
}

function settle(before: Books, stale: Lease, total: MicroUsd | null, now: number): Books {
  const books = turnTo(before, now)
  const lease = books.leases[stale.id] ?? stale
  const spent = total === null ? lease.spent + lease.held : Math.max(lease.spent, total)
  const more = spent - lease.spent
  if (more === 0) return withLease(books, { ...lease, spent })
  const { visitor } = lease
  const one = visitorOf(books, visitor)
  return withLease(
    {
      ...books,
      daySpent: books.daySpent + more,
      monthSpent: books.monthSpent + more,
      visitors: { ...books.visitors, [visitor]: { ...one, spent: one.spent + more } },
    },
    { ...lease, spent, today: lease.today + more, held: Math.max(0, lease.held - more) },
  )
}

/**
 * What a call spends counts for the day on which it is settled. Visitors are forgotten with their day, so that a loop over
 * midnight gets one more allowance.
 */
export function turnTo(books: Books, now: number): Books {
  const day = dayOf(now)
  if (day <= books.day) return books
  const leases = Object.values(books.leases).map((lease) => [lease.id, { ...lease, today: 0 }])
  return recallPaces({
    ...books,
    day,
    daySpent: 0,
    monthSpent: monthOf(day) === monthOf(books.day) ? books.monthSpent : 0,
    visitors: {},
    leases: Object.fromEntries(leases),
  })
}

function withLease(books: Books, lease: Lease): Books {
  return { ...books, leases: { ...books.leases, [lease.id]: lease } }
}

/** A session has one call at a time: a newer one takes the place of its older one. */
function callsBeside({ leases }: Books, session: string): number {
  const sessions = Object.values(leases)
    .filter((lease) => lease.kind === 'call' && lease.session !== session)
    .map((lease) => lease.session)
  return new Set(sessions).size
}

function tightestBeside(
  { daySpent, monthSpent, visitors, leases }: Books,
  id: string,
  visitor: string,
  caps: Caps,
): Room {
  const others = Object.values(leases).filter((lease) => lease.id !== id)
  const heldBy = (some: Lease[]) => some.reduce((sum, lease) => sum + lease.held, 0)
  const all = heldBy(others)
  const rooms: Room[] = [{ of: 'day_cap', cap: caps.day, used: daySpent + all }]
  if (caps.month !== null) rooms.push({ of: 'day_cap', cap: caps.month, used: monthSpent + all })
  if (caps.visitorDay !== null) {
    const used = visitorOf({ visitors }, visitor).spent + heldBy(others.filter((lease) => lease.visitor === visitor))
    rooms.push({ of: 'visitor_cap', cap: caps.visitorDay, used })
  }
  return rooms.reduce((a, b) => (b.cap - b.used < a.cap - a.used ? b : a))
}

const CODES = { day_cap: 'budget_exhausted', visitor_cap: 'visitor_budget_exhausted' } as const

function tooFast(whose: TooFast['whose'], waitMs: number): TooFast {
  return { code: 'rate_limited', whose, retryAfter: Math.ceil(waitMs / 1000) }
}
