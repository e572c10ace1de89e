/** Time as the widget sees it, handed in so that tests need not wait. */
export interface Clock {
  /** ms since 1970. */
  now(): number
  /** Runs `run` once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Rejects with `makeError()` when `work` takes longer than `ms`. The timer never outlives `work`. */
export function within<T>(clock: Clock, ms: number, work: Promise<T>, makeError: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(makeError()))
    work.then(resolve, reject).finally(cancel)
  })
}
