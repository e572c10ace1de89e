/** What visitors have agreed to: which wording, and when. Kept as long as the session. */
import { createHash } from 'node:crypto'
import type { Agent } from '../../protocol/agent.ts'
import type { ConsentGiven, ConsentRecord } from '../../protocol/consent.ts'
import { ok, type Result, refused } from './result.ts'
import type { SessionRow } from './store.ts'

/** Names the wording that an agent asks consent to; null where it asks for none. */
export function consentVersion(asked: Agent['consent']): string | null {
  if (!asked) return null
  const { text, url, version } = asked
  return (
    version ??
    createHash('sha256')
      .update(JSON.stringify([text, url ?? '']))
      .digest('hex')
  )
}

export function consentRecord({ version, lang }: ConsentGiven, now: number): ConsentRecord {
  return { version, at: now, lang: lang ?? null }
}

/**
 * The session with what its visitor has agreed to now. Refused where the agent asks for something else than was agreed to.
 * @param asked by the agent as it is deployed now, which may be newer than the one of the session
 */
export function agreed(
  session: SessionRow,
  asked: Agent['consent'],
  given: ConsentGiven | undefined,
  now: number,
): Result<SessionRow> {
  const version = consentVersion(asked)
  const { consents = [] } = session
  if (version === null || consents.at(-1)?.version === version) return ok(session)
  if (given?.version !== version) return refused('consent_required')
  return ok({ ...session, consents: [...consents, consentRecord(given, now)] })
}
