/** What the site owner may ask of a session in the console, and have done to it. Who asks was checked by the Worker. */
import { RpcTarget } from 'cloudflare:workers'
import type { ToldTranscript } from '../../protocol/api.ts'
import type { LiveCall, OwnedCall, OwnedSession } from '../../protocol/console.ts'
import type { DeadLetter } from '../events/outbox.ts'
import type { Records } from '../records/records.ts'
import { beganAt } from './began.ts'
import type { Calls } from './calls.ts'
import type { ImageRows } from './image-rows.ts'
import type { Clock } from './ports.ts'
import { keptImage } from './reader.ts'
import { ok, type Result, refused } from './result.ts'
import { eraseAt } from './retention.ts'
import { knownOf } from './shown.ts'
import type { CallRow, Store } from './store.ts'

export interface OwnerPorts {
  store: Store
  calls: Calls
  images: Pick<ImageRows, 'jpeg'>
  records: Records
  events: { deadLetters(): DeadLetter[]; resend(): Promise<void> }
  clock: Clock
  erase: () => Promise<void>
}

export class OwnerDesk extends RpcTarget {
  readonly #ports: OwnerPorts

  constructor(ports: OwnerPorts) {
    super()
    this.#ports = ports
  }

  /** The live call of that id, null when it is over. */
  async live(id: string): Promise<LiveCall | null> {
    const { store, records } = this.#ports
    const session = store.session()
    const call = store.call(id)
    if (!session || !call || (call.state !== 'live' && call.state !== 'opening')) return null
    const { id: sessionId, agentId: agent } = session
    const startedAt = call.since ?? call.startedAt
    return { call: id, session: sessionId, agent, startedAt, path: pathOf(call), ...records.glimpse(call) }
  }

  async view(): Promise<Result<OwnedSession>> {
    const { store, records, events } = this.#ports
    const session = store.session()
    if (!session) return refused('session_not_found')
    const rows = store.callsAfter(0)
    const up = store.currentCall()
    const lastAt = up ? this.#ports.clock.now() : store.lastActivity()
    return ok({
      session: session.id,
      agent: session.agentId,
      origin: session.origin,
      identified: session.person !== undefined,
      ...knownOf(session),
      startedAt: session.createdAt,
      lastAt,
      erasedAt: eraseAt(session.agent, lastAt),
      usd: (store.spent() + records.unsettled()) / 1_000_000,
      ...store.counts(),
      calls: rows.map((call, n) => ownedCall(call, rows[n - 1])),
      deadLetters: events.deadLetters(),
    })
  }

  /** Everything, as it is stored. @param after position of an item */
  async transcript(after: number, limit: number): Promise<Result<ToldTranscript>> {
    const { store } = this.#ports
    const session = store.session()
    if (!session) return refused('session_not_found')
    const page = store.itemsAfter(after, limit + 1)
    const items = page.slice(0, limit)
    const last = items.at(-1)
    const next = page.length > limit && last ? String(last.position) : null
    return ok({ session: session.id, items, next, ...knownOf(session) })
  }

  /** The JPEG of a picture that is kept, by its item. */
  async image(item: string): Promise<Result<Uint8Array<ArrayBuffer>>> {
    const { store, images } = this.#ports
    return store.session() ? keptImage(images, item) : refused('session_not_found')
  }

  async startedAt(callId?: string): Promise<Result<number>> {
    const { store } = this.#ports
    const session = store.session()
    return session ? beganAt(store, session, callId) : refused('session_not_found')
  }

  async end(id: string): Promise<Result<null>> {
    const call = this.#ports.store.call(id)
    if (!call) return refused(this.#ports.store.session() ? 'call_not_found' : 'session_not_found')
    await this.#ports.calls.end(call, 'owner')
    return ok(null)
  }

  async erase(): Promise<Result<null>> {
    const { store, calls, erase } = this.#ports
    if (!store.session()) return refused('session_not_found')
    const call = store.currentCall()
    if (call) await calls.end(call, 'erased')
    await erase()
    return ok(null)
  }

  /** Events that the site owner's server would not take. */
  async deadLetters(): Promise<DeadLetter[]> {
    return this.#ports.events.deadLetters()
  }

  /** Has them told anew. */
  async resendDeadLetters(): Promise<void> {
    await this.#ports.events.resend()
    this.#ports.records.touch()
  }
}

/** The cost of each is what the index knows, if there is one (worker/console/call-costs.ts). */
function ownedCall(call: CallRow, before: CallRow | undefined): OwnedCall {
  const { id, startedAt, endedAt, reason } = call
  return {
    call: id,
    startedAt,
    endedAt,
    reason,
    path: pathOf(call),
    reconnect: before?.reason === 'dropped',
    usd: null,
  }
}

function pathOf({ relayed }: CallRow): LiveCall['path'] {
  return relayed ? 'relay' : 'webrtc'
}
