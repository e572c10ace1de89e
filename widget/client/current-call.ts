/** The call that the conversation has at the moment: opened by the way that works, shown as live, hung up or lost. */
import type { FollowedCall } from '../../protocol/api.ts'
import type { EndReason } from '../../protocol/frames.ts'
import { type LostReason, TransportError } from '../call/transport.ts'
import { type CallParts, type LiveCall, openCall } from './call.ts'
import type { Connect } from './connection.ts'
import type { Path, Paths } from './path.ts'
import type { Speech } from './speech.ts'
import { trouble } from './trouble.ts'
import type { View } from './view.ts'
import { connectWebrtc } from './webrtc-connection.ts'

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
  parts: Omit<CallParts, 'sound'> & { speech: Speech; view: View; paths: Paths },
  handlers: CurrentCallHandlers,
  loadRelay = async (): Promise<Connect> => (await import('./relay-connection.ts')).connectRelay,
): CurrentCall {
  const { ports, keeper, faces, speech, view, paths } = parts
  let call: LiveCall | null = null

  function over(reason: EndReason | LostReason): void {
    const lost = call?.id ?? ''
    call = null
    handlers.over(reason, lost)
  }

  function slow(isSlow: boolean): void {
    if (isSlow) view.setTrouble(trouble('slow_network'))
    else if (view.trouble.value?.code === 'slow_network') view.setTrouble(null)
  }

  async function openBy(path: Path, signal: AbortSignal, after: FollowedCall | undefined): Promise<void> {
    const sound = speech.sound
    const connect = path === 'relay' ? await loadRelay() : connectWebrtc
    signal.throwIfAborted()
    const called = { newSession: handlers.newSession, over, slow }
    const opened = await openCall(signal, connect, { ...parts, sound }, called, after)
    signal.throwIfAborted()
    call = opened
    paths.worked(path, (await faces.load()).transport)
    view.path.value = path
  }

  return {
    async open(signal, after) {
      const path = paths.choose(view.face.value?.transport ?? 'auto')
      try {
        await openBy(path, signal, after)
      } catch (error) {
        if (signal.aborted || !(error instanceof TransportError)) throw error
        const other = paths.failed(path, (await faces.load()).transport)
        signal.throwIfAborted()
        if (!other) throw error
        await openBy(other, signal, after).catch((second: unknown) => {
          // What cannot be had here at all tells the visitor less than why the first way failed.
          throw second instanceof TransportError && second.code === 'webrtc_missing' ? error : second
        })
      }
      view.liveSince.value = ports.clock.now()
      speech.setLive(true)
    },
    hangUp: (leaving) => (call ? keeper.hangUp(call.id, leaving) : null),
    forget() {
      call = null
      view.path.value = null
      speech.setLive(false)
      view.liveSince.value = null
      view.activity.value = 'listening'
    },
  }
}
