/**
 * Questions and answers between the Worker, its objects and the provider are held up, each for another time: an order of
 * things that hardly ever comes about by itself becomes common. Nothing of it can be had again with a seed.
 */
import { env } from 'cloudflare:workers'

const longestMs = Number((env as { CHAOS_UNEVEN_MS?: string }).CHAOS_UNEVEN_MS ?? 0)

const someMs = () => (Math.random() < 0.5 ? 0 : Math.random() * longestMs)

/** Half of the time at once, as it mostly is. */
function heldUp(): Promise<void> {
  const ms = someMs()
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))
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

/**
 * What comes out of a socket of the provider comes late too, in its order. In the changed source (bundle.ts).
 * @public
 */
export function inItsOrder(): (run: () => void) => void {
  const waiting: { at: number; run: () => void }[] = []
  let isPaused = false
  const pump = () => {
    for (;;) {
      const [next] = waiting
      if (isPaused || !next) return
      const ms = next.at - Date.now()
      if (ms > 0) {
        isPaused = true
        setTimeout(() => {
          isPaused = false
          pump()
        }, ms)
        return
      }
      waiting.shift()
      next.run()
    }
  }
  return (run) => {
    waiting.push({ at: Date.now() + someMs(), run })
    pump()
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
