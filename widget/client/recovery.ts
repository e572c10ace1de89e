/** Trying again after a call was lost, until it works, cannot work, or took too long. */
import type { Clock } from '../clock.ts'
import type { Pause } from './pause.ts'
import type { ReconnectPolicy } from './reconnect.ts'
import { isPassing } from './trouble.ts'

/** `cancelled`: somebody else took over. An error is one that another attempt would not mend. */
export type Outcome =
  | { type: 'live' }
  | { type: 'cancelled' }
  | { type: 'gave_up' }
  | { type: 'failed'; error: unknown }

export async function tryAgain(
  signal: AbortSignal,
  { clock, pause, policy }: { clock: Clock; pause: Pause; policy: ReconnectPolicy },
  go: () => Promise<void>,
): Promise<Outcome> {
  policy.lost(clock.now())
  for (;;) {
    const delay = policy.next(clock.now())
    if (delay === null) return { type: 'gave_up' }
    try {
      policy.excuse(await pause.wait(signal, delay))
      await go()
      return { type: 'live' }
    } catch (error) {
      if (signal.aborted) return { type: 'cancelled' }
      if (!isPassing(error)) return { type: 'failed', error }
    }
  }
}
