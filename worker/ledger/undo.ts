/** A start that turned out to be the repeat of an earlier one. */
import { type Books, type Count, release, visitorOf } from './budget.ts'
import { untake } from './pace.ts'

/** Nothing of it is left: neither the money that was set aside nor the count. Without its lease there was nothing. */
export function undo(before: Books, id: string, { starts, paces }: Omit<Count, 'visitor'>, now: number): Books {
  const lease = Object.hasOwn(before.leases, id) ? before.leases[id] : undefined
  const books = release(before, id, 0, now)
  if (!lease) return books
  const one = visitorOf(books, lease.visitor)
  const visitor = { ...one, pace: untake(one.pace, paces.visitor, starts) }
  return {
    ...books,
    pace: untake(books.pace, paces.agent, starts),
    visitors: { ...books.visitors, [lease.visitor]: visitor },
  }
}
