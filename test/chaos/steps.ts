/** Steps of a random sequence: a fault strikes while a visitor talks, calls again or hangs up. Named, so that they can be read. */
import { FAULTS } from './faults.ts'
import { PHASES } from './phases.ts'
import type { Scene } from './scene.ts'

/** What the visitor does meanwhile, by the phase that it is like. */
const DEEDS: Readonly<Record<string, string>> = { talking: 'live', 'calling again': 'resuming', 'hanging up': 'ending' }

/** An object can be evicted only when it has no socket to the provider, which a random sequence does not know. */
const STRIKING = FAULTS.filter(({ name }) => name !== 'evicted')

export const STEPS: readonly string[] = STRIKING.flatMap(({ name }) =>
  Object.keys(DEEDS).map((deed) => `${name}, while ${deed}`),
)

/** A call with a history, then step after step. What a step has armed and what has not struck stays armed. */
export async function walk(scene: Scene, steps: readonly string[]): Promise<void> {
  await phaseOf('live').prepare(scene)
  for (const step of steps) {
    const [name, deed = ''] = step.split(', while ')
    const fault = STRIKING.find((one) => one.name === name)
    const phase = phaseOf(DEEDS[deed])
    if (!fault) throw new Error(`there is no fault "${name}"`)
    await fault.arm?.(scene, phase.name)
    await Promise.all([phase.act(scene), fault.strike?.(scene, phase.name)])
    for (const visitor of scene.visitors) visitor.doubling = false
  }
}

export function repeatSteps(luck: number, steps: readonly string[]): string {
  return `  Again: npm run chaos -- --steps "${steps.join('; ')}" --seed ${luck}`
}

function phaseOf(name: string | undefined) {
  const phase = PHASES.find((one) => one.name === name)
  if (!phase) throw new Error(`there is no phase "${name}"`)
  return phase
}
