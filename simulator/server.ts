/** The simulator: a local stand-in for the Realtime API, put together from its parts. */
import { createServer, type Server } from 'node:http'
import { joinCall, type Opening, openPeerCall, openSocketCall } from './calls/open.ts'
import { PhoneBook } from './calls/phone-book.ts'
import { Registry } from './calls/registry.ts'
import { type Clock, sleep, systemClock } from './clock.ts'
import { Credentials } from './credentials.ts'
import { DIALECTS, type DialectName } from './dialects/index.ts'
import { type Engines, realEngines } from './engines.ts'
import { Faults } from './faults.ts'
import { createCall, hangUp } from './http/calls.ts'
import { mintSecret } from './http/client-secrets.ts'
import { injectFault, showCalls, showJournal } from './http/control.ts'
import { listModels, showModel } from './http/models.ts'
import { acceptCall, actOnPhone, dial, referCall, rejectCall, showHeard, showPhone } from './http/phone.ts'
import { createRouter, type Route } from './http/router.ts'
import { createUpgrade } from './http/upgrade.ts'
import { createIds } from './ids.ts'
import { Journal } from './journal.ts'
import { DEFAULT_TIMING, type Timing, type World } from './realtime/world.ts'

export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  port?: number
  host?: string
  /** Whose way of running the API is imitated. Default `openai`. */
  dialect?: DialectName
  clock?: Clock
  /** The provider's cap on a call, in ms. Default 60 minutes. */
  callLimitMs?: number
  /** A sideband is not found for so many ms after its call was created. */
  sideband404Ms?: number
  /** Makes ids repeatable. */
  seed?: number
  timing?: Partial<Timing>
  /** Replaces ears, mouth or network. */
  engines?: Partial<Engines>
  /** For what should not happen. */
  log?: (line: string) => void
}

export interface Simulator {
  /** `http://localhost:PORT/v1` (of Azure `/openai/v1`), to be used as `OPENAI_BASE_URL`. */
  url: string
  port: number
  /** What hears and speaks. From then on both get ready, so that the first call need not wait for them. */
  speech(): Promise<{ voice: string; ear: string }>
  close(): Promise<void>
}

const HOUR_MS = 60 * 60_000
/** How long a client may take to answer a goodbye when the simulator stops. */
const GOODBYE_MS = 500

export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock = systemClock, log = () => {} } = options
  const dialect = DIALECTS[options.dialect ?? 'openai']
  const engines = { ...(await realEngines()), ...options.engines }
  const voice = once(engines.createVoice)
  const ear = once(engines.createEar)
  const newId = createIds(options.seed)
  const world: World = {
    clock,
    readSession: dialect.readSession,
    newId,
    timing: { ...DEFAULT_TIMING, ...options.timing },
    voice: voice.get,
    ear: ear.get,
    createVad: engines.createVad,
    log,
  }
  const journal = new Journal(clock.now)
  const credentials = new Credentials(clock, dialect)
  const calls = new Registry(clock, options.sideband404Ms ?? 150)
  const faults = new Faults(calls)
  const opening: Opening = { world, journal, calls, limitMs: options.callLimitMs ?? HOUR_MS }
  const book = new PhoneBook(opening)
  const wait = (ms: number) => (ms > 0 ? sleep(clock, ms) : Promise.resolve())

  const at = (path: RegExp) => new RegExp(`^${dialect.prefix}${path.source}`)

  const routes: Route[] = [
    {
      name: 'client_secrets',
      method: 'POST',
      path: at(/\/realtime\/client_secrets$/),
      answer: (ask) => mintSecret(ask, credentials, newId, dialect),
    },
    {
      name: 'calls',
      method: 'POST',
      path: at(/\/realtime\/calls$/),
      answer: (ask) =>
        createCall(ask, credentials, dialect, (offer, config, pageEvents) =>
          openPeerCall(opening, engines.answerOffer, offer, config, {
            ...{ pageEvents, noCandidates: faults.takeNoCandidates() },
          }),
        ),
    },
    {
      name: 'hangup',
      method: 'POST',
      path: at(/\/realtime\/calls\/([^/]+)\/hangup$/),
      answer: (ask) => hangUp(ask, credentials, calls),
    },
    {
      name: 'accept',
      method: 'POST',
      path: at(/\/realtime\/calls\/([^/]+)\/accept$/),
      answer: (ask) => acceptCall(ask, credentials, book),
    },
    {
      name: 'reject',
      method: 'POST',
      path: at(/\/realtime\/calls\/([^/]+)\/reject$/),
      answer: (ask) => rejectCall(ask, credentials, book),
    },
    {
      name: 'refer',
      method: 'POST',
      path: at(/\/realtime\/calls\/([^/]+)\/refer$/),
      answer: (ask) => referCall(ask, credentials, book),
    },
    { name: 'models', method: 'GET', path: at(/\/models$/), answer: (ask) => listModels(ask, credentials, dialect) },
    {
      name: 'models',
      method: 'GET',
      path: at(/\/models\/([^/]+)$/),
      answer: (ask) => showModel(ask, credentials, dialect),
    },
    { name: null, method: 'POST', path: /^\/_simulator\/faults$/, answer: (ask) => injectFault(ask, faults) },
    { name: null, method: 'GET', path: /^\/_simulator\/journal$/, answer: (ask) => showJournal(ask, journal) },
    { name: null, method: 'POST', path: /^\/_simulator\/phone$/, answer: (ask) => dial(ask, book) },
    { name: null, method: 'GET', path: /^\/_simulator\/phone\/([^/]+)$/, answer: (ask) => showPhone(ask, book) },
    { name: null, method: 'GET', path: /^\/_simulator\/phone\/([^/]+)\/heard$/, answer: (ask) => showHeard(ask, book) },
    {
      name: null,
      method: 'POST',
      path: /^\/_simulator\/phone\/([^/]+)$/,
      answer: (ask) => actOnPhone(ask, book, voice.get),
    },
    { name: null, method: 'GET', path: /^\/_simulator\/calls$/, answer: () => showCalls(calls) },
  ]

  const server = createServer(createRouter({ routes, dialect, faults, journal, wait, log }))
  const upgrade = createUpgrade({
    dialect,
    credentials,
    calls,
    faults,
    journal,
    newId,
    wait,
    log,
    openSession: (socket, config) => openSocketCall(opening, socket, config),
    joinCall,
  })
  server.on('upgrade', (request, socket, head) => void upgrade.handle(request, socket, head))
  const port = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1')

  return {
    url: `http://localhost:${port}${dialect.prefix}`,
    port,
    speech: async () => {
      const [mouth, hearing] = await Promise.all([voice.get(), ear.get()])
      mouth
        .speak('Ready.')
        .then(({ pcm }) => hearing.hear(pcm))
        .catch((error) => log(`speech failed: ${error}`))
      return { voice: mouth.kind, ear: hearing.kind }
    },
    close: async () => {
      for (const call of calls.all) call.end('shutdown', 1001, 'The simulator is shutting down.')
      upgrade.close(GOODBYE_MS)
      await stopped(server)
      if (ear.made) await (await ear.get()).close()
    },
  }
}

/** Makes something expensive when it is first asked for, and only once. */
function once<T>(make: () => Promise<T>): { get: () => Promise<T>; readonly made: boolean } {
  let made: Promise<T> | null = null
  return {
    get: () => {
      made ??= make()
      return made
    },
    get made() {
      return made !== null
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

function stopped(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
