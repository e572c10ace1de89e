/** When to try again after a call was lost, and when to stop. */

const MINUTE_MS = 60_000

export interface ReconnectRules {
  /** Pause before each attempt, ms; the last one repeats. */
  delaysMs: readonly number[]
  /** 0…1: part of each pause that is random, so that many widgets do not come back at the same moment. */
  jitter: number
  /** Trying longer than this (ms, time without network not counted) is giving up. */
  limitMs: number
  /** So many attempts in any minute, also of calls that come back and break again. The next one is the visitor's to make. */
  maxPerMinute: number
  /** A call that lived this long (ms) was a good one: the next loss starts from the first pause again. */
  stableMs: number
}

export const RECONNECT_RULES: ReconnectRules = {
  delaysMs: [0, 300, 1_200, 2_700, 4_800, 7_000],
  jitter: 0.3,
  limitMs: 60_000,
  maxPerMinute: 10,
  stableMs: 10_000,
}

export interface ReconnectPolicy {
  /** A call was lost at `now`. */
  lost(now: number): void
  /** A call went live at `now`. */
  live(now: number): void
  /** ms to wait before the next attempt, or null to give up. */
  next(now: number): number | null
  /** `ms` passed without network: they do not count. */
  excuse(ms: number): void
  /** The visitor asked for it: start over. */
  reset(): void
}

export function createReconnectPolicy(random: () => number, rules: ReconnectRules = RECONNECT_RULES): ReconnectPolicy {
  let attempts = 0
  let startedAt: number | null = null
  let liveAt: number | null = null
  /** Attempts of the last minute. */
  let recent: number[] = []

  function startOver(): void {
    attempts = 0
    startedAt = null
    liveAt = null
  }

  return {
    reset() {
      startOver()
      recent = []
    },
    live(now) {
      liveAt = now
    },
    lost(now) {
      if (liveAt !== null && now - liveAt >= rules.stableMs) startOver()
      liveAt = null
      startedAt ??= now
    },
    next(now) {
      startedAt ??= now
      recent = recent.filter((time) => now - time < MINUTE_MS)
      if (now - startedAt >= rules.limitMs || recent.length >= rules.maxPerMinute) return null
      const delay = rules.delaysMs[Math.min(attempts, rules.delaysMs.length - 1)] ?? 0
      attempts += 1
      const wait = delay * (1 - rules.jitter * random())
      recent.push(now + wait)
      return wait
    },
    excuse(ms) {
      if (startedAt !== null) startedAt += ms
    },
  }
}
