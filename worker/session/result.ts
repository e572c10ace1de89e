/** Answers of a session to the Worker. Thrown errors lose their class on the way, so refusals travel as values. */
import { type ErrorCode, ParleyError } from '../../protocol/errors.ts'
import type { EndReason } from '../../protocol/frames.ts'

/** `reason`: of `call_over`. `retryAfter`: when it is worth trying again (s). */
export type Refused = { ok: false; code: ErrorCode; reason?: EndReason | undefined; retryAfter?: number | undefined }
export type Result<T> = { ok: true; value: T } | Refused

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const refused = (code: ErrorCode, hints: Omit<Refused, 'ok' | 'code'> = {}): Refused => ({
  ok: false,
  code,
  ...hints,
})

/** @throws ParleyError with the code of the refusal */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  const { code, reason, retryAfter } = result
  throw new ParleyError(code, undefined, { reason, retryAfter })
}
