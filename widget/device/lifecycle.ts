/** What happens to the page: hidden for good, back from the back-forward cache, online, visible or running again. */

/** The parts of `window`, `document` and `navigator` that the widget listens to. */
export interface Page {
  window: EventTarget
  document: EventTarget & { readonly visibilityState: DocumentVisibilityState }
  navigator: { readonly onLine: boolean; readonly maxTouchPoints?: number }
  readonly isSecureContext: boolean
}

export interface LifecycleHandlers {
  /** The page goes away, perhaps for good: the last moment to send anything. */
  pageHidden(): void
  /** The page came back from the back-forward cache with its JavaScript state. */
  pageRestored(): void
  /** The network or the visitor is back: a good moment to try again. */
  awake(): void
}

/** Starts listening; the answer removes every listener. Called at the first start only, so the host page stays untouched before. */
export function watchLifecycle(page: Page, handlers: LifecycleHandlers): () => void {
  const stop = new AbortController()
  const options = { signal: stop.signal }
  page.window.addEventListener('pagehide', () => handlers.pageHidden(), options)
  page.window.addEventListener(
    'pageshow',
    (event) => {
      if ('persisted' in event && event.persisted === true) handlers.pageRestored()
    },
    options,
  )
  page.window.addEventListener('online', () => handlers.awake(), options)
  const awakeWhenSeen = () => {
    if (page.document.visibilityState === 'visible') handlers.awake()
  }
  page.document.addEventListener('visibilitychange', awakeWhenSeen, options)
  // After `freeze`, in which no timer ran.
  page.document.addEventListener('resume', awakeWhenSeen, options)
  return () => stop.abort()
}
