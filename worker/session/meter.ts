/**
 * Keeps spending within the caps: before each answer there is money set aside at the ledger for the most that it can cost.
 * A lease is one call, or one text line; its id is the call's or the session's.
 */
import type { ErrorCode } from '../../protocol/errors.ts'
import type { Cap, ServerFrame } from '../../protocol/frames.ts'
import { LEASE_MS, type Room } from '../ledger/budget.ts'
import { capsOf, firstContext, type LedgerPort, priceOfNext } from '../ledger/desk.ts'
import { type MicroUsd, microUsd } from '../ledger/money.ts'
import { type Start, startsOf } from '../ledger/pace.ts'
import type { Prices } from '../ledger/prices.ts'
import type { Log } from '../log.ts'
import type { CallEvent } from '../provider/provider.ts'
import { Account } from './account.ts'
import type { Clock } from './ports.ts'
import type { SessionRow, Store } from './store.ts'
import type { Near } from './wrap-up.ts'

/** From this share of a cap on the widget is told. */
const NEAR = 0.8
/** So many next answers are set aside at once where the caps allow it: fewer questions to the ledger, fewer rows. */
const ANSWERS_AHEAD = 3
const RELEASE_TRIES = 3
/** Calls that may be this long (s) have no cap of their own: another one follows (protocol/agent.ts). */
const NO_TIME_CAP = 3600
/** The timer that looks at the time of a call comes this much later (ms) than its share, so that it is not too early. */
const TIMER_MARGIN_MS = 500

export interface MeterPorts {
  /** A fresh stub for each question: one that has thrown stays broken (anchors-broker.md 2.2). */
  ledger: (agentId: string) => LedgerPort
  prices: Prices
  store: Pick<Store, 'spent' | 'addSpent' | 'itemCount'>
  clock: Clock
  log: Log
  send: (frame: ServerFrame) => void
  /** Who sits at the widget; null where that is not known. */
  visitor: () => string | null
  /** A call has used the greater part of a cap; told once for each cap. */
  onNear: (near: Near) => void
  /** The next answer would not fit any more. */
  onCap: (cap: Cap) => void
}

interface Lease {
  id: string
  kind: 'call' | 'text'
  session: SessionRow
  /** Who it counts for. */
  visitor: string
  account: Account
  /** Set aside and spent together; the ledger's view after the last answer of it. */
  granted: MicroUsd
  /** The tightest cap of agent and visitor as the ledger saw it last, when this lease had spent so much. */
  agentRoom: (Room & { spent: MicroUsd }) | null
  /** What was spent before a restart is not known here: the ledger tells. */
  isLost: boolean
  askedAt: number
  isAsking: boolean
  /** Caps that the widget was warned of or that were reached. */
  told: Set<string>
  stopTimer: () => void
}

/** `retryAfter`: when it is worth trying again (s). */
type Reserved = { ok: true } | { ok: false; code: ErrorCode; cap: Cap; retryAfter?: number | undefined }

export class Meter {
  readonly #ports: MeterPorts
  readonly #leases = new Map<string, Lease>()
  /** The last question about each id that is not answered yet. */
  readonly #tails = new Map<string, Promise<unknown>>()
  /** A text line was paid for since the object was started. */
  #hasWritten = false

  constructor(ports: MeterPorts) {
    this.#ports = ports
  }

