/** Whether a widget may call by itself, after a call that is over or beside one that is near its end. */
import type { FollowedCall } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import { type Bounds, timesOf } from './call-times.ts'
import { type Refused, refused } from './result.ts'
import type { Store } from './store.ts'

/** After these nobody but the visitor may begin another call. */
const FOR_GOOD: ReadonlySet<EndReason> = new Set([
  'tampered',
  'assistant',
  'time_cap',
  'cost_cap',
  'day_cap',
  'visitor_cap',
  'revoked',
  'erased',
  'idle',
  'owner',
])
/** The call itself was hung up, or the conversation went on elsewhere: its widget must not come back by itself. */
const LET_GO: ReadonlySet<EndReason> = new Set(['visitor', 'superseded'])

/** Only when the call was not ended for good, nor a newer one since. */
export function refuseFollowing(store: Pick<Store, 'call' | 'callsAfter'>, after: FollowedCall): Refused | null {
  const followed = store.call(after.call)
  if (!followed) return refused('call_not_found')
  // A try that did not connect was hung up by the widget itself.
  const isOwnTry = after.because === 'unconnected' && followed.reason === 'visitor'
  if (followed.reason && LET_GO.has(followed.reason) && !isOwnTry) {
    return refused('call_over', { reason: followed.reason })
  }
  // A try of the widget that came to nothing stands between; it was let go by the widget itself.
  for (const { reason } of [followed, ...store.callsAfter(followed.generation)]) {
    if (reason && FOR_GOOD.has(reason)) return refused('call_over', { reason })
  }
  return null
}

/** Only the live call can be rolled over, and when it is time. */
export function refuseRollover(
  store: Pick<Store, 'currentCall'>,
  after: FollowedCall,
  bounds: Bounds,
  now: number,
): Refused | null {
  const call = store.currentCall()
  if (call?.id !== after.call || call.state !== 'live' || !call.ready) return refused('rollover_refused')
  const { rolloverAt } = timesOf(call, bounds)
  return rolloverAt !== null && now >= rolloverAt ? null : refused('rollover_refused')
}
