/** When to try again after a call was lost, and when to stop. */

export interface ReconnectRules {
  /** Pause before each attempt, ms; the last one repeats. */
  delaysMs: readonly number[]
  /** 0…1: part of each pause that is random, so that many widgets do not come back at the same moment. */
  jitter: number
  /** Trying longer than this (ms, time without network not counted) is giving up. */
  limitMs: number
  /** A call that lived this long (ms) was a good one: the next loss starts from the first pause again. */
  stableMs: number
}

export const RECONNECT_RULES: ReconnectRules = {
  delaysMs: [0, 500, 1_000, 2_000, 4_000, 8_000],
  jitter: 0.5,
  limitMs: 60_000,
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

  function reset(): void {
    attempts = 0
    startedAt = null
    liveAt = null
  }

  return {
    reset,
    live(now) {
      liveAt = now
    },
    lost(now) {
      if (liveAt !== null && now - liveAt >= rules.stableMs) reset()
      liveAt = null
      startedAt ??= now
    },
    next(now) {
      startedAt ??= now
      if (now - startedAt >= rules.limitMs) return null
      const delay = rules.delaysMs[Math.min(attempts, rules.delaysMs.length - 1)] ?? 0
      attempts += 1
      return delay * (1 - rules.jitter * random())
    },
    excuse(ms) {
      if (startedAt !== null) startedAt += ms
    },
  }
}
