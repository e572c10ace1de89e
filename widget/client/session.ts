/** What this tab does with its session: have it alone, show what is stored, begin a new one, forget it. */
import type { Ports } from '../device/ports.ts'
import { type Broker, BrokerError } from './broker.ts'
import type { Feed } from './feed.ts'
import { loadHistory } from './history.ts'
import type { Keeper } from './keeper.ts'
import { createTabLock } from './tablock.ts'
import type { Thread } from './thread.ts'

export interface Session {
  /** Has the session for this tab alone; false when another tab has it. True when there is none yet. */
  hold(takeOver: boolean): Promise<boolean>
  letGo(): void
  /** A new session took the place of what was shown. */
  begun(): void
  /** Another page of this tab went on with this session or another one: what it stored is taken over. For a conversation at rest. */
  catchUp(): void
  /** Shows the stored thread, unless one is shown already. */
  load(): Promise<void>
  /** Rejects with a BrokerError when session or token are not good any more. */
  probe(): Promise<void>
  /** Erases it at the broker and here. Rejects, with everything kept, when the broker could not. */
  erase(): Promise<void>
  /** Forgets it here. `keepTyped`: what was typed and not stored yet goes to the next one. */
  forget(options?: { keepTyped?: boolean }): void
}

export function createSession(
  parts: { ports: Ports; broker: Broker; keeper: Keeper; thread: Thread; feed: Feed },
  handlers: { takenOver(): void },
): Session {
  const { ports, broker, keeper, thread, feed } = parts
  const tabLock = createTabLock(ports, { token: () => keeper.link.value?.token ?? null, lost: handlers.takenOver })

  function forget({ keepTyped = false } = {}): void {
    feed.close()
    if (!keepTyped) feed.forgetTyped()
    keeper.forget()
    thread.clear({ keepTyped })
    feed.show()
  }

  return {
    forget,
    letGo: () => tabLock.release(),
    async hold(takeOver) {
      const link = keeper.link.value
      if (!link) return true
      if (!takeOver) return tabLock.acquire(link.session)
      const token = await tabLock.takeOver(link.session)
      if (token) keeper.useToken(token)
      return true
    },
    catchUp() {
      if (keeper.catchUp()) thread.clear({ keepTyped: true })
    },
    begun() {
      thread.clear({ keepTyped: true })
      feed.show()
      const link = keeper.link.value
      // Its id is fresh: no other tab can have it.
      if (link) void tabLock.acquire(link.session)
    },
    async load() {
      if (thread.list().length > 0) return
      await loadHistory(broker, keeper, thread)
      feed.show()
    },
    async probe() {
      if (keeper.link.value) await broker.transcript(keeper.link.value, { limit: 1 })
    },
    async erase() {
      try {
        if (keeper.link.value) await broker.erase(keeper.link.value)
      } catch (error) {
        const isErased = error instanceof BrokerError && error.code === 'session_not_found'
        if (!isErased) throw error
      }
      forget()
    },
  }
}
