/** What a broken event socket means: a pause of a text conversation, or the end of the session. */
import type { Clock } from '../clock.ts'
import { RECONNECT_RULES } from './reconnect.ts'
import { isSessionGone, isSuperseded } from './trouble.ts'
import type { View } from './view.ts'

/** So many failures in a row, and the reason is asked for by HTTP: a browser does not tell why a socket did not open. */
const FAILURES_BEFORE_PROBE = 2

export interface SocketWatch {
  down(failures: number): void
  up(): void
  stop(): void
}

export function createSocketWatch(
  parts: { clock: Clock; network: { readonly onLine: boolean }; view: View; probe(): Promise<void> },
  handlers: { gaveUp(): void; over(error: unknown): void },
): SocketWatch {
  const { clock, network, view, probe } = parts
  let cancelLimit = () => {}

  function arm(): void {
    cancelLimit = clock.after(RECONNECT_RULES.limitMs, () => {
      if (network.onLine) handlers.gaveUp()
      else arm()
    })
  }

  return {
    /** For a voice call the socket alone is no drop: the sound goes on while it comes back. */
    down(failures) {
      if (view.mode.value === 'text' && view.state.value === 'live') {
        view.setState('reconnecting')
        arm()
      }
      if (failures % FAILURES_BEFORE_PROBE !== 0) return
      probe().catch((error: unknown) => {
        // Anything else passes: the socket keeps trying by itself.
        if (isSuperseded(error) || isSessionGone(error)) handlers.over(error)
      })
    },
    up() {
      if (view.mode.value !== 'text' || view.state.value !== 'reconnecting') return
      cancelLimit()
      view.setState('live')
    },
    stop: () => cancelLimit(),
  }
}
