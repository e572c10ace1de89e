/** From when the times of an export are counted. */
import { ok, type Result, refused } from './result.ts'
import type { SessionRow, Store } from './store.ts'

/** When a call began, or the first of all (ms since 1970); the session itself when it never had one. */
export function beganAt(
  store: Pick<Store, 'firstCall' | 'call'>,
  session: SessionRow,
  callId: string | undefined,
): Result<number> {
  const call = callId === undefined ? store.firstCall() : store.call(callId)
  if (callId !== undefined && !call) return refused('call_not_found')
  return ok(call?.startedAt ?? session.createdAt)
}
