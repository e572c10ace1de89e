/** Fetches the lazily loaded part, once, and again after a failure. */
import { nextTask } from './next-task.ts'
import type { AppModule } from './shell.ts'

export interface AppLoader {
  /** Resolves with the same module for everybody. Rejects when it cannot be had; the next call tries again. */
  load(): Promise<AppModule>
  /** Fetches it for a visitor who is about to click, after that task. A failure is not news: the click tries again and tells. */
  foresee(): void
  /** Gives up waiting for the attempt under way, so that the next `load()` makes a new one. */
  restart(): void
}

/** @param besides what has to be there as well; it is fetched at the same time, and may not fail */
export function createAppLoader(
  url: string,
  besides: () => Promise<unknown>,
  importModule: (url: string) => Promise<AppModule> = (address) => import(/* @vite-ignore */ address),
): AppLoader {
  let attempts = 0
  let current: Promise<AppModule> | undefined

  const load = () => {
    if (current) return current
    // Browsers may remember that a module address failed; another query makes it another address.
    const address = attempts === 0 ? url : `${url}?attempt=${attempts}`
    // Running the module has been work enough for one task.
    const attempt = Promise.all([importModule(address), besides()]).then(([module]) => nextTask().then(() => module))
    attempts += 1
    current = attempt
    attempt.catch(() => {
      if (current === attempt) current = undefined
    })
    return attempt
  }

  const foresee = () =>
    void nextTask()
      .then(load)
      .catch(() => undefined)

  const restart = () => {
    current = undefined
  }

  return { load, foresee, restart }
}
