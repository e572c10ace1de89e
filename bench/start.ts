/**
 * What the broker costs when a call is started: `npm run bench:start`. Ways to start a call are asked in turns within one
 * run, so that they share whatever the machine is doing; what counts is the ratio to the pass-through.
 */
import { type BenchSession, BrokerClient, OFFER } from './lib/broker.ts'
import { request } from './lib/http.ts'
import { type Programs, withPrograms } from './lib/programs.ts'
import { heading, ms, table, times } from './lib/report.ts'
import { median, percentile } from './lib/stats.ts'

const long = process.argv.includes('--long')
const SIZES = { 0: long ? 600 : 150, 50: long ? 200 : 60 } as const
const WAVES = long ? 10 : 3
/** Starts in one wave, and how many of them at the same time. */
const WAVE = 96
const PARALLEL = 16
/** What an arm has begun in the background is over before the next one's turn (ms). */
const REST_MS = 4
/**
 * Sessions that take turns one at a time: few enough to stay warm (an object is put to sleep after 10 s), and so many that
 * none gets more calls than a real one.
 */
const POOL = 24

/** One way to start a call. Resolves when the answer is there; `cleanUp` is not measured. */
interface Arm {
  name: string
  start(): Promise<() => Promise<void>>
}
const nothing = async () => {}

await withPrograms(async (programs) => {
  const upstream = await programs.upstream()
  const { newSession, existingSession } = await arms(programs)
  heading('bench:start')
  const rows: string[][] = []
  for (const [scenario, make] of Object.entries({ 'new session': newSession, 'existing session': existingSession })) {
    await upstream.delay(0)
    const all = await make()
    for (const delay of [0, 50] as const) {
      await upstream.delay(delay)
      rows.push(...(await measure(all, SIZES[delay], [scenario, `${delay} ms`])))
    }
  }
  const head = ['start of', 'upstream', 'way', 'n', 'p50', 'p95', '× pass-through', `/s (${PARALLEL} at once)`, '×']
  table(head, rows)
})

async function arms(programs: Programs) {
  const [passThrough, express, objectFirst, parley] = [
    await programs.worker('pass-through'),
    await programs.express(),
    await programs.worker('object-first', { objects: { CONVERSATIONS: 'Conversation' } }),
    new BrokerClient((await programs.parley()).url),
  ]
  const stateless = [plain('pass-through', passThrough.url), plain('Express', express.url)]
  const parleyNew: Arm = {
    name: 'Parley',
    async start() {
      const session = await parley.createSessionWithCall()
      return () => parley.erase(session)
    },
  }
  return {
    newSession: async () => [...stateless, plain('object first', objectFirst.url), parleyNew],
    async existingSession() {
      const known = Array.from({ length: WAVE }, (_, n) => `bench ${n}`)
      for (const session of known) await post(objectFirst.url, { sdp: OFFER, session })
      const [resting, talking] = [await sessions(parley), await sessions(parley)]
      for (const session of resting) await parley.endCall(session)
      return [
        ...stateless,
        plain('object first', objectFirst.url, known),
        existing('Parley, older call ended', parley, resting, (session) => parley.endCall(session)),
        existing('Parley, older call live', parley, talking, nothing),
      ]
    },
  }
}

function plain(name: string, url: string, known?: string[]): Arm {
  let turn = 0
  return {
    name,
    async start() {
      turn += 1
      await post(url, { sdp: OFFER, ...(known ? { session: known[turn % known.length] } : {}) })
      return nothing
    },
  }
}

function post(url: string, body: object): Promise<string> {
  return request(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

function sessions(parley: BrokerClient): Promise<BenchSession[]> {
  return Promise.all(Array.from({ length: WAVE }, () => parley.createSessionWithCall()))
}

/** One session after the other; each has one start at a time. */
function existing(
  name: string,
  parley: BrokerClient,
  pool: BenchSession[],
  after: (session: BenchSession) => Promise<void>,
): Arm {
  return {
    name,
    async start() {
      const session = pool.shift()
      if (!session) throw new Error('more starts at the same time than sessions')
      await parley.call(session)
      return async () => {
        await after(session)
        // Used again soon: one at a time the same few stay warm, a wave goes through all.
        pool.splice(Math.min(POOL, pool.length), 0, session)
      }
    },
  }
}

async function measure(all: readonly Arm[], size: number, labels: string[]): Promise<string[][]> {
  for (const arm of all) for (let n = 0; n < 20; n++) await (await arm.start())()
  const latencies = await oneAtATime(all, size)
  const rates = await inWaves(all)
  const base = all[0]?.name ?? ''
  return all.map(({ name }) => {
    const [own = [], floor = []] = [latencies.get(name), latencies.get(base)]
    const [rate = [], floorRate = []] = [rates.get(name), rates.get(base)]
    const speed = [median(rate).toFixed(0), times(rate, floorRate)]
    return [...labels, name, String(size), ms(median(own)), ms(percentile(own, 0.95)), times(own, floor), ...speed]
  })
}

/** Each arm in turn, the order reversed each time. Answers latencies (ms). */
async function oneAtATime(all: readonly Arm[], size: number): Promise<Map<string, number[]>> {
  const latencies = new Map<string, number[]>(all.map(({ name }) => [name, []]))
  for (let n = 0; n < size; n++) {
    for (const arm of n % 2 === 0 ? all : all.toReversed()) {
      const begin = performance.now()
      const cleanUp = await arm.start()
      latencies.get(arm.name)?.push(performance.now() - begin)
      await cleanUp()
      await new Promise((resolve) => setTimeout(resolve, REST_MS))
    }
  }
  return latencies
}

/** Answers starts per second, one number for each wave. */
async function inWaves(all: readonly Arm[]): Promise<Map<string, number[]>> {
  const rates = new Map<string, number[]>(all.map(({ name }) => [name, []]))
  for (let wave = 0; wave < WAVES; wave++) {
    for (const arm of wave % 2 === 0 ? all : all.toReversed()) {
      const cleanUps: (() => Promise<void>)[] = []
      const begin = performance.now()
      await parallel(WAVE, async () => void cleanUps.push(await arm.start()))
      rates.get(arm.name)?.push((WAVE * 1000) / (performance.now() - begin))
      await parallel(WAVE, async () => await cleanUps.pop()?.())
    }
  }
  return rates
}

async function parallel(times: number, work: () => Promise<void>): Promise<void> {
  let left = times
  const worker = async () => {
    while (left-- > 0) await work()
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
}
