/**
 * Does a long conversation take longer to go on? `npm run bench:resume`: from the request for a new call until the broker
 * says that it may be spoken to. An agent that takes the same ten sentences into the call, however many there were, shows
 * what the rest of the transcript costs; one with the usual `restoreTokens` shows what its history costs.
 */
import { type BenchSession, BrokerClient } from './lib/broker.ts'
import { type Upstream, withPrograms } from './lib/programs.ts'
import { heading, ms, table, times } from './lib/report.ts'
import { speakAndRecord } from './lib/speech.ts'
import { median, percentile } from './lib/stats.ts'

const long = process.argv.includes('--long')
const ALL_KINDS = [
  { name: '10 items', agent: 'brief', items: 10 },
  { name: '10,000 items, the same history', agent: 'brief', items: 10_000 },
  { name: '10,000 items, usual history', agent: 'bench', items: 10_000 },
] as const
const KINDS = long ? ALL_KINDS : ALL_KINDS.slice(0, 2)
/** Sessions of each kind that take turns: none gets more calls than a real one. */
const SESSIONS = long ? 3 : 1
const ROUNDS = long ? 60 : 30
const SLEEPS = long ? 12 : 4
/** An object that nobody asks is put to sleep by workerd after 10 s. */
const ASLEEP_AFTER_MS = 11_000
/** What a call has left to do when it is over (ms). */
const REST_MS = 30
/** Turns that are spoken without waiting. */
const BATCH = 500

interface Conversation extends BenchSession {
  /** Number of the newest update that its widget knows. */
  seen: number
}

/** From the request on (ms): the answer is there; the history is in and the widget knows. */
interface Resumed {
  answered: number
  ready: number
}

await withPrograms(async (programs) => {
  const upstream = await programs.upstream()
  const parley = new BrokerClient((await programs.parley()).url)
  heading('bench:resume')
  const conversations: Conversation[][] = []
  for (const kind of KINDS) {
    const made: Conversation[] = []
    for (let n = 0; n < SESSIONS; n++) made.push(await converse(parley, upstream, kind.agent, kind.items))
    conversations.push(made)
  }
  const everyOne = Array.from({ length: SESSIONS }, (_, n) => conversations.map((made) => made[n])).flat()

  const awake = KINDS.map((): Resumed[] => [])
  const asleep = KINDS.map((): Resumed[] => [])
  const resumeAll = async (into: Resumed[][]) => {
    for (const [n, conversation] of everyOne.entries()) {
      if (conversation) into[n % KINDS.length]?.push(await resume(parley, conversation))
    }
  }
  await resumeAll(KINDS.map(() => []))
  for (let round = 0; round < ROUNDS; round++) await resumeAll(awake)
  for (let round = 0; round < SLEEPS; round++) {
    await new Promise((resolve) => setTimeout(resolve, ASLEEP_AFTER_MS))
    await resumeAll(asleep)
  }
  for (const conversation of everyOne) if (conversation) await parley.erase(conversation)
  const head = ['object', 'conversation', 'n', 'answered p50', 'ready p50', 'ready p95', `× ${ALL_KINDS[0].name}`]
  table(head, [...rows('awake', awake), ...rows('asleep', asleep)])
})

/** A conversation that was really spoken: every row is the recorder's. Its call is over. */
async function converse(
  parley: BrokerClient,
  upstream: Upstream,
  agent: 'bench' | 'brief',
  items: number,
): Promise<Conversation> {
  const session = await parley.createSessionWithCall(agent)
  const widget = await parley.connect(session)
  await widget.ready(session)
  let seen = 0
  for (let from = 0; from < items; from += BATCH) {
    seen = await speakAndRecord(upstream, widget, session, from, Math.min(BATCH, items - from))
  }
  widget.close()
  await parley.endCall(session)
  return { ...session, seen }
}

async function resume(parley: BrokerClient, conversation: Conversation): Promise<Resumed> {
  const begin = performance.now()
  await parley.call(conversation)
  const answered = performance.now() - begin
  const widget = await parley.connect(conversation, conversation.seen)
  await widget.ready(conversation)
  const ready = performance.now() - begin
  widget.close()
  await parley.endCall(conversation)
  await new Promise((resolve) => setTimeout(resolve, REST_MS))
  return { answered, ready }
}

function rows(object: string, all: Resumed[][]): string[][] {
  const base = all[0]?.map(({ ready }) => ready) ?? []
  return all.map((resumed, n) => {
    const ready = resumed.map((one) => one.ready)
    const answered = median(resumed.map((one) => one.answered))
    const name = KINDS[n]?.name ?? ''
    return [
      object,
      name,
      String(resumed.length),
      ms(answered),
      ms(median(ready)),
      ms(percentile(ready, 0.95)),
      times(ready, base),
    ]
  })
}