  /**
   * Sets aside the first answer of a call or text line. Once it stands, asking again changes nothing.
   * @param visitor who asks for it, where that is known
   */
  async reserve(session: SessionRow, id: string, kind: Lease['kind'], visitor?: string | null): Promise<Reserved> {
    if (this.#leases.has(id)) return { ok: true }
    const { agent } = session
    const history = this.#ports.store.itemCount() > 0
    const context = firstContext(agent, history)
    const need = priceOfNext(agent, this.#ports.prices, { context, kind: kind === 'call' ? 'voice' : 'text' })
    const lease = this.#open(session, id, kind, visitor)
    // Text lines share one id: a crash may have left a lease there, and nobody knows what it has spent.
    if (kind === 'text') lease.isLost = !this.#hasWritten
    const refused = (code: ErrorCode, cap: Cap, retryAfter?: number): Reserved => {
      this.#leases.delete(id)
      lease.stopTimer()
      return { ok: false, code, cap, retryAfter }
    }
    if (need > this.#room(lease) || this.#isFull(lease)) return refused('budget_exhausted', 'cost_cap')
    try {
      const answer = await this.#hold(lease, need, need, startsOf(kind, session.origin))
      if (answer.ok) return { ok: true }
      return refused(answer.code, capOf(answer.code), 'retryAfter' in answer ? answer.retryAfter : undefined)
    } catch (error) {
      this.close(id) // without money nothing begins
      throw error
    }
  }

  /** The Worker has set aside the first answer of this call already. */
  adopt(session: SessionRow, id: string, held: MicroUsd): void {
    this.#open(session, id, 'call').granted = held
  }

  /** Goes on with a call that lived through a restart of the object. */
  resume(session: SessionRow, id: string): void {
    if (this.#leases.has(id)) return
    const lease = this.#open(session, id, 'call')
    lease.isLost = true
    this.#check(lease)
  }

  record(id: string, event: CallEvent): void {
    const lease = this.#leases.get(id)
    if (!lease) return
    const { account } = lease
    const before = account.spent
    account.record(event, this.#ports.clock.now())
    if (account.spent !== before || event.type === 'placed') this.#check(lease)
  }

  /** From time to time: estimates what has not come, renews the lease, warns of the end of the time. */
  watch(id: string, startedAt: number): void {
    const lease = this.#leases.get(id)
    if (!lease) return
    const now = this.#ports.clock.now()
    lease.account.settleOverdue(now)
    const { callSeconds } = lease.session.agent.limits
    const share = (now - startedAt) / 1000 / callSeconds
    const isTimed = lease.kind === 'call' && callSeconds < NO_TIME_CAP
    if (isTimed) this.#warn(lease, 'time_cap', share, Math.round((1 - share) * callSeconds))
    this.#check(lease)
  }

  /** It is over: settles it and gives back what was set aside. Answers what it has cost, null where that is not known. */
  close(id: string): MicroUsd | null {
    const lease = this.#leases.get(id)
    if (!lease) return null
    this.#leases.delete(id)
    lease.stopTimer()
    const { account, session, kind } = lease
    account.settleAll(this.#ports.clock.now())
    // First: when the row below cannot be written, the ledger is to know all the same what was really spent.
    void this.#inTurn(id, () => this.#release(session.agentId, id, lease.isLost ? null : account.spent))
    this.#ports.log.info('settled', { lease: id, kind, microUsd: account.spent, uncertain: account.uncertain })
    if (account.spent > 0) this.#ports.store.addSpent(account.spent)
    return lease.isLost ? null : account.spent
  }

  closeAll(): void {
    for (const id of this.#leases.keys()) this.close(id)
  }

  #open(session: SessionRow, id: string, kind: Lease['kind'], visitor?: string | null): Lease {
    const lease: Lease = {
      id,
      kind,
      session,
      visitor: session.person ?? visitor ?? this.#ports.visitor() ?? session.id,
      account: new Account(session.agent, this.#ports.prices, kind === 'call' ? 'voice' : 'text'),
      granted: 0,
      agentRoom: null,
      isLost: false,
      askedAt: this.#ports.clock.now(),
      isAsking: false,
      told: new Set(),
      stopTimer: () => {},
    }
    this.#leases.set(id, lease)
    if (kind === 'call') this.#startTimer(lease)
    return lease
  }

  /** The watchdog comes by each 30 s, which is late for a short call. After a restart it is the only one. */
  #startTimer(lease: Lease): void {
    const { clock } = this.#ports
    const startedAt = clock.now()
    const ms = lease.session.agent.limits.callSeconds * 1000 * NEAR + TIMER_MARGIN_MS
    lease.stopTimer = clock.after(ms, () => this.watch(lease.id, startedAt))
  }

  /** Makes sure that the next answer fits: below the caps of call and session here, below the agent's at the ledger. */
  #check(lease: Lease): void {
    const { account, session } = lease
    const { limits } = session.agent
    const { need } = account
    const room = this.#room(lease)
    if (need > room || this.#isFull(lease)) return this.#reach(lease, 'cost_cap')
    const callShare = (account.spent + need) / microUsd(limits.callUsd)
    const sessionShare = (this.#sessionSpent() + need) / microUsd(limits.sessionUsd)
    this.#warn(lease, 'cost_cap', Math.max(callShare, sessionShare))
    const { agentRoom } = lease
    if (agentRoom) {
      this.#warn(lease, agentRoom.of, (agentRoom.used + account.spent - agentRoom.spent + need) / agentRoom.cap)
    }
    const isCovered = lease.granted - account.spent >= need && !lease.isLost
    const isFresh = this.#ports.clock.now() - lease.askedAt < LEASE_MS / 2
    if (lease.isAsking || (isCovered && isFresh)) return
    void this.#ask(lease, need, Math.min(need * ANSWERS_AHEAD, room))
  }

  async #ask(lease: Lease, need: MicroUsd, wish: MicroUsd): Promise<void> {
    lease.isAsking = true
    try {
      const answer = await this.#hold(lease, need, wish)
      if (!answer.ok) this.#reach(lease, capOf(answer.code))
    } catch (error) {
      // Asked again with the next usage or watch; until then the caps of call and session, which are known here, hold.
      this.#ports.log.error('ledger_unreachable', { cause: error instanceof Error ? error.name : 'unknown' })
    } finally {
      lease.isAsking = false
    }
  }

  #hold(lease: Lease, need: MicroUsd, wish: MicroUsd, starts: readonly Start[] = []) {
    const { id, kind, session, visitor, account } = lease
    return this.#inTurn(id, async () => {
      const spent = lease.isLost ? null : account.spent
      const caps = capsOf(session.agent)
      const ledger = this.#ports.ledger(session.agentId)
      const answer = await ledger.hold({ id, session: session.id, kind, visitor, starts, spent, need, wish, caps })
      lease.askedAt = this.#ports.clock.now()
      if (lease.isLost) account.spent += answer.spent
      lease.isLost = false
      if (kind === 'text') this.#hasWritten = true
      if (answer.ok) {
        lease.granted = answer.spent + answer.held
        lease.agentRoom = { ...answer.tightest, spent: answer.spent }
      }
      return answer
    })
  }

  /** One after the other, also over the end of a lease: all text lines of a session share one id. */
  #inTurn<T>(id: string, ask: () => Promise<T>): Promise<T> {
    const asked = (this.#tails.get(id) ?? Promise.resolve()).then(ask)
    const tail = asked
      .catch(() => undefined)
      .then(() => {
        if (this.#tails.get(id) === tail) this.#tails.delete(id)
      })
    this.#tails.set(id, tail)
    return asked
  }

  async #release(agentId: string, id: string, spent: MicroUsd | null): Promise<void> {
    for (let tries = 1; tries <= RELEASE_TRIES; tries++) {
      try {
        return await this.#ports.ledger(agentId).release(id, spent)
      } catch (error) {
        // After the last try the lease ends by itself, and all that it held counts as spent.
        this.#ports.log.error('release_failed', { tries, cause: error instanceof Error ? error.name : 'unknown' })
      }
    }
  }

  #room({ account, session }: Lease): MicroUsd {
    const { callUsd, sessionUsd } = session.agent.limits
    return Math.min(microUsd(callUsd) - account.spent, microUsd(sessionUsd) - this.#sessionSpent())
  }

  #sessionSpent(): MicroUsd {
    let sum = this.#ports.store.spent()
    for (const { account } of this.#leases.values()) sum += account.spent
    return sum
  }

  #isFull({ session }: Lease): boolean {
    return this.#ports.store.itemCount() >= session.agent.limits.sessionItems
  }

  #reach(lease: Lease, cap: Cap): void {
    if (lease.told.has('over') || !this.#leases.has(lease.id)) return
    lease.told.add('over')
    this.#ports.log.info('cap_reached', { lease: lease.id, cap })
    this.#ports.onCap(cap)
  }

  #warn(lease: Lease, cap: Cap, share: number, seconds?: number): void {
    if (share < NEAR || share >= 1 || lease.told.has(cap)) return
    lease.told.add(cap)
    const { session } = lease
    const call = lease.kind === 'call' ? lease.id : null
    const rounded = Math.round(share * 100) / 100
    const left = seconds === undefined ? {} : { seconds }
    this.#ports.send({ type: 'notice', code: 'limit_near', call, cap, share: rounded, ...left })
    if (call) this.#ports.onNear({ session, call, cap, seconds })
  }
}

function capOf(code: ErrorCode): Cap {
  return code === 'visitor_budget_exhausted' ? 'visitor_cap' : 'day_cap'
}
