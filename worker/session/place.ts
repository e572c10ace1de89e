/** Where the object of a session is: its id tells, whatever its agent says meanwhile. */
import type { Agent, Jurisdiction } from '../../protocol/agent.ts'
import { newId } from '../../protocol/ids.ts'
import type { Session } from './session.ts'

type Sessions = Pick<DurableObjectNamespace<Session>, 'getByName' | 'jurisdiction'>
type Region = Agent['region']

export interface Places {
  SESSIONS: Sessions
  /** `off`: only for local runs, since workerd by itself has no jurisdictions. */
  JURISDICTIONS?: string
}

/** A fresh id for a session of an agent with this region. @param randomBytes where it is to be made of something */
export function newSessionId(region: Region, randomBytes?: (n: number) => Uint8Array): string {
  return newId(region === 'eu' || region === 'us' ? `ses_${region}_` : 'ses_', randomBytes)
}

/**
 * @param region of the agent, when the object may be new: where it comes to be. Later it stays where it is
 * @throws Error where the jurisdiction cannot be kept to
 */
export function sessionAt(env: Places, id: string, region?: Region): DurableObjectStub<Session> {
  const jurisdiction = jurisdictionOf(id)
  if (jurisdiction && env.JURISDICTIONS !== 'off') return env.SESSIONS.jurisdiction(jurisdiction).getByName(id)
  const isHint = region !== undefined && region !== 'eu' && region !== 'us'
  return env.SESSIONS.getByName(id, isHint ? { locationHint: region } : {})
}

function jurisdictionOf(id: string): Jurisdiction | undefined {
  if (id.startsWith('ses_eu_')) return 'eu'
  return id.startsWith('ses_us_') ? 'us' : undefined
}
