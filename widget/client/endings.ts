/** How a conversation ends, or a start comes to nothing: what is let go of, which state follows and what is told. */
import type { EndReason } from '../../protocol/frames.ts'
import type { LostReason } from '../call/transport.ts'
import { BrokerError } from './broker.ts'
import type { Feed } from './feed.ts'
import type { Keeper } from './keeper.ts'
import type { Session } from './session.ts'
import { isCap, isSessionGone, isSuperseded, limitReached, trouble, troubleOf } from './trouble.ts'
import type { ConversationState, Trouble } from './types.ts'
import type { View } from './view.ts'

/** The thread says why, or there is nothing to say: calling again would only repeat it. */
const SAID: ReadonlySet<string> = new Set(['visitor', 'tampered', 'assistant', 'idle', 'owner'])

export interface EndingsParts {
  view: View
  keeper: Keeper
  feed: Feed
  session: Pick<Session, 'forget'>
  /** Lets go of everything. */
  release(): void
  /** Lets go of what only speaking needs. */
  releaseVoice(): void
}

export function createEndings({ view, keeper, feed, session, release, releaseVoice }: EndingsParts) {
  /** What to tell, and what a session that cannot be used any more means for the next start. */
  function failed(error: unknown, takeOver = false): Trouble {
    // Even the tab that had it could not hand over a token that is valid: only a new session helps.
    const isBeyondReach = takeOver && isSuperseded(error)
    if (isBeyondReach || isSessionGone(error)) keeper.forget()
    return isBeyondReach ? { ...troubleOf(error), ways: ['retry'] } : troubleOf(error)
  }

  function finish(problem: Trouble | null): void {
    release()
    view.setState('ended')
    if (problem) view.setTrouble(problem)
  }

  function superseded(): void {
    finish(trouble('superseded'))
  }

  function erased(): void {
    session.forget()
    finish(trouble('session_not_found'))
  }

  /** A start came to nothing: back to where it began. */
  function settle(from: ConversationState, problem: Trouble): void {
    const isTextStillUp = from === 'live' && feed.up && problem.code !== 'superseded' && keeper.link.value !== null
    if (isTextStillUp) {
      releaseVoice()
      view.mode.value = 'text'
      view.setState('live')
    } else {
      release()
      view.setState(from === 'idle' && problem.code !== 'superseded' ? 'idle' : 'ended')
    }
    view.setTrouble(problem)
  }

  /** An end for good, whoever told of it first: its notice or the refusal of the next call. False for any other. */
  function over(reason: EndReason | LostReason | undefined): boolean {
    if (reason !== undefined && SAID.has(reason)) finish(null)
    else if (reason === 'superseded') superseded()
    else if (reason === 'erased') erased()
    else if (reason === 'revoked') finish(failed(new BrokerError('token_revoked')))
    else if (reason !== undefined && isCap(reason)) finish(limitReached(reason))
    else return false
    return true
  }

  return { failed, finish, superseded, erased, settle, over }
}
