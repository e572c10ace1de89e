/**
 * How often something may begin: an allowance that is used up by starts and comes back little by little (the "generic cell
 * rate algorithm"). Many starts at once are fine, as on a bad network; a loop is slowed down to what comes back. One number
 * for each allowance is all there is to remember, and it only grows.
 */
export type Start = 'session' | 'call'

/** When each allowance is whole again (ms since 1970). */
export type Pace = Readonly<Record<Start, number>>

/** Starts in one hour: so many at once, and as many more spread over each hour. */
export type Allowance = Readonly<Record<Start, number>>

export const RESTED: Pace = { session: 0, call: 0 }

const HOUR_MS = 3_600_000

/** What begins with a call or text line. A phone call is a session of its own; others were counted before they had a call. */
export function startsOf(kind: 'call' | 'text', origin: string): readonly Start[] {
  if (kind === 'text') return []
  return origin === 'phone' ? ['session', 'call'] : ['call']
}

/** Takes what begins from an allowance; `waitMs`: when the first start that was too many may be tried again. */
export function take(
  pace: Pace,
  allowance: Allowance,
  starts: readonly Start[],
  now: number,
): { ok: true; pace: Pace } | { ok: false; waitMs: number } {
  let next = pace
  for (const start of starts) {
    const whole = Math.max(next[start], now) + HOUR_MS / allowance[start]
    // A hair of rounding must not refuse the last start of an allowance.
    const waitMs = Math.round(whole - now - HOUR_MS)
    if (waitMs > 0) return { ok: false, waitMs }
    next = { ...next, [start]: whole }
  }
  return { ok: true, pace: next }
}

/** Gives back what was taken for starts that turned out to be none. */
export function untake(pace: Pace, allowance: Allowance, starts: readonly Start[]): Pace {
  let next = pace
  for (const start of starts) next = { ...next, [start]: Math.max(0, next[start] - HOUR_MS / allowance[start]) }
  return next
}

/** The later of two memories of the same pace. */
export function later(a: Pace, b: Pace): Pace {
  return { session: Math.max(a.session, b.session), call: Math.max(a.call, b.call) }
}
