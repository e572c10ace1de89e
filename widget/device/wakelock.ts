/** Keeps the screen on. The system takes the lock away when the page is hidden, so it is asked for again on return. */

export interface WakeLockKeeper {
  hold(): void
  letGo(): void
}

/** Without the API nothing happens. */
export function createWakeLock(wakeLock: Pick<WakeLock, 'request'> | undefined): WakeLockKeeper {
  let wanted = false
  let asking = false
  let lock: WakeLockSentinel | null = null

  async function request(): Promise<void> {
    if (!wakeLock || asking || lock?.released === false) return
    asking = true
    try {
      lock = await wakeLock.request('screen')
    } catch {
      // Refused with a low battery or while hidden: then the screen goes off as it always does.
    }
    asking = false
    if (!wanted) letGo()
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
