/** Keeps the session and its newest token, and asks the broker for sessions and calls with them. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { CallCreated, CallRequest, FollowedCall, SessionCreated } from '../../protocol/api.ts'
import type { ConsentGiven } from '../../protocol/consent.ts'
import type { Broker, Link } from './broker.ts'
import type { Memory } from './memory.ts'

export type OpenedCall = CallCreated | Exclude<SessionCreated, { handshake: 'none' }>

export interface Keeper {
  readonly link: ReadonlySignal<Link | null>
  /** Number of the newest update the tab had seen before this page was loaded. */
  readonly rememberedSeq: number
  remember(seq: number): void
  /**
   * This page may have lain in the back-forward cache while another page of the tab went on: what that one stored is newer.
   * Answers whether it is another session.
   */
  catchUp(): boolean
  /** Another tab handed its newest token over. */
  useToken(token: string): void
  /** Sessions and calls are asked for with the visitor's consent from now on. */
  agree(given: ConsentGiven): void
  /** Makes a session when there is none. Answers whether it is new. */
  ensureSession(signal: AbortSignal): Promise<boolean>
  /**
   * A call on the session, or on a new one. What comes after `signal` aborted is hung up or erased again.
   * @param after the call that it follows by itself
   */
  openCall(
    signal: AbortSignal,
    call: CallRequest,
    after: FollowedCall | undefined,
  ): Promise<{ call: OpenedCall; isNewSession: boolean }>
  /** Hangs up without waiting: where this fails, the broker notices that the widget is gone. */
  hangUp(call: string, leaving?: boolean): Promise<void>
  forget(): void
}

export function createKeeper(broker: Broker, memory: Memory, agent: string): Keeper {
  const remembered = memory.load()
  const link = signal<Link | null>(remembered && { session: remembered.session, token: remembered.token })
  let seq = remembered?.seq ?? 0
  let consent: { consent?: ConsentGiven } = {}
  /** Requests are numbered: an older answer must not bring an older token back. */
  let requests = 0
  let tokenFrom = 0

  function keep(next: Link, request: number): void {
    if (request < tokenFrom) return
    tokenFrom = request
    link.value = next
    memory.save({ ...next, seq })
  }

  function keepIfSame(next: Link, request: number): void {
    if (link.value?.session === next.session) keep(next, request)
  }

  async function hangUp(of: Link, call: string, leaving?: boolean): Promise<void> {
    try {
      await broker.endCall(of, call, leaving)
    } catch {
      // The call is also ended by the broker's watchdog once nobody hears it any more (60 s at most).
    }
  }

  async function letGo(of: Link): Promise<void> {
    try {
      await broker.erase(of)
    } catch {
      // A session that nobody has used holds nothing, and its call ends by the watchdog.
    }
  }

  return {
    link,
    get rememberedSeq() {
      return remembered !== null && remembered.session === link.value?.session ? remembered.seq : 0
    },
    remember(newest) {
      seq = newest
      if (link.value) memory.save({ ...link.value, seq })
    },
    catchUp() {
      const newest = memory.stored()
      if (!newest || newest.token === link.value?.token) return false
      const { session, token } = newest
      const isOther = session !== link.value?.session
      if (isOther) seq = newest.seq
      requests += 1
      keep({ session, token }, requests)
      return isOther
    },
    useToken(token) {
      requests += 1
      if (link.value) keep({ ...link.value, token }, requests)
    },
    agree(given) {
      consent = { consent: given }
    },
    async ensureSession(signal) {
      if (link.value) return false
      requests += 1
      const request = requests
      const { session, token } = await broker.createSession({ agent, ...consent })
      if (signal.aborted) void letGo({ session, token })
      signal.throwIfAborted()
      seq = 0
      keep({ session, token }, request)
      return true
    },
    async openCall(signal, call, after) {
      requests += 1
      const request = requests
      const existing = link.value
      if (!existing) {
        const created = await broker.createSession({ agent, call, ...consent })
        const { session, token } = created
        if (signal.aborted) void letGo({ session, token })
        signal.throwIfAborted()
        if (created.handshake === 'none') throw new Error('The broker made a session without the call')
        seq = 0
        keep({ session, token }, request)
        return { call: created, isNewSession: true }
      }
      const created = await broker.createCall(existing, { ...call, ...(after && { after }), ...consent })
      const renewed = { session: existing.session, token: created.token }
      keepIfSame(renewed, request)
      if (signal.aborted) void hangUp(renewed, created.call)
      signal.throwIfAborted()
      return { call: created, isNewSession: false }
    },
    async hangUp(call, leaving) {
      if (link.value) await hangUp(link.value, call, leaving)
    },
    forget() {
      link.value = null
      seq = 0
      memory.clear()
    },
  }
}
