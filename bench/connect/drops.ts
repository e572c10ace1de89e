/** A call breaks: how long until the assistant is heard again, with what was said before? */
import { ms, table } from '../lib/report.ts'
import { median, percentile } from '../lib/stats.ts'
import { ARMS, type Arm, Visit } from './visit.ts'
import type { World } from './world.ts'

interface Fault {
  name: string
  /** Resolves when it has happened, and for a network that comes back: when it is back. */
  happen(world: World, visit: Visit): Promise<void>
}

/** ms */
const AWAY_MS = 5_000

const FAULTS: readonly Fault[] = [
  { name: 'the provider closes the call', happen: ({ simulator }) => simulator.fault('end_call') },
  { name: 'the provider is gone without a word', happen: ({ simulator }) => simulator.fault('drop_call') },
  { name: 'packets stop', happen: ({ simulator }) => simulator.fault('drop_call', { keep_sideband: true }) },
  {
    name: `the visitor's network is away for ${AWAY_MS / 1000} s`,
    async happen({ simulator }, { page }) {
      // Chromium's switch is for requests and sockets; what carries sound is cut at the other end.
      await page.context().setOffline(true)
      await simulator.fault('drop_call', { keep_sideband: true })
      await page.waitForTimeout(AWAY_MS)
      await page.context().setOffline(false)
    },
  },
]

const BEFORE = 'my dog is called Rex.'
const AFTER = 'what did I say before?'
/** What is said takes less (ms). */
const SAID_MS = 3_500
/** Longer (ms) than any of the others takes to notice. */
const NEVER_MS = 20_000

/** In ms. */
interface Recovered {
  detected: number
  live: number
  heard: number
  fromReturn: number
}

export async function drops(world: World, rounds: number): Promise<void> {
  const [token, , agents] = ARMS
  const parley = ARMS.at(-1)
  if (!token || !agents || !parley) throw new Error('arms are missing')
  const rows: string[][] = []
  const taken = new Map<Fault, Recovered[]>(FAULTS.map((fault) => [fault, []]))
  for (let round = 0; round < rounds; round++) {
    for (const fault of FAULTS) taken.get(fault)?.push(await recover(world, parley, fault))
  }
  for (const [fault, all] of taken) {
    const numbers = (of: (one: Recovered) => number) => [median(all.map(of)), percentile(all.map(of), 0.95)].map(ms)
    rows.push([
      fault.name,
      parley.name,
      String(all.length),
      numbers((one) => one.detected).join(' / '),
      numbers((one) => one.heard - one.detected).join(' / '),
      numbers((one) => one.heard).join(' / '),
      numbers((one) => one.heard - one.fromReturn).join(' / '),
    ])
  }
  for (const arm of [token, agents]) {
    for (const fault of FAULTS) rows.push([fault.name, arm.name, '1', ...(await neverHeard(world, arm, fault))])
  }
  const head = ['fault', 'page', 'n', 'fault → noticed', 'noticed → sound', 'fault → sound', 'network back → sound']
  table(head, rows)
}

/** @throws Error when it does not come back, or has forgotten what was said */
async function recover(world: World, arm: Arm, fault: Fault): Promise<Recovered> {
  const visit = await talking(world, arm)
  await visit.arm()
  await visit.sayWhenNoticed(AFTER)
  const at = Date.now()
  await fault.happen(world, visit)
  const back = Date.now()
  const heardAt = await visit.heard(NEVER_MS)
  const marks = await visit.marks()
  if (heardAt === null) throw new Error(`${fault.name}: nothing heard again. ${JSON.stringify(marks.slice(-30))}`)
  const since = (name: string) => (marks.find((mark) => mark.name === name && mark.at >= at)?.at ?? Number.NaN) - at
  await visit.page.waitForTimeout(SAID_MS)
  const heard = (await visit.answers()).at(-1) ?? ''
  if (!heard.includes('Rex')) throw new Error(`${fault.name}: the history is lost, it answered "${heard}"`)
  await visit.end()
  await world.quiet()
  const detected = since('state reconnecting')
  return { detected, live: since('state live'), heard: heardAt - at, fromReturn: back - at }
}

async function neverHeard(world: World, arm: Arm, fault: Fault): Promise<string[]> {
  const visit = await talking(world, arm)
  await visit.arm()
  const at = Date.now()
  await fault.happen(world, visit)
  await visit.say(AFTER).catch(() => undefined) // a library may say that it is closed
  const heardAt = await visit.heard(NEVER_MS)
  const noticed = (await visit.marks()).find(
    (mark) => /^peer (disconnected|failed|closed)$/.test(mark.name) && mark.at >= at,
  )
  await visit.end()
  await world.quiet()
  if (heardAt !== null)
    throw new Error(`${arm.name} was heard again after "${fault.name}": this bench is wrong about it`)
  return [noticed ? ms(noticed.at - at) : 'never', 'never', 'never', 'never']
}

/** A visitor in a call who has said something, and was answered. */
async function talking(world: World, arm: Arm): Promise<Visit> {
  const visit = await Visit.open(world.browser, world.site, arm)
  await visit.untilHeard(arm)
  await visit.page.waitForTimeout(SAID_MS)
  await visit.arm()
  await visit.say(BEFORE)
  await visit.heard()
  await visit.page.waitForTimeout(SAID_MS)
  return visit
}
