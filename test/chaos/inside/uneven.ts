/**
 * Questions and answers between the Worker, its objects and the provider are held up, each for another time: an order of
 * things that hardly ever comes about by itself becomes common. Nothing of it can be had again with a seed.
 */
import { env } from 'cloudflare:workers'

const longestMs = Number((env as { CHAOS_UNEVEN_MS?: string }).CHAOS_UNEVEN_MS ?? 0)

/** Half of the time at once, as it mostly is. */
export function heldUp(): Promise<void> {
  if (longestMs === 0 || Math.random() < 0.5) return Promise.resolve()
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs))
}

/** These methods of a class are asked and answer late. */
export function hold(prototype: object, methods: readonly string[]): void {
  if (longestMs === 0) return
  for (const name of methods) {
    const real: ((...given: unknown[]) => Promise<unknown>) | undefined = Reflect.get(prototype, name)
    if (!real) throw new Error(`there is no method ${name}`)
    const late = async function (this: unknown, ...given: unknown[]): Promise<unknown> {
      await heldUp()
      const answer = await real.apply(this, given)
      await heldUp()
      return answer
    }
    Object.defineProperty(prototype, name, { value: late, configurable: true, writable: true })
  }
}

/** The same for everything that is asked of the provider. */
export function holdFetch(): void {
  if (longestMs === 0) return
  const real = globalThis.fetch
  globalThis.fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    await heldUp()
    const response = await real(input, init)
    await heldUp()
    return response
  }
}
