/**
 * Which way the sound of a call takes: WebRTC, or the relay where WebRTC is missing, blocked or not wanted. What worked is
 * remembered for an hour, so that nobody in an office without UDP waits for it to fail again with each call.
 */
import * as v from 'valibot'

export type Path = 'webrtc' | 'relay'
/** What the agent asks for; `auto`: WebRTC, and the relay where that does not connect. */
export type PathWish = Path | 'auto'

/** So long (ms) it is remembered that only the relay worked. */
export const REMEMBERED_MS = 3_600_000

const MemorySchema = v.object({ path: v.literal('relay'), at: v.number() })

export interface PathPorts {
  storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** ms since 1970. */
  now: () => number
  hasWebrtc: boolean
}

export interface Paths {
  /** For the next call. */
  choose(wish: PathWish): Path
  /** It did not connect: what to try instead, on the same session; null when there is no other way. */
  failed(path: Path, wish: PathWish): Path | null
  /** Sound flows. */
  worked(path: Path, wish: PathWish): void
}

/** @param broker what is blocked is the way to it and to the provider, whatever the agent */
export function createPaths({ storage, now, hasWebrtc }: PathPorts, broker: string): Paths {
  const key = `parley:path:${broker}`
  /** Of this page; what is stored may not be there next time. */
  let relayAt: number | null = null

  /** Storage throws when it is blocked or full; a call must not depend on it. */
  function attempt<T>(use: (storage: ReturnType<PathPorts['storage']>) => T): T | null {
    try {
      return use(storage())
    } catch {
      return null
    }
  }

  function relayWorked(): boolean {
    const at = relayAt ?? attempt((store) => parse(store.getItem(key)))
    // A clock that was put back must not make an hour a year.
    return at !== null && now() >= at && now() - at < REMEMBERED_MS
  }

  function remember(): void {
    relayAt = now()
    attempt((store) => store.setItem(key, JSON.stringify({ path: 'relay', at: relayAt })))
  }

  function forget(): void {
    relayAt = null
    attempt((store) => store.removeItem(key))
  }

  return {
    choose(wish) {
      if (wish !== 'auto') return wish
      return !hasWebrtc || relayWorked() ? 'relay' : 'webrtc'
    },
    failed(path, wish) {
      // The agent's wish was not known yet.
      if (wish !== 'auto') return path === wish ? null : wish
      if (path === 'relay') forget()
      if (path === 'webrtc') return 'relay'
      return hasWebrtc ? 'webrtc' : null
    },
    worked(path, wish) {
      // What an agent asked for says nothing about the network.
      if (wish !== 'auto') return
      if (path === 'relay') {
        // From the first time on: an hour later WebRTC gets another chance.
        if (!relayWorked()) remember()
      } else forget()
    },
  }
}

function parse(text: string | null): number | null {
  if (text === null) return null
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), MemorySchema), text)
  return result.success ? result.output.at : null
}
