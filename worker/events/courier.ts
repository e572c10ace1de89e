/**
 * Takes events to the receiver: one after the other in the order in which they happened, each until it is taken or given
 * up. Started by the alarm of the object; in between nothing is kept awake.
 */
import type { EventsConfig } from '../../protocol/events.ts'
import type { Log } from '../log.ts'
import { serverAt, WebhookError } from '../webhooks/server.ts'
import { GATHER_MS, GIVE_UP_MS, pauseAfter, TRY_NEW_MS } from './backoff.ts'
import { GONE, type Outbox, type Waiting } from './outbox.ts'

/** A receiver that has not answered by then (ms) has failed. It is to store the event and work on it later. */
const TIMEOUT_MS = 5_000

export interface CourierPorts {
  outbox: Outbox
  /** Where an agent's events go; undefined where it has no such place any more. */
  config: (agentId: string) => EventsConfig | undefined
  /** Variables, secrets and bindings of the deployment. */
  env: Readonly<Record<string, unknown>>
  clock: { now(): number; after(ms: number, run: () => void): () => void }
  /** 0…1 */
  random: () => number
  log: Log
  /** Something is still to be told: to be looked at again by then (ms since 1970). */
  onWaiting: (time: number) => void
  /** Events have become dead letters. */
  onGivenUp: () => void
}

/** `stop`: there is no receiver any more. */
type Outcome = { ok: true } | { ok: false; cause: string; stop?: boolean }

export class Courier {
  readonly #ports: CourierPorts
  #run: Promise<void> | null = null
  /** The event that is on its way. */
  #underWay: string | null = null

  constructor(ports: CourierPorts) {
    this.#ports = ports
  }

  /** When the next event is to be told (ms since 1970). */
  dueAt(): number | null {
    const { outbox } = this.#ports
    const head = outbox.head()
    return head && Math.max(head.since + GATHER_MS, outbox.trouble()?.nextAt ?? 0)
  }

  /** This event was not told, and is not just being told. */
  isUntold(type: Waiting['type']): boolean {
    return this.#underWay === null && this.#ports.outbox.isWaiting(type)
  }

  /** Something new waits. */
  hurry(now: number): void {
    const { outbox } = this.#ports
    const trouble = outbox.trouble()
    if (trouble && !trouble.gone && trouble.nextAt > now + TRY_NEW_MS) {
      outbox.saveTrouble({ ...trouble, nextAt: now + TRY_NEW_MS })
    }
  }

  /** Tells what is due. Never rejects; one at a time, however often it is asked. */
  deliver(): Promise<void> {
    this.#run ??= this.#deliver()
      .catch((error: unknown) => this.#ports.log.error('events_broke', { cause: nameOf(error) }))
      .finally(() => {
        this.#run = null
      })
    return this.#run
  }

  async #deliver(): Promise<void> {
    const { outbox, clock, log, onWaiting } = this.#ports
    for (;;) {
      const head = outbox.head()
      const due = this.dueAt()
      if (!head || due === null) return
      if (due > clock.now()) return onWaiting(due)
      this.#underWay = head.id
      const outcome = await this.#send(head).finally(() => {
        this.#underWay = null
      })
      if (outbox.head()?.id !== head.id) continue // erased meanwhile
      if (outcome === null) outbox.dropWaiting()
      else if (!outcome.ok) this.#fail(head, outcome)
      else {
        outbox.delivered(head)
        log.info('event_told', { type: head.type, event: head.id })
      }
    }
  }

  /** Never rejects. Null: nobody wants to know any more. */
  async #send(head: Omit<Waiting, 'data'>): Promise<Outcome | null> {
    const { outbox, config, env, clock } = this.#ports
    const { id, type, at, session, agent } = head
    const place = config(agent)
    if (!place) return null
    const giveUp = new AbortController()
    const stopTimer = clock.after(TIMEOUT_MS, () => giveUp.abort(new DOMException('no answer', 'TimeoutError')))
    try {
      const data = { session, agent, ...outbox.dataOf(head) }
      const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data })
      const server = serverAt({ url: place.url, secretName: place.secret }, env)
      const { ok, status, body: answer } = await server.post({ id, body, now: clock.now(), signal: giveUp.signal })
      // Nobody reads it: an answer without end must not keep us.
      await answer?.cancel()
      return ok ? { ok } : { ok, cause: `status_${status}`, stop: `status_${status}` === GONE }
    } catch (error) {
      if (giveUp.signal.aborted) return { ok: false, cause: 'timeout' }
      return { ok: false, cause: error instanceof WebhookError ? error.name : 'unreachable' }
    } finally {
      stopTimer()
    }
  }

  #fail(head: Omit<Waiting, 'data'>, { cause, stop = false }: Extract<Outcome, { ok: false }>): void {
    const { outbox, clock, random, log, onGivenUp } = this.#ports
    const now = clock.now()
    const failures = (outbox.trouble()?.failures ?? 0) + 1
    log.error('event_not_taken', { type: head.type, event: head.id, cause, failures })
    outbox.saveTrouble({ failures, nextAt: now + pauseAfter(failures, random()), gone: stop })
    const buried = outbox.bury(stop ? now : now - GIVE_UP_MS, cause)
    for (const { id, type } of buried) log.error('event_given_up', { type, event: id, cause })
    if (buried.length > 0) onGivenUp()
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
