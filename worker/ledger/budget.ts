/**
 * The accounting of one agent, over plain data: money is set aside before it can be spent, and settled with what was
 * spent. Settled and set-aside money together never exceed a cap, so spending can exceed it only where a call costs more
 * than its own worst case.
 */
import type { MicroUsd } from './money.ts'

/** Money set aside for what carries one conversation: a call, or a text line. */
export interface Lease {
  id: string
  session: string
  kind: 'call' | 'text'
  /** Settled so far. Only grows, so a repeated or late message changes nothing. */
  spent: MicroUsd
  /** Set aside beyond that. */
  held: MicroUsd
  /** ms since 1970. A lease that nobody renews ends then. */
  expiresAt: number
}

export interface Books {
  /** UTC day, YYYY-MM-DD. */
  day: string
  /** Settled on that day. */
  daySpent: MicroUsd
  /** Settled in the month of that day, the day included. */
  monthSpent: MicroUsd
  leases: Readonly<Record<string, Lease>>
}

export interface Caps {
  day: MicroUsd
  month: MicroUsd | null
  /** Calls at the same time. */
  calls: number
}

export interface Hold {
  id: string
  session: string
  kind: Lease['kind']
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
  cap: MicroUsd
  /** Spent, or set aside for others. */
  used: MicroUsd
}

export type HoldAnswer =
  | { ok: true; held: MicroUsd; spent: MicroUsd; tightest: Room }
  | { ok: false; code: 'budget_exhausted' | 'too_many_calls'; spent: MicroUsd }

/** A lease that is not renewed ends after this time (ms): its session is lost and cannot tell any more. */
export const LEASE_MS = 10 * 60_000

export function emptyBooks(now: number): Books {
  return { day: dayOf(now), daySpent: 0, monthSpent: 0, leases: {} }
}

/** Settles what was spent, then sets aside what the next answer needs. A refusal leaves what was set aside before. */
export function hold(before: Books, ask: Hold, now: number): { books: Books; answer: HoldAnswer } {
  const earlier = Object.hasOwn(before.leases, ask.id) ? before.leases[ask.id] : undefined
  const books = earlier ? settle(before, earlier, ask.spent, now) : turnTo(before, now)
  const lease = books.leases[ask.id]
  // A lease that has ended by itself was charged for everything then: what it says now only continues the count.
  const spent = lease?.spent ?? ask.spent ?? 0
  if (!lease && ask.kind === 'call' && callsBeside(books, ask.session) >= ask.caps.calls) {
    return { books, answer: { ok: false, code: 'too_many_calls', spent } }
  }
  const tightest = tightestBeside(books, ask.id, ask.caps)
  const free = tightest.cap - tightest.used
  if (free < ask.need) return { books, answer: { ok: false, code: 'budget_exhausted', spent } }
  const held = Math.min(Math.max(ask.wish, ask.need), free)
  const { id, session, kind } = ask
  const next = withLease(books, { id, session, kind, spent, held, expiresAt: now + LEASE_MS })
  return { books: next, answer: { ok: true, held, spent, tightest } }
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

export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10)
}

export function monthOf(day: string): string {
  return day.slice(0, 7)
}

function settle(before: Books, lease: Lease, total: MicroUsd | null, now: number): Books {
  const books = turnTo(before, now)
  const spent = total === null ? lease.spent + lease.held : Math.max(lease.spent, total)
  const more = spent - lease.spent
  return withLease(
    { ...books, daySpent: books.daySpent + more, monthSpent: books.monthSpent + more },
    { ...lease, spent, held: Math.max(0, lease.held - more) },
  )
}

/** What a call spends counts for the day on which it is settled. */
function turnTo(books: Books, now: number): Books {
  const day = dayOf(now)
  if (day <= books.day) return books
  return { ...books, day, daySpent: 0, monthSpent: monthOf(day) === monthOf(books.day) ? books.monthSpent : 0 }
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

function tightestBeside({ daySpent, monthSpent, leases }: Books, id: string, caps: Caps): Room {
  const others = Object.values(leases).reduce((sum, lease) => (lease.id === id ? sum : sum + lease.held), 0)
  const day = { cap: caps.day, used: daySpent + others }
  if (caps.month === null) return day
  const month = { cap: caps.month, used: monthSpent + others }
  return month.cap - month.used < day.cap - day.used ? month : day
}
