/** Waiting between attempts: shorter when the network or the visitor comes back, longer while there is no network. */
import type { Clock } from '../clock.ts'

/** Without network for longer than this (ms), trying starts anyway: some browsers never say that they are online again. */
const OFFLINE_LIMIT_MS = 300_000
const OFFLINE_LOOK_MS = 5_000

export interface Pause {
  /** Resolves after `ms`, sooner when `wake` is called; not before there is network. Answers the ms without network. */
  wait(signal: AbortSignal, ms: number): Promise<number>
  wake(): void
}

export function createPause(clock: Clock, network: { readonly onLine: boolean }): Pause {
  const sleepers = new Set<() => void>()

  function sleep(signal: AbortSignal, ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const finish = (settle: () => void) => {
        cancel()
        sleepers.delete(awake)
        signal.removeEventListener('abort', abort)
        settle()
      }
      const awake = () => finish(resolve)
      const abort = () => finish(() => reject(signal.reason))
      const cancel = clock.after(ms, awake)
      sleepers.add(awake)
      signal.addEventListener('abort', abort)
    })
  }

  return {
    async wait(signal, ms) {
      await sleep(signal, ms)
      const since = clock.now()
      while (!network.onLine && clock.now() - since < OFFLINE_LIMIT_MS) await sleep(signal, OFFLINE_LOOK_MS)
      return clock.now() - since
    },
    wake() {
      for (const awake of [...sleepers]) awake()
    },
  }
}
