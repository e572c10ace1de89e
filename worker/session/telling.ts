/** What of a session goes to the site owner's server and comes back from there, wired. */
import type { EventsConfig } from '../../protocol/events.ts'
import { Events } from '../events/events.ts'
import { readPrices } from '../ledger/prices.ts'
import type { Log } from '../log.ts'
import { DataPoints } from '../records/data-points.ts'
import { Records } from '../records/records.ts'
import type { Caretaker } from './caretaker.ts'
import type { Conversation } from './conversation.ts'
import { HandOvers } from './hand-overs.ts'
import type { Clock } from './ports.ts'
import { Recorder, type RecorderPorts } from './recorder.ts'
import type { Store } from './store.ts'
import { Tidings } from './tidings.ts'
import type { Vault } from './vault.ts'

export interface TellingPorts {
  ctx: Pick<DurableObjectState, 'storage' | 'waitUntil'>
  env: Env
  clock: Clock
  log: Log
  vault: Vault
  store: Store
  /** To every widget of the session. */
  broadcast: RecorderPorts['send']
  config: (agent: string) => EventsConfig | undefined
  conversation: () => Conversation
  caretaker: () => Caretaker
}

export type Telling = ReturnType<typeof createTelling>

export function createTelling({ ctx, env, clock, log, vault, store, broadcast, ...later }: TellingPorts) {
  const { sql } = ctx.storage
  const events = new Events({
    ...{ sql, sealer: vault, env: { ...env }, clock, log, random: Math.random, config: later.config },
    about: () => store.session(),
    onGivenUp: () => records.touch(),
    watchBy: (time) => later.caretaker().watchBy(time),
    background: (work) => ctx.waitUntil(work),
  })
  const records: Records = new Records({
    ...{ sql, clock, log, store },
    // Declared in wrangler.toml, and may be taken out there.
    db: (env as Partial<Env>).RECORDS,
    prices: readPrices(env.PRICES),
    deadLetters: () => events.deadLetters().length,
    watchBy: (time) => later.caretaker().watchBy(time),
    onForgotten: () => later.caretaker().rest(),
    background: (work) => ctx.waitUntil(work),
  })
  const tidings = new Tidings({ events, store, records, points: new DataPoints(env.ANALYTICS, log) })
  const send: RecorderPorts['send'] = (frame) => {
    tidings.sent(frame)
    records.sent(frame)
    broadcast(frame)
  }
  const recorder = new Recorder({ store, clock, send })
  const secret = env.PARLEY_SECRET
  const handOvers = new HandOvers({
    sql,
    store,
    events,
    recorder,
    clock,
    log,
    secret,
    conversation: later.conversation,
  })
  return { events, tidings, records, handOvers, recorder, send }
}
