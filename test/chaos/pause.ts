/** Waiting, for things that happen in other processes. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export class WaitedTooLong extends Error {
  override readonly name = 'WaitedTooLong'
}

/** @throws WaitedTooLong with what was waited for */
export async function until(fits: () => boolean | Promise<boolean>, what: string, ms: number): Promise<void> {
  const giveUpAt = performance.now() + ms
  while (!(await fits())) {
    if (performance.now() > giveUpAt) throw new WaitedTooLong(what)
    await pause(4)
  }
}
