/** What happens to the page while a conversation runs: hidden it hangs up, restored it may go on. */
import { type Page, watchLifecycle } from '../device/lifecycle.ts'

export interface PageWatchHandlers {
  isAtRest(): boolean
  /** The page goes away: hangs up and ends. Answers whether a text conversation was running. */
  leave(): boolean
  /** The page is back; another one of this tab may have gone on meanwhile. */
  back(): void
  /** The page is back and had a text conversation. */
  goOn(): void
  /** The page woke up, or the network is back. */
  awake(): void
}

export interface PageWatch {
  /** Nothing is listened to before. */
  start(): void
  stop(): void
}

export function createPageWatch(page: Page, { isAtRest, leave, back, goOn, awake }: PageWatchHandlers): PageWatch {
  let stop: (() => void) | null = null
  let goesOn = false

  function pageHidden(): void {
    if (!isAtRest()) goesOn = leave()
  }

  function pageRestored(): void {
    back()
    if (goesOn && isAtRest()) goOn()
    goesOn = false
  }

  return {
    start() {
      stop ??= watchLifecycle(page, { pageHidden, pageRestored, awake })
    },
    stop() {
      stop?.()
    },
  }
}
