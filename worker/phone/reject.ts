/** What a caller's network is told about a call that is not taken (RFC 3261 21). */
import type { ErrorCode } from '../../protocol/errors.ts'

export type Refusal = 'unknown_number' | 'closed' | ErrorCode

/** 404 Not Found, 480 Temporarily Unavailable, 486 Busy Here. */
const STATUS: Partial<Record<Refusal, number>> = {
  unknown_number: 404,
  closed: 480,
  too_many_calls: 486,
  rate_limited: 486,
  visitor_budget_exhausted: 486,
}

/** 503 where it is not the caller's doing: a trunk with a second route tries that then. */
export function sipStatus(refusal: Refusal): number {
  return STATUS[refusal] ?? 503
}
