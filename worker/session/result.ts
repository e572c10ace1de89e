/** Answers of a session to the Worker. Thrown errors lose their class on the way, so refusals travel as values. */
import { type ErrorCode, ParleyError } from '../../protocol/errors.ts'
import type { EndReason } from '../../protocol/frames.ts'

/** `reason`: of `call_over`. */
export type Result<T> = { ok: true; value: T } | Refused
export type Refused = { ok: false; code: ErrorCode; reason?: EndReason }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const refused = (code: ErrorCode, reason?: EndReason): Refused =>
  reason === undefined ? { ok: false, code } : { ok: false, code, reason }

/** @throws ParleyError with the code of the refusal */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new ParleyError(result.code, undefined, { reason: result.reason })
}
