/** Keeps the screen on. The system takes the lock away when the page is hidden, so it is asked for again on return. */

export interface WakeLockKeeper {
  hold(): void
  letGo(): void
}

/** Without the API nothing happens. */
export function createWakeLock(wakeLock: Pick<WakeLock, 'request'> | undefined): WakeLockKeeper {
  let wanted = false
  let lock: WakeLockSentinel | null = null

  async function request(): Promise<void> {
    if (!wakeLock || (lock && !lock.released)) return
    try {
      const got = await wakeLock.request('screen')
      await lock?.release()
      lock = got
      if (!wanted) letGo()
    } catch {
      // Refused with a low battery or while hidden: then the screen goes off as it always does.
    }
  }

  function letGo(): void {
    wanted = false
    void lock?.release().catch(() => undefined)
    lock = null
  }

  return {
    letGo,
    hold() {
      wanted = true
      void request()
    },
  }
}
