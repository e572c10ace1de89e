/**
 * Keeps the index across sessions (D1) told of one session: while a call lives each minute, and when it ends. The object stays
 * the truth. A database that is away hurts nobody: what it has not taken waits as a row, and the alarm tries again. Where all goes
 * well no row is written: an object that died before it could tell is asked again by its alarm.
 */
import type { LiveCall } from '../../protocol/console.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import type { MicroUsd } from '../ledger/money.ts'
import { modelPrice, transcriptionPrice } from '../ledger/prices.ts'
import type { CallEvent } from '../provider/provider.ts'
import { recordsOf } from './database.ts'
import { Pending } from './pending.ts'
import type { Call, RecordsPorts } from './ports.ts'
import { callRecord, type Found, sessionRecord } from './rows.ts'
import { type CallRecord, eraseSession, type SessionRecord, writeCall, writeSession } from './statements.ts'
import { Tally } from './tally.ts'

/** While something goes on the index is told this often (ms). */
const EVERY_MS = 60_000
/** How long (ms) telling that was begun may take before the alarm looks after it. */
const BACKSTOP_MS = 30_000
/** Pauses (ms) after a try that failed; the last one again and again. */
const PAUSES_MS = [60_000, 300_000, 900_000, 3_600_000]

export class Records {
  readonly #ports: RecordsPorts
  readonly #pending: Pending
  /** Of calls and of the conversation in writing that go on, by the id of the call or of the session. */
  readonly #tallies = new Map<string, Found>()
  /** Calls and texts that are over, and of which it was not told yet. */
  #over: CallRecord[] = []
  /** The alarm has rung in the life of this object. */
  #hasLooked = false
  /** When the index is to be told (ms since 1970); null: nothing is new. */
  #dueAt: number | null = null
  #failures = 0
  #version = 0
  #run: Promise<void> | null = null
  /** The rows are being deleted: nothing can be read of them. */
  #isErasing = false

  constructor(ports: RecordsPorts) {
    this.#ports = ports
    this.#pending = new Pending(ports.sql)
  }

  /** What a call or text line hears from the provider. @param lease id of the call, or of the session */
  hear(lease: string, event: CallEvent): void {
    if (event.type !== 'answer_ended' && event.type !== 'transcribed') return
    this.#tallyOf(lease)?.tally.hear(event)
    this.touch()
  }

  /** What the visitor's page is told. */
  sent(frame: ServerFrame): void {
    const now = this.#ports.clock.now()
    const session = this.#ports.store.session()?.id ?? ''
    if (frame.type === 'ready') {
      const call = this.#ports.store.call(frame.call)
      // One that took over was ready in another sense long before.
      if (call && call.since === undefined) this.#tallyOf(call.id)?.tally.ready(call.startedAt, now)
    } else if (frame.type === 'update') {
      const { item } = frame
      // Only an answer costs: what a person or a notice adds is no conversation in writing.
      const isPaid = item.call !== null || item.role === 'assistant' || item.role === 'tool'
      const found = isPaid ? this.#tallyOf(item.call ?? session) : this.#tallies.get(session)
      found?.tally.item(item, now)
    } else if (frame.type === 'confirm') {
      const callId = this.#ports.store.item(frame.item)?.tool?.callId
      for (const { tally } of this.#tallies.values()) if (callId) tally.asked(callId, frame.ask !== null, now)
    } else return
    this.touch()
  }

  /** @param call null: in writing */
  toolFailed(call: string | null): void {
    this.#tallyOf(call ?? this.#ports.store.session()?.id ?? '')?.tally.toolFailed()
  }

  /** To be called right where the end is written, without an `await` in between. @param spent null where that is not known */
  callEnded(call: Call, spent: MicroUsd | null): void {
    const { store, clock } = this.#ports
    const session = store.session()
    const found = this.#tallies.get(call.id) ?? this.#open(call.id)
    this.#tallies.delete(call.id)
    if (!this.#ports.db || !session || !found) return
    const { tally } = found
    const hasLeft = call.reason === 'visitor' || call.reason === 'widget_gone'
    this.#keep({
      ...this.#recordOf(call.id, found),
      ended_at: call.endedAt ?? clock.now(),
      micro_usd: Math.max(spent ?? 0, tally.micro.sum),
      left_after_tool: hasLeft && tally.isSoonAfterTool(clock.now()) ? 1 : 0,
    })
  }

