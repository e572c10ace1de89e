/** When an event that was not taken is told again. */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Events are told this much (ms) after they happened: those that happen together go out together, with one alarm. */
export const GATHER_MS = SECOND
/** Pauses (ms) after the first, second … failure, the last one for all that follow; two days in all. */
const PAUSES_MS = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 16.4 * HOUR]
/** So much more or less than a pause, so that what has failed together does not come back together. */
const JITTER = 0.1
/** An event that has waited this long (ms) is given up with the next failure. Shorter than the shortest sum of all pauses. */
export const GIVE_UP_MS = 42 * HOUR
/** Something new is a reason to try again soon (ms), whatever the pause would be: a receiver may be back. */
export const TRY_NEW_MS = MINUTE

/** How long to wait (ms) after so many failures in a row. @param random 0…1 */
export function pauseAfter(failures: number, random: number): number {
  const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? 0
  return Math.round(pause * (1 - JITTER + 2 * JITTER * random))
}
