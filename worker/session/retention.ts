/** How long a session is kept after its last activity, decided from rows and the time alone. */
import type { Agent } from '../../protocol/agent.ts'

const DAY_MS = 24 * 3_600_000
/**
 * `retentionDays: 0` promises that nothing can be read any more 15 min after the last activity. A minute is left for an
 * alarm that comes late or has to try again.
 */
export const SHORTEST_RETENTION_MS = 14 * 60_000
/** Sessions from before the setting existed. */
const DEFAULT_DAYS = 30

/** When a session is to be erased unless something happens until then (ms since 1970). */
export function eraseAt(agent: Partial<Pick<Agent, 'retentionDays'>>, lastActivity: number): number {
  return lastActivity + Math.max(SHORTEST_RETENTION_MS, (agent.retentionDays ?? DEFAULT_DAYS) * DAY_MS)
}
