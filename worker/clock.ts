/** Time as it is handed in, so that a test can move it. */
export interface Clock {
  /** ms since 1970 */
  now(): number
  /** Calls back once after `ms`; the answer cancels. Lives only as long as the object: durable times go to the watchdog. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
