/** One start at a time: beginning another, or cancelling, aborts the one before with everything it still waits for. */

export interface Attempts {
  begin(): AbortSignal
  cancel(): void
}

export function createAttempts(): Attempts {
  let current: AbortController | null = null

  function cancel(): void {
    current?.abort()
    current = null
  }

  return {
    cancel,
    begin() {
      cancel()
      current = new AbortController()
      return current.signal
    },
  }
}
