/** How long the line to the provider waits before it is tried again. */

/** Short at first (ms): the visitor hears nothing before we are attached. The last one is repeated. */
const ATTACH_PAUSES_MS = [50, 50, 50, 50, 100, 200, 400, 800, 1600, 2400]
/** A call that was attached before and is not found now is gone; one more try covers a restart of the provider. */
const REATTACH_PAUSES_MS = [250]

/**
 * Pauses (ms) before each further try.
 * @param resumed the call was attached before
 * @param controlLagMs a fresh call may be unknown to its provider for so long
 */
export function attachPauses(resumed: boolean, controlLagMs: number): readonly number[] {
  if (resumed) return REATTACH_PAUSES_MS
  const pauses: number[] = []
  for (let waited = 0, next = 0; ; next++) {
    const pause = ATTACH_PAUSES_MS[next] ?? ATTACH_PAUSES_MS.at(-1) ?? controlLagMs
    waited += pause
    if (waited > controlLagMs) return pauses
    pauses.push(pause)
  }
}
