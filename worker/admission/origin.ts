/**
 * Which websites may use an agent: exact match against its list. This is hygiene, not authentication: a program that is
 * not a browser can send any Origin. It keeps other people's pages from spending a site owner's money by accident.
 */
import type { Agent } from '../../protocol/agent.ts'
import { ParleyError } from '../../protocol/errors.ts'

/**
 * @param extra origins of EXTRA_ORIGINS, for local runs
 * @throws ParleyError origin_refused
 */
export function admitOrigin(agent: Agent, origin: string | undefined, extra: readonly string[]): string {
  if (origin && (agent.origins.includes(origin) || agent.origins.includes('*') || extra.includes(origin))) return origin
  throw new ParleyError(
    'origin_refused',
    origin ? `origin ${origin.slice(0, 200)}` : 'the request has no Origin header',
  )
}

/** `EXTRA_ORIGINS`: comma-separated. */
export function extraOrigins(variable: string | undefined): string[] {
  return (variable ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
}
