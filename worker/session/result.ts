/** Answers of a session to the Worker. Thrown errors lose their class on the way, so refusals travel as values. */
import { type ErrorCode, ParleyError } from '../../protocol/errors.ts'

export type Result<T> = { ok: true; value: T } | { ok: false; code: ErrorCode }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const refused = (code: ErrorCode): { ok: false; code: ErrorCode } => ({ ok: false, code })

/** @throws ParleyError with the code of the refusal */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new ParleyError(result.code)
}
