/** A call breaks: how long until the assistant is heard again, with what was said before? */
import { ms, table } from '../lib/report.ts'
import { median, percentile } from '../lib/stats.ts'
import { ARMS, type Arm, Visit } from './visit.ts'
import type { World } from './world.ts'

interface Fault {
  name: string
  /** It hits all calls there are. Resolves when it has happened, and for a network that comes back: when it is back. */
  happen(world: World, visits: readonly Visit[]): Promise<void>
}

/** ms */
const AWAY_MS = 5_000

const FAULTS: readonly Fault[] = [
  { name: 'the provider closes the call', happen: ({ simulator }) => simulator.fault('end_call') },
  { name: 'the provider is gone without a word', happen: ({ simulator }) => simulator.fault('drop_call') },
  { name: 'packets stop', happen: ({ simulator }) => simulator.fault('drop_call', { keep_sideband: true }) },
  {
    name: `the visitor's network is away for ${AWAY_MS / 1000} s`,
    async happen({ simulator }, visits) {
      // Chromium's switch is for requests and sockets; what carries sound is cut at the other end.
      const setOffline = (offline: boolean) => Promise.all(visits.map(({ page }) => page.context().setOffline(offline)))
      await setOffline(true)
      await simulator.fault('drop_call', { keep_sideband: true })
      await new Promise((resolve) => setTimeout(resolve, AWAY_MS))
      await setOffline(false)
    },
  },
]

const BEFORE = 'my dog is called Rex.'
const AFTER = 'what did I say before?'
/** Longer (ms) than any of the others takes to notice. */
const NEVER_MS = 20_000

/** In ms. */
interface Recovered {
  detected: number
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
  for (const fault of FAULTS) rows.push(...(await neverHeard(world, [token, agents], fault)))
  const head = ['fault', 'page', 'n', 'fault → noticed', 'noticed → sound', 'fault → sound', 'network back → sound']
  table(head, rows)
}

/** @throws Error when it does not come back, or has forgotten what was said */
async function recover(world: World, arm: Arm, fault: Fault): Promise<Recovered> {
  const visit = await talking(world, arm)
  await visit.arm()
  await visit.sayWhenNoticed(AFTER)
  const at = Date.now()
  await fault.happen(world, [visit])
  const back = Date.now()
  const heardAt = await visit.heard(NEVER_MS)
  const marks = await visit.marks()
  if (heardAt === null) throw new Error(`${fault.name}: nothing heard again. ${JSON.stringify(marks.slice(-30))}`)
  const since = (name: string) => (marks.find((mark) => mark.name === name && mark.at >= at)?.at ?? Number.NaN) - at
  await visit.untilSilent()
  const answers = await visit.answers()
  if (!answers.some((text) => /^Before.*Rex/.test(text))) {
    throw new Error(`${fault.name}: the history is lost, it said ${JSON.stringify(answers)}`)
  }
  await visit.end()
  await world.quiet()
  const detected = since('state reconnecting')
  return { detected, heard: heardAt - at, fromReturn: back - at }
}

/** One row for each page. @throws Error when one of them comes back after all */
async function neverHeard(world: World, arms: readonly Arm[], fault: Fault): Promise<string[][]> {
  const visits: Visit[] = []
  for (const arm of arms) visits.push(await talking(world, arm))
  for (const visit of visits) await visit.arm()
  const at = Date.now()
  await fault.happen(world, visits)
  // A library may say that it is closed.
  for (const visit of visits) await visit.say(AFTER).catch(() => undefined)
  const rows = arms.map(async (arm, n) => {
    const visit = visits[n]
    if (!visit || (await visit.heard(NEVER_MS)) !== null) throw new Error(`${arm.name} came back after "${fault.name}"`)
    const marks = await visit.marks()
    const noticed = marks.find(({ name, at: then }) => /^peer (disconnected|failed|closed)$/.test(name) && then >= at)
    return [fault.name, arm.name, '1', noticed ? ms(noticed.at - at) : 'never', 'never', 'never', 'never']
  })
  const done = await Promise.all(rows)
  for (const visit of visits) await visit.end()
  await world.quiet()
  return done
}

/** A visitor in a call who has said something, and was answered. */
async function talking(world: World, arm: Arm): Promise<Visit> {
  const visit = await Visit.open(world.browser, world.site, arm)
  await visit.untilHeard(arm)
  await visit.untilSilent()
  await visit.arm()
  await visit.say(BEFORE)
  await visit.heard()
  await visit.untilSilent()
  return visit
}
