/**
 * How long until the assistant is heard? `npm run bench:connect`: from the visitor's tap to the first sound, in a real
 * browser, for Parley, a bare page and OpenAI's own library, all against the same simulator. `-- --trace` shows the way.
 */
import { eventOf } from '../test/e2e/support/journal.ts'
import { drops } from './connect/drops.ts'
import { ARMS, type Arm, Visit } from './connect/visit.ts'
import type { Mark } from './connect/window.ts'
import { type World, withWorld } from './connect/world.ts'
import { heading, ms, table, times } from './lib/report.ts'
import { median, percentile } from './lib/stats.ts'

const long = process.argv.includes('--long')
const ROUNDS = Number(process.env.ROUNDS ?? (long ? 40 : 15))
const DROPS = Number(process.env.DROPS ?? (long ? 20 : 3))
/** The first calls of a program are slower than all others. */
const WARM_UP = 2

await withWorld(async (world) => {
  heading('bench:connect')
  if (!process.argv.includes('--drops')) await starts(world)
  if (!process.argv.includes('--starts')) await drops(world, DROPS)
})

async function starts(world: World): Promise<void> {
  const taken = new Map<Arm, number[]>(ARMS.map((arm) => [arm, []]))
  const traces = new Map<Arm, Mark[][]>(ARMS.map((arm) => [arm, []]))
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const arm of shuffled(ARMS)) {
      const visit = await Visit.open(world.browser, world.site, arm)
      const entries = (await world.simulator.journal()).length
      const { tapAt, heardAt } = await visit.untilHeard(arm)
      const marks = [...(await visit.marks()), ...(await providerMarks(world, entries)), { name: 'heard', at: heardAt }]
      await visit.end()
      await world.quiet()
      if (round < 0) continue
      taken.get(arm)?.push(heardAt - tapAt)
      traces.get(arm)?.push(marks.map(({ name, at }) => ({ name, at: at - tapAt })).filter(({ at }) => at >= 0))
    }
  }
  const [floor = [], unified = []] = ARMS.map((arm) => taken.get(arm) ?? [])
  const rows = [...taken].map(([{ name }, own]) => [
    name,
    String(own.length),
    ms(median(own)),
    ms(percentile(own, 0.95)),
    times(own, floor),
    times(own, unified),
  ])
  table(['tap → first sound', 'n', 'p50', 'p95', '× bare page, token server', '× bare, through server'], rows)
  if (process.argv.includes('--trace')) for (const [arm, marks] of traces) trace(arm.name, marks)
}

/** What the provider has seen and done meanwhile. Its clock is this machine's. */
async function providerMarks({ simulator }: World, after: number): Promise<Mark[]> {
  const journal = await simulator.journal(after)
  return journal.map((entry) => {
    const what = entry.kind === 'request' ? `${entry.method} ${entry.path}` : (eventOf(entry)?.type ?? entry.state)
    return { name: `provider ${entry.direction} ${entry.channel}: ${what}`.replaceAll(/rtc_\w+/g, ''), at: entry.t }
  })
}

/** Medians of when each thing happened for the first time after the tap. */
function trace(name: string, all: readonly Mark[][]): void {
  const names = [...new Set(all.flat().map((mark) => mark.name))]
  const firsts = names.map((mark) => {
    const times = all.flatMap((marks) => marks.find((one) => one.name === mark)?.at ?? [])
    return { mark, at: median(times), seen: times.length }
  })
  console.log(`\n${name}`)
  for (const { mark, at, seen } of firsts.sort((a, b) => a.at - b.at)) {
    console.log(`  ${at.toFixed(0).padStart(5)} ms  ${mark}${seen < all.length ? ` (${seen} of ${all.length})` : ''}`)
  }
}

function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
}
