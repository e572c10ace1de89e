/**
 * One tab per session. A duplicated tab copies the token of the first one: a Web Lock keeps them apart, and the newest
 * token is handed over when the visitor moves the conversation, because older ones are void by then.
 */
import * as v from 'valibot'
import { type Clock, within } from '../clock.ts'

/** A tab that does not hand over within this time (ms) is frozen or gone: the lock is taken anyway. */
const HANDOVER_TIMEOUT_MS = 500

/** A page that was just left may let go of its lock a little later (ms). */
const SECOND_LOOK_MS = 300

const HandoverSchema = v.variant('type', [
  v.object({ type: v.literal('ask') }),
  v.object({ type: v.literal('token'), token: v.string() }),
])

export interface TabLockPorts {
  locks: Pick<LockManager, 'request'> | undefined
  BroadcastChannel: (new (name: string) => BroadcastChannel) | undefined
  clock: Clock
}

export interface TabLockHandlers {
  /** The newest token, for the tab that takes over. */
  token(): string | null
  /** Another tab took the conversation over. */
  lost(): void
}

export interface TabLock {
  /** Answers whether this tab may use the session. Without Web Locks always: the broker then tells the tabs apart. */
  acquire(session: string): Promise<boolean>
  /** Takes the session from the tab that has it; answers its newest token, or null when it did not say. */
  takeOver(session: string): Promise<string | null>
  release(): void
}

export function createTabLock(ports: TabLockPorts, handlers: TabLockHandlers): TabLock {
  let held: { session: string; letGo(): void } | null = null
  /** Counts what was asked for and let go: a lock that comes too late is not kept. */
  let latest = 0
  /** Settles when the lock that was let go is free again: browsers need a moment. */
  let freed: Promise<unknown> = Promise.resolve()

  function release(): void {
    latest += 1
    held?.letGo()
    held = null
  }

  /** `mine`: what `latest` was when the lock was asked for. */
  function request(session: string, options: LockOptions, mine: number): Promise<boolean> {
    const { locks } = ports
    if (!locks) return Promise.resolve(true)
    if (mine !== latest) return Promise.resolve(false)
    return new Promise((resolve) => {
      freed = locks
        .request(`parley:${session}`, options, (lock) => {
          // Let go before it came: whoever asked does not wait for the answer any more.
          if (!lock || mine !== latest) {
            resolve(false)
            return undefined
          }
          return new Promise<void>((done) => {
            const stopAnswering = answerHandover(session)
            held = {
              session,
              letGo: () => {
                stopAnswering()
                done()
              },
            }
            resolve(true)
          })
        })
        .catch(() => {
          // AbortError: stolen. Any other failure means that there are no locks here (a sandboxed page).
          resolve(true)
          if (mine !== latest || !held) return
          release()
          handlers.lost()
        })
    })
  }

  function answerHandover(session: string): () => void {
    const channel = ports.BroadcastChannel ? new ports.BroadcastChannel(`parley:${session}`) : null
    if (!channel) return () => {}
    channel.onmessage = (event: MessageEvent) => {
      const message = v.safeParse(HandoverSchema, event.data)
      const token = handlers.token()
      if (message.success && message.output.type === 'ask' && token) channel.postMessage({ type: 'token', token })
    }
    return () => channel.close()
  }

  async function askForToken(session: string): Promise<string | null> {
    if (!ports.BroadcastChannel) return null
    const channel = new ports.BroadcastChannel(`parley:${session}`)
    const answer = new Promise<string>((resolve) => {
      channel.onmessage = (event: MessageEvent) => {
        const message = v.safeParse(HandoverSchema, event.data)
        if (message.success && message.output.type === 'token') resolve(message.output.token)
      }
    })
    channel.postMessage({ type: 'ask' })
    try {
      return await within(ports.clock, HANDOVER_TIMEOUT_MS, answer, () => new Error('no handover'))
    } catch {
      return null
    } finally {
      channel.close()
    }
  }

  return {
    async acquire(session) {
      if (held?.session === session) return true
      release()
      const mine = latest
      await freed
      if (await request(session, { ifAvailable: true }, mine)) return true
      await new Promise<void>((resolve) => ports.clock.after(SECOND_LOOK_MS, resolve))
      return request(session, { ifAvailable: true }, mine)
    },
    async takeOver(session) {
      if (held?.session === session) return null
      release()
      const mine = latest
      const token = await askForToken(session)
      await request(session, { steal: true }, mine)
      return token
    },
    release,
  }
}
