/** Durable Object `Visitors`, one per agent: visits.ts behind methods, and its housekeeping. Touched before each new session. */
import { DurableObject } from 'cloudflare:workers'
import { type Identity, type OwnedSession, type Repeat, type Start, type Verdict, Visits } from './visits.ts'

/** How often what has run out is forgotten (ms). */
const PRUNE_EVERY_MS = 60 * 60 * 1000

export class Visitors extends DurableObject<Env> {
  readonly #visits: Visits
  #armed = false

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#visits = new Visits(ctx.storage.sql)
  }

  async start(start: Start): Promise<Verdict<Repeat | null>> {
    await this.#arm()
    return this.#visits.start(start, Date.now())
  }

  async ownedBy(identity: Identity): Promise<Verdict<OwnedSession[]>> {
    await this.#arm()
    if (!this.#visits.use(identity, '')) return { ok: false, code: 'identity_replayed' }
    return { ok: true, value: this.#visits.ownedBy(identity.person) }
  }

  async owns(identity: Identity, session: string): Promise<Verdict<boolean>> {
    await this.#arm()
    if (!this.#visits.use(identity, '')) return { ok: false, code: 'identity_replayed' }
    return { ok: true, value: this.#visits.owns(identity.person, session) }
  }

  async forget(session: { session: string; startKey?: string; person?: string }): Promise<void> {
    this.#visits.forget(session)
  }

  override async alarm(): Promise<void> {
    if (this.#visits.prune(Date.now())) await this.ctx.storage.setAlarm(Date.now() + PRUNE_EVERY_MS)
    else this.#armed = false
  }

  async #arm(): Promise<void> {
    if (this.#armed) return
    this.#armed = true
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + PRUNE_EVERY_MS)
  }
}
