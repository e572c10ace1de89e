/** Answers of a session to the Worker. Thrown errors lose their class on the way, so refusals travel as values. */
import { type ErrorCode, ParleyError } from '../../protocol/errors.ts'

/** `retryAfter`: when it is worth trying again (s). */
type Refused = { ok: false; code: ErrorCode; retryAfter?: number | undefined }
export type Result<T> = { ok: true; value: T } | Refused

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const refused = (code: ErrorCode, retryAfter?: number): Refused => ({ ok: false, code, retryAfter })

/** @throws ParleyError with the code of the refusal */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new ParleyError(result.code, undefined, { retryAfter: result.retryAfter })
}
