/** Errors as RFC 9457 problem documents. */
import { ParleyError } from '../../protocol/errors.ts'
import type { AppContext } from './context.ts'

export function answerProblem(error: unknown, c: AppContext): Response {
  const known = error instanceof ParleyError ? error : new ParleyError('internal', undefined, { cause: error })
  if (known.status >= 500) c.get('log').error(known.code, { path: c.req.routePath, cause: causeName(error) })
  return Response.json(known.toProblem(), {
    status: known.status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(known.code === 'provider_busy' ? { 'Retry-After': '3' } : {}),
    },
  })
}

/** Name of the innermost error, never its message: that may quote what a visitor or the provider has sent. */
function causeName(error: unknown): string | undefined {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.name : undefined
}
