/** Waits until a server answers. */

export interface HealthOptions {
  name: string
  url: string
  /** ms in all. */
  withinMs?: number
  /** Stops the waiting: the program is gone, the user wants to stop. */
  signal?: AbortSignal
}

/** ms: wrangler can hold a request for minutes after a configuration error, so no single ask may wait longer. */
const ASK_MS = 2000
const PAUSE_MS = 100

/** Resolves when `url` answers 200; otherwise throws an error that says what was seen last. */
export async function untilHealthy({ name, url, withinMs = 60_000, signal }: HealthOptions) {
  const deadline = Date.now() + withinMs
  let seen = 'nothing'
  while (Date.now() < deadline) {
    signal?.throwIfAborted()
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) })
      await response.body?.cancel()
      if (response.ok) return
      seen = `HTTP ${response.status}`
    } catch (error) {
      seen = reason(error)
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new Error(`${name} did not become ready at ${url} within ${withinMs / 1000} s (last seen: ${seen})`)
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
