/** Errors as RFC 9457 problem documents. */
import { type ErrorCode, ParleyError } from '../../protocol/errors.ts'
import type { AppContext } from './context.ts'

/** When it is worth trying again (s), where the error itself does not know. */
const RETRY_AFTER: Partial<Record<ErrorCode, number>> = {
  provider_busy: 3,
  idempotency_in_flight: 1,
  too_many_calls: 30,
  rate_limited: 60,
  identity_unavailable: 5,
  bot_check_unavailable: 5,
}

export function answerProblem(error: unknown, c: AppContext): Response {
  const known = error instanceof ParleyError ? error : new ParleyError('internal', undefined, { cause: error })
  if (known.status >= 500) c.get('log').error(known.code, { path: c.req.routePath, cause: causeName(error) })
  const retryAfter = known.retryAfter ?? RETRY_AFTER[known.code]
  return Response.json(known.toProblem(), {
    status: known.status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    },
  })
}

/** Name of the innermost error, never its message: that may quote what a visitor or the provider has sent. */
function causeName(error: unknown): string | undefined {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.name : undefined
}
