/** What of a session's life is told to the site owner: to their server (docs/events.md), to the index of the console and to Analytics Engine, put together from its rows. */
import type { Cap, EndReason, ServerFrame } from '../../protocol/frames.ts'
import type { Score } from '../../protocol/rating.ts'
import type { Events } from '../events/events.ts'
import type { MicroUsd } from '../ledger/money.ts'
import type { CallEvent } from '../provider/provider.ts'
import type { DataPoints } from '../records/data-points.ts'
import type { Records } from '../records/records.ts'
import type { CallRow, SessionRow, Store } from './store.ts'

type AnswerEnded = Extract<CallEvent, { type: 'answer_ended' }>

/** Reasons that are caps: `limit.reached` is told along with the end of the call. */
const CAPS: readonly string[] = ['time_cap', 'cost_cap', 'day_cap', 'visitor_cap'] satisfies Cap[]

/** More warnings than this are not told of one session: they would say nothing new. */
const MAX_WARNINGS = 10

export interface TidingsPorts {
  events: Pick<Events, 'note' | 'wants' | 'isUntold' | 'drop'>
  store: Pick<Store, 'session' | 'saveSession' | 'spent' | 'counts' | 'callsBefore'>
  records: Pick<Records, 'callEnded' | 'toolFailed' | 'began' | 'touch'>
  points: Pick<DataPoints, 'areWanted' | 'callEnded'>
}

export class Tidings {
  readonly #events: TidingsPorts['events']
  readonly #store: TidingsPorts['store']
  readonly #records: TidingsPorts['records']
  readonly #points: TidingsPorts['points']
  /** Caps that have kept typed text from being answered: told once in the life of the object. */
  readonly #reached = new Set<Cap>()
  /** Answers that were told of as cut by the filter: the provider may tell of their end twice. */
  readonly #filtered = new Set<string>()

  constructor({ events, store, records, points }: TidingsPorts) {
    this.#events = events
    this.#store = store
    this.#records = records
    this.#points = points
  }

  sessionStarted({ origin, person, consents: [first] = [] }: SessionRow): void {
    this.#records.began()
    const consent = first ? { consent: { version: first.version, at: first.at } } : {}
    this.#events.note({ type: 'session.started', data: { origin, identified: person !== undefined, ...consent } })
  }

  /** @param spent null where that is not known */
  callEnded(call: CallRow, spent: MicroUsd | null): void {
    const { id, reason, startedAt, endedAt } = call
    if (reason === null || endedAt === null) return
    this.#records.callEnded(call, spent)
    if (isCap(reason)) this.#events.note({ type: 'limit.reached', data: { call: id, cap: reason } })
    if (!this.#events.wants('call.ended') && !this.#points.areWanted) return // counting looks at every item
    const seconds = Math.max(0, endedAt - startedAt) / 1000
    const counts = { ...this.#store.counts(id), reconnects: this.#reconnectsBefore(call) }
    const data = { call: id, reason, duration_seconds: seconds, cost_usd: usd(spent), ...counts }
    this.#events.note({ type: 'call.ended', data })
    const session = this.#store.session()
    // One that never took over from another was nobody's call.
    if (!session || call.follows) return
    this.#points.callEnded({
      ...{ agent: session.agentId, reason, path: pathOf(call), region: session.near ?? '', model: session.agent.model },
      ...{ seconds, usd: usd(spent) ?? 0, ...counts, connectMs: connectMs(call) },
    })
  }

  sessionEnded(reason: 'visitor' | 'retention' | 'owner' | 'failed'): void {
    if (!this.#events.wants('session.ended')) return
    const { callGeneration: calls = 0 } = this.#store.session() ?? {}
    const data = { reason, calls, cost_usd: usd(this.#store.spent()), ...this.#store.counts() }
    this.#events.note({ type: 'session.ended', data })
  }

  /** The session never came to be. Whoever was told that it has begun is told that it is over. */
  neverBegan(): void {
    if (!this.#events.wants('session.started') || this.#events.isUntold('session.started')) this.#events.drop()
    else this.sessionEnded('failed')
  }

  toolFailed(call: string | null, tool: string | undefined, cause: string): void {
    this.#records.toolFailed(call)
    this.#events.note({ type: 'tool.failed', data: { call, tool: tool ?? null, cause } })
  }

  /** The provider's filter has cut an answer. @param lease id of the call, or of the session for a conversation in writing */
  answerFiltered(lease: string, { response, items }: Pick<AnswerEnded, 'response' | 'items'>): void {
    const session = this.#store.session()
    if (!session || !this.#events.wants('safety.warning') || this.#filtered.has(response)) return
    const { safetyWarnings = 0 } = session
    if (safetyWarnings >= MAX_WARNINGS) return
    this.#filtered.add(response)
    this.#store.saveSession({ ...session, safetyWarnings: safetyWarnings + 1 })
    const call = lease === session.id ? null : lease
    this.#events.note({ type: 'safety.warning', data: { call, reason: 'content_filter', item: items.at(-1) ?? null } })
  }

  /** The visitor has said how it was. */
  rated(score: Score): void {
    this.#records.touch()
    this.#events.note({ type: 'session.rated', data: { score } })
  }

  /** What the visitor's page is told of limits. */
  sent(frame: ServerFrame): void {
    if (frame.type !== 'notice' || frame.cap === undefined) return
    const { code, call, cap, share = 0, seconds = null } = frame
    if (code === 'limit_near') this.#events.note({ type: 'limit.near', data: { call, cap, share, seconds } })
    if (code !== 'limit_reached' || this.#reached.has(cap)) return
    this.#reached.add(cap)
    this.#events.note({ type: 'limit.reached', data: { call, cap } })
  }

  #reconnectsBefore({ generation }: CallRow): number {
    let dropped = 0
    for (const { reason } of this.#store.callsBefore(generation)) {
      if (reason === 'dropped') dropped += 1
      else if (reason !== 'rolled_over') break
    }
    return dropped
  }
}

function pathOf({ phone, relayed }: CallRow): 'phone' | 'relay' | 'webrtc' {
  if (phone) return 'phone'
  return relayed ? 'relay' : 'webrtc'
}

function connectMs({ readyAt, startedAt, since }: CallRow): number {
  return readyAt === undefined || since !== undefined ? 0 : readyAt - startedAt
}

function isCap(reason: EndReason): reason is Cap {
  return CAPS.includes(reason)
}

function usd(spent: MicroUsd | null): number | null {
  return spent === null ? null : spent / 1_000_000
}
