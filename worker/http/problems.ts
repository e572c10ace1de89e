/** Errors as RFC 9457 problem documents. */
import { type ErrorCode, ParleyError } from '../../protocol/errors.ts'
import type { AppContext } from './context.ts'

/** When it may be worth trying again. */
const RETRY_AFTER_S: Partial<Record<ErrorCode, string>> = { provider_busy: '3', too_many_calls: '30' }

export function answerProblem(error: unknown, c: AppContext): Response {
  const known = error instanceof ParleyError ? error : new ParleyError('internal', undefined, { cause: error })
  if (known.status >= 500) c.get('log').error(known.code, { path: c.req.routePath, cause: causeName(error) })
  return Response.json(known.toProblem(), {
    status: known.status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(Object.hasOwn(RETRY_AFTER_S, known.code) ? { 'Retry-After': RETRY_AFTER_S[known.code] } : {}),
    },
  })
}

/** Name of the innermost error, never its message: that may quote what a visitor or the provider has sent. */
function causeName(error: unknown): string | undefined {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.name : undefined
}
