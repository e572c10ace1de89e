/** The events of one session, or of an agent: written down as they happen, told by the courier. Costs nothing where an agent has none. */
import { type Event, type EventsConfig, isTold } from '../../protocol/events.ts'
import type { Sql } from '../lazy-table.ts'
import type { Log } from '../log.ts'
import { Courier, type CourierPorts } from './courier.ts'
import { type DeadLetter, Outbox, type Sealer } from './outbox.ts'

type FactOf<E> = E extends Event ? { type: E['type']; data: Omit<E['data'], 'session' | 'agent'> } : never
/** What has happened, without where. */
export type Fact = FactOf<Event>

export interface EventsPorts extends Pick<CourierPorts, 'config' | 'env' | 'clock' | 'random' | 'onGivenUp'> {
  sql: Sql
  sealer: Sealer
  log: Log
  /** Whom they concern: a session, or, without `id`, the agent itself. */
  about: () => { id?: string; agentId: string } | null
  /** Makes sure that `look` is called by then (ms since 1970). */
  watchBy: (time: number) => Promise<void>
  /** Keeps the object until this is done. */
  background: (work: Promise<unknown>) => void
}

/** How long (ms) a delivery that was begun may take before the alarm looks after it. */
const BACKSTOP_MS = 30_000

export class Events {
  readonly #ports: EventsPorts
  readonly #outbox: Outbox
  readonly #courier: Courier

  constructor(ports: EventsPorts) {
    this.#ports = ports
    this.#outbox = new Outbox(ports.sql, ports.sealer)
    this.#courier = new Courier({
      ...ports,
      outbox: this.#outbox,
      onWaiting: (time) => ports.background(ports.watchBy(time)),
    })
  }

  /** Whether the agent wants to be told this. */
  wants(type: Event['type']): boolean {
    return isTold(this.#config(), type)
  }

  /** Something has happened: to be called right where its rows are written, without an `await` in between. */
  note(fact: Fact): void {
    const { clock, background, watchBy } = this.#ports
    const about = this.#ports.about()
    if (!about || !this.wants(fact.type)) return
    const at = clock.now()
    const { type, data } = fact
    const whose = { ...(about.id === undefined ? {} : { session: about.id }), agent: about.agentId }
    this.#outbox.put({ type, ...whose, at, data }, type === 'hand_over')
    this.#courier.hurry(at)
    const due = this.#courier.dueAt()
    if (due !== null) background(watchBy(due))
  }

  /** Nothing of this type has left yet. */
  isUntold(type: Event['type']): boolean {
    return this.#courier.isUntold(type)
  }

  /** Nothing of the session was ever told, and nothing is to be. */
  drop(): void {
    this.#outbox.dropWaiting()
  }

  /** When the alarm is needed next (ms since 1970), null when nothing waits. */
  nextLook(): number | null {
    const due = this.#courier.dueAt()
    const now = this.#ports.clock.now()
    return due !== null && due <= now ? now + BACKSTOP_MS : due
  }

  /** The alarm rang. */
  look(): void {
    const due = this.#courier.dueAt()
    if (due !== null && due <= this.#ports.clock.now()) this.#ports.background(this.#courier.deliver())
  }

  /** Tells what is due, and answers when that is done. */
  deliver(): Promise<void> {
    return this.#courier.deliver()
  }

  /** What nobody would take. */
  deadLetters(): DeadLetter[] {
    return this.#outbox.dead()
  }

  /** Older dead letters than so many are dropped. */
  keepNewest(count: number): void {
    this.#outbox.keepNewest(count)
  }

  /** Dead letters are tried anew. */
  async resend(): Promise<void> {
    this.#outbox.revive(this.#ports.clock.now())
    const due = this.#courier.dueAt()
    if (due !== null) await this.#ports.watchBy(due)
  }

  /** Before everything is erased. The answer puts back what outlives the session. */
  survivors(): () => void {
    const putBack = this.#outbox.survivors()
    return () => {
      this.#outbox.reset()
      putBack()
    }
  }

  #config(): EventsConfig | undefined {
    const about = this.#ports.about()
    return about ? this.#ports.config(about.agentId) : undefined
  }
}
