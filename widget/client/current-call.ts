/** The call that the conversation has at the moment: opened, shown as live, hung up or lost. */
import type { FollowedCall } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import type { LostReason } from '../call/transport.ts'
import { type CallParts, type LiveCall, openCall } from './call.ts'
import type { Speech } from './speech.ts'
import type { View } from './view.ts'

export interface CurrentCallHandlers {
  newSession(): void
  /** The call is over, by its id. Not told of one that was let go of. */
  over(reason: EndReason | LostReason, call: string): void
}

export interface CurrentCall {
  /**
   * Resolves when a call is live; it is let go of when `signal` aborts.
   * @param after the call that it follows by itself
   */
  open(signal: AbortSignal, after?: FollowedCall): Promise<void>
  /** Tells the broker, and does not wait for it. Null when there is no call. `leaving`: the page goes away. */
  hangUp(leaving?: boolean): Promise<void> | null
  /** There is no call any more. */
  forget(): void
}

export function createCurrentCall(
  parts: Omit<CallParts, 'sound'> & { speech: Speech; view: View },
  handlers: CurrentCallHandlers,
): CurrentCall {
  const { ports, keeper, speech, view } = parts
  let call: LiveCall | null = null

  function over(reason: EndReason | LostReason): void {
    const lost = call?.id ?? ''
    call = null
    handlers.over(reason, lost)
  }

  return {
    async open(signal, after) {
      const sound = speech.sound
      const opened = await openCall(signal, { ...parts, sound }, { newSession: handlers.newSession, over }, after)
      signal.throwIfAborted()
      call = opened
      view.liveSince.value = ports.clock.now()
      speech.setLive(true)
    },
    hangUp: (leaving) => (call ? keeper.hangUp(call.id, leaving) : null),
    forget() {
      call = null
      speech.setLive(false)
      view.liveSince.value = null
      view.activity.value = 'listening'
    },
  }
}
