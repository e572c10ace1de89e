/** Near the provider's longest duration the broker asks for a second call; once that counts, it takes the place of the first. */
import type { FollowedCall } from '../../protocol/api.ts'
import type { Clock } from '../clock.ts'
import type { LiveCall } from './call.ts'

/** A first call that breaks while a second is coming: so long (ms) it may be that the second has taken over already. */
const NEWS_COME_MS = 1_500

export interface RolloverParts {
  clock: Clock
  /** Resolves when the broker lets the second call take over. */
  open(signal: AbortSignal, after: FollowedCall): Promise<LiveCall>
  /** The second call counts now. */
  swap(next: LiveCall): void
}

export interface Rollover {
  /** The broker asks for it. Asked again while it is under way, it changes nothing. */
  begin(call: string): void
  /** The first call broke: runs `lost` unless the second takes over. At once when there is none. */
  breaks(lost: () => void): void
  /** Lets go of the second call, or of the one that took over. */
  cancel(): void
}

export function createRollover({ clock, open, swap }: RolloverParts): Rollover {
  /** Of the second call, and of the first once that is a second one itself. */
  let carrying: AbortController | null = null
  let coming: AbortController | null = null
  let lose: (() => void) | null = null

  function settle(): void {
    coming = null
    const lost = lose
    lose = null
    lost?.()
  }

  async function run(stop: AbortController, call: string): Promise<void> {
    try {
      const next = await open(stop.signal, { call, because: 'rollover' })
      if (coming !== stop) return
      // Whatever carried the conversation is closed with the swap.
      coming = null
      lose = null
      carrying = stop
      swap(next)
    } catch {
      // The first call goes on, and the broker asks again while there is time. After that the call ends, and is made anew.
      if (coming === stop) settle()
    }
  }

  return {
    begin(call) {
      if (coming) return
      coming = new AbortController()
      void run(coming, call)
    },
    breaks(lost) {
      if (!coming) return lost()
      const mine = coming
      lose = lost
      clock.after(NEWS_COME_MS, () => {
        if (coming !== mine || lose !== lost) return
        settle()
        mine.abort()
      })
    },
    cancel() {
      lose = null
      const open = [carrying, coming]
      carrying = null
      coming = null
      for (const each of open) each?.abort()
    },
  }
}