  /** A conversation in writing has come to rest. */
  lineClosed(session: string, spent: MicroUsd | null): void {
    const found = this.#tallies.get(session)
    this.#tallies.delete(session)
    if (!this.#ports.db || !found) return
    const micro_usd = Math.max(spent ?? 0, found.tally.micro.sum)
    this.#keep({ ...this.#recordOf(session, found), ended_at: this.#ports.clock.now(), micro_usd })
  }

  /** Something is new, and is to be told within a minute. */
  touch(): void {
    const { db, clock, store, background, watchBy } = this.#ports
    if (!db || this.#dueAt !== null || !store.session()) return
    this.#dueAt = clock.now() + EVERY_MS
    // The alarm looks after a call more often than that anyway.
    if (!store.currentCall()) background(watchBy(this.#dueAt))
  }

  /** A session has begun. With a call there will be more to tell soon. */
  began(): void {
    if (!this.#ports.store.currentCall()) this.#ports.background(this.push())
  }

  /** What calls and lines that go on have spent so far, as far as it was counted. */
  unsettled(): MicroUsd {
    return [...this.#tallies.values()].reduce((sum, { tally }) => sum + tally.micro.sum, 0)
  }

  /** How a call stands. */
  glimpse(call: Call): Pick<LiveCall, 'usd' | 'last' | 'lastAt'> {
    const tally = this.#tallies.get(call.id)?.tally
    if (!tally) return { usd: 0, last: 'opening', lastAt: call.startedAt }
    return { usd: tally.micro.sum / 1_000_000, last: tally.last, lastAt: tally.lastAt }
  }

  /** When the alarm is needed next (ms since 1970), null when nothing waits. */
  nextLook(): number | null {
    const due = this.#due()
    const now = this.#ports.clock.now()
    return due !== null && due <= now ? now + BACKSTOP_MS : due
  }

  /** The alarm rang. */
  look(): void {
    const due = this.#due()
    const isDue = due !== null && due <= this.#ports.clock.now()
    // The object may have died right after the end of a call, before it could tell.
    const isAfterRestart = !this.#hasLooked && this.#tallies.size === 0 && this.#failures === 0
    this.#hasLooked = true
    if (isDue || isAfterRestart) this.#ports.background(this.push())
  }

  /** Tells the index what is new. Never rejects; one at a time. */
  push(): Promise<void> {
    this.#run ??= this.#push().finally(() => {
      this.#run = null
    })
    return this.#run
  }

  /** Before everything is erased. The answer puts back what outlives the session: that the index has to forget it, too. */
  survivors(): () => void {
    const { db, store, background, watchBy } = this.#ports
    const session = db ? store.session() : null
    this.#isErasing = true
    this.#tallies.clear()
    this.#over = []
    const kept = this.#pending.erased()
    return () => {
      this.#isErasing = false
      this.#pending.reset()
      const erased = session?.id ?? kept
      if (!erased) return
      this.#pending.erase(erased)
      this.#dueAt = this.#ports.clock.now() + EVERY_MS
      // Behind what is just being told of it.
      background(Promise.all([watchBy(this.#dueAt), (this.#run ?? Promise.resolve()).then(() => this.push())]))
    }
  }

  #due(): number | null {
    if (!this.#ports.db) return null
    // After a restart, rows may wait that nobody remembers.
    if (this.#dueAt === null && this.#pending.any()) this.#dueAt = this.#ports.clock.now() + EVERY_MS
    return this.#dueAt
  }

  #keep(record: CallRecord): void {
    this.#over.push(record)
    this.#ports.background(this.push())
  }

  async #push(): Promise<void> {
    const { db, clock, log, background, watchBy } = this.#ports
    if (!db) return
    try {
      // What comes in meanwhile is told in another round.
      do await this.#tell(await recordsOf(db))
      while (!this.#isErasing && (this.#over.length > 0 || this.#pending.any()))
      this.#failures = 0
      this.#dueAt = null
      if (this.#tallies.size > 0) this.touch()
    } catch (error) {
      for (const record of this.#over.splice(0)) this.#pending.put(record)
      const pause = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)] ?? EVERY_MS
      this.#failures += 1
      this.#dueAt = clock.now() + pause
      log.error('records_failed', { failures: this.#failures, cause: error instanceof Error ? error.name : 'unknown' })
      background(watchBy(this.#dueAt))
    }
  }

  async #tell(db: D1Database): Promise<void> {
    if (this.#isErasing) return
    const erased = this.#pending.erased()
    if (erased) {
      await db.batch(eraseSession(db, erased))
      this.#pending.forgetErased()
      this.#dueAt = null
      return this.#ports.onForgotten()
    }
    const forgotten = this.#newestOver()
    const session = this.#sessionRecord()
    if (!session) return this.#pending.reset()
    const waiting = this.#pending.calls()
    const over = [...this.#over]
    const live = [...this.#tallies].map(([lease, found]) => this.#recordOf(lease, found))
    const calls = [...forgotten, ...waiting, ...over, ...live]
    await db.batch([writeSession(db, session), ...calls.map((call) => writeCall(db, call))])
    for (const { id } of waiting) this.#pending.delete(id)
    this.#over = this.#over.filter((record) => !over.includes(record))
  }

  /** In a life of the object that has heard nothing: how its newest call ended. What is known of it already stays. */
  #newestOver(): CallRecord[] {
    const call = this.#tallies.size === 0 && this.#version === 0 ? this.#ports.store.callsAfter(0).at(-1) : undefined
    const found = call?.endedAt ? this.#open(call.id) : undefined
    if (!call || !found) return []
    this.#tallies.delete(call.id)
    return [this.#recordOf(call.id, found)]
  }

  #sessionRecord(): SessionRecord | null {
    return sessionRecord(this.#ports, { version: this.#nextVersion(), unsettled: this.unsettled() })
  }

  #recordOf(lease: string, found: Found): CallRecord {
    return callRecord(this.#ports, lease, { ...found, version: this.#nextVersion() })
  }

  /** Grows with every record, through restarts, too. */
  #nextVersion(): number {
    this.#version = Math.max(this.#ports.clock.now(), this.#version + 1)
    return this.#version
  }

  /** Undefined for what is over: its record was closed. */
  #tallyOf(lease: string) {
    const known = this.#tallies.get(lease)
    return known || this.#ports.store.call(lease)?.endedAt ? known : this.#open(lease)
  }

  #open(lease: string) {
    const { store, clock, prices } = this.#ports
    const session = store.session()
    const call = store.call(lease)
    if (!session || (!call && lease !== session.id)) return undefined
    const { model, transcription } = session.agent
    const rates = { model: modelPrice(prices, model), transcription: transcriptionPrice(prices, transcription) }
    const startedAt = call?.startedAt ?? clock.now()
    const found = { tally: new Tally(rates, clock.now()), id: call?.id ?? newId('txt_'), startedAt }
    this.#tallies.set(lease, found)
    return found
  }
}
