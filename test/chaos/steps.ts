/** Steps of a random sequence: a fault strikes while a visitor talks, calls again or hangs up. Named, so that they can be read. */
import { FAULTS } from './faults.ts'
import { PHASES } from './phases.ts'
import { chance } from './random.ts'
import type { Scene } from './scene.ts'

/** What the visitor does meanwhile, by the phase that it is like. */
const DEEDS: Readonly<Record<string, string>> = {
  ...{ talking: 'live', 'calling again': 'resuming', 'hanging up': 'ending', 'rolling over': 'rolling over' },
  ...{ relayed: 'on the relay', 'using a tool': 'tool running' },
}

/** An object can be evicted only when it has no socket to the provider, which a random sequence does not know. */
const STRIKING = FAULTS.filter(({ name }) => name !== 'evicted')

export const STEPS: readonly string[] = STRIKING.flatMap(({ name }) =>
  Object.keys(DEEDS).map((deed) => `${name}, while ${deed}`),
)

/** Steps of one sequence. */
export const LONGEST = 8

/** A call with a history, then step after step. What a step has armed and what has not struck stays armed. */
export async function walk(scene: Scene, steps: readonly string[]): Promise<void> {
  await phaseOf('live').prepare(scene)
  for (const step of steps) {
    const [name, deed = ''] = step.split(', while ')
    const fault = STRIKING.find((one) => one.name === name)
    const phase = phaseOf(DEEDS[deed])
    if (!fault) throw new Error(`there is no fault "${name}"`)
    // How the next call is to be made, whoever makes it.
    if (phase.name === 'on the relay') scene.lead.way = 'relay'
    if (phase.name === 'resuming') scene.lead.way = 'webrtc'
    await fault.arm?.(scene, phase.name)
    await Promise.all([phase.act(scene), fault.strike?.(scene, phase.name)])
    for (const visitor of scene.visitors) visitor.doubling = false
  }
}

/** Sequences drawn by lot, of so many faults in all. */
export function sequences(faults: number, seed: number): { luck: number; steps: string[] }[] {
  const lot = chance(seed, 'sequences')
  const drawn: { luck: number; steps: string[] }[] = []
  for (let left = faults; left > 0; left -= drawn.at(-1)?.steps.length ?? 0) {
    const steps = Array.from({ length: 1 + lot.int(LONGEST) }, () => lot.pick(STEPS))
    drawn.push({ luck: lot.int(2 ** 31), steps })
  }
  return drawn
}

export function repeatSteps(luck: number, steps: readonly string[]): string {
  return `  Again: npm run chaos -- --steps "${steps.join('; ')}" --seed ${luck}`
}

function phaseOf(name: string | undefined) {
  const phase = PHASES.find((one) => one.name === name)
  if (!phase) throw new Error(`there is no phase "${name}"`)
  return phase
}
