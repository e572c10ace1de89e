/** The call that the conversation has at the moment: opened by the way that works (ways.ts), shown as live, rolled over, hung up or lost. */
import type { FollowedCall } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import type { LostReason } from '../call/transport.ts'
import { type CallParts, isEndReason, type LiveCall } from './call.ts'
import type { Paths } from './path.ts'
import { createRollover } from './rollover.ts'
import type { Speech } from './speech.ts'
import { trouble } from './trouble.ts'
import type { View } from './view.ts'
import { openByPath } from './ways.ts'

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
  /** The broker asks for a fresh call in place of this one. */
  rollOver(call: string): void
  /** Tells the broker, and does not wait for it. Null when there is no call. `leaving`: the page goes away. */
  hangUp(leaving?: boolean): Promise<void> | null
  /** There is no call any more. */
  forget(): void
}

export function createCurrentCall(
  parts: Omit<CallParts, 'sound'> & { speech: Speech; view: View; paths: Paths },
  handlers: CurrentCallHandlers,
): CurrentCall {
  const { ports, keeper, speech, view } = parts
  let call: LiveCall | null = null

  const rollover = createRollover({
    clock: ports.clock,
    open: connect,
    swap(next) {
      const older = call
      call = next
      next.play()
      older?.close()
    },
  })

  function connect(signal: AbortSignal, after?: FollowedCall): Promise<LiveCall> {
    const sound = speech.sound
    const over = (reason: EndReason | LostReason, of: string) => {
      if (of === call?.id) lost(reason, of)
    }
    return openByPath(signal, { ...parts, sound }, { newSession: handlers.newSession, over, slow }, after)
  }

  function slow(isSlow: boolean): void {
    if (isSlow) view.setTrouble(trouble('slow_network'))
    else if (view.trouble.value?.code === 'slow_network') view.setTrouble(null)
  }

  function lost(reason: EndReason | LostReason, of: string): void {
    const tell = () => {
      call = null
      rollover.cancel()
      handlers.over(reason, of)
    }
    // Its connection may break before the news that another call has taken over.
    if (!isEndReason(reason) || reason === 'rolled_over') rollover.breaks(tell)
    else tell()
  }

  return {
    async open(signal, after) {
      const opened = await connect(signal, after)
      signal.throwIfAborted()
      call = opened
      view.liveSince.value = ports.clock.now()
      speech.setLive(true)
    },
    rollOver(asked) {
      if (call?.id === asked) rollover.begin(asked)
    },
    hangUp: (leaving) => (call ? keeper.hangUp(call.id, leaving) : null),
    forget() {
      call = null
      slow(false)
      view.path.value = null
      rollover.cancel()
      speech.setLive(false)
      view.liveSince.value = null
      view.activity.value = 'listening'
    },
  }
}
