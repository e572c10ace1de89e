/** Clicks, as numbers. */

/** The largest jump between two samples that follow each other. A click is a jump that the sound itself does not have. */
export function largestStep(sound: ArrayLike<number>): number {
  let largest = 0
  for (let i = 1; i < sound.length; i++) largest = Math.max(largest, Math.abs((sound[i] ?? 0) - (sound[i - 1] ?? 0)))
  return largest
}
