/**
 * Which generations of a session's token are good. The newest used one and its successor are; the predecessor is late,
 * which happens to a duplicated tab; anything older can only be a copy, so all tokens of the session are revoked. A token
 * lives as long as the conversation is used. Only the session's own clock counts and tokens carry no time, so that neither
 * a visitor's clock nor the difference between two machines of the broker can matter.
 */
import type { ErrorCode } from '../../protocol/errors.ts'
import type { SessionRow } from './store.ts'

/** A conversation that nobody used for this long (ms) cannot be opened with its token any more. */
export const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000
/** Uses are written down at most this often (ms): a row written costs more than the precision is worth. */
const USE_NOTED_EVERY_MS = 60 * 60 * 1000

export interface Judgement {
  /** The row to be kept: the same object when nothing changed. */
  session: SessionRow
  /** Why the token is refused. */
  refused?: Extract<ErrorCode, 'token_invalid' | 'token_superseded' | 'token_expired' | 'token_revoked'>
  /** This very token made it necessary to revoke all. */
  revoked?: true
}

/** @param lastHeard when a connected widget was last heard of (ms since 1970), null when none is connected */
export function judgeToken(session: SessionRow, generation: number, now: number, lastHeard: number | null): Judgement {
  const { tokenUsed } = session
  if (!Number.isInteger(generation) || generation > tokenUsed + 1) return { session, refused: 'token_invalid' }
  if (generation < (session.tokensFrom ?? 1)) return { session, refused: 'token_revoked' }
  if (generation < tokenUsed - 1) return { session: revoke(session), refused: 'token_revoked', revoked: true }
  if (generation < tokenUsed) return { session, refused: 'token_superseded' }
  const lastUse = Math.max(session.createdAt, session.tokenUsedAt ?? 0, session.widgetGoneAt ?? 0, lastHeard ?? 0)
  if (now - lastUse > TOKEN_LIFE_MS) return { session, refused: 'token_expired' }
  const noted = generation === tokenUsed && now - (session.tokenUsedAt ?? 0) < USE_NOTED_EVERY_MS
  return { session: noted ? session : { ...session, tokenUsed: generation, tokenUsedAt: now } }
}

/** The generation after the next is the first that nobody can have yet. */
function revoke(session: SessionRow): SessionRow {
  return { ...session, tokensFrom: session.tokenUsed + 2, tokenUsed: session.tokenUsed + 1 }
}
