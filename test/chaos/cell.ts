/** One cell of the matrix: a fault in a phase, and what is left of the promises afterwards. */
import type { Arena } from './arena.ts'
import { FAULTS, type Fault } from './faults.ts'
import { keep } from './kept.ts'
import { PHASES, type Phase } from './phases.ts'
import { type Evidence, PROMISES, type Violation, violations } from './promises.ts'
import { chance } from './random.ts'
import { Scene } from './scene.ts'
import { heal, settle } from './settle.ts'

export interface Cell {
  name: string
  fault: Fault
  phase: Phase
}

export const CELLS: readonly Cell[] = FAULTS.flatMap((fault) =>
  PHASES.map((phase) => ({ name: `${fault.name} × ${phase.name}`, fault, phase })),
)

export interface Outcome {
  violations: Violation[]
  evidence: Evidence
  /** The file that tells what was seen, where a promise was broken. */
  kept: string | null
}

/** @throws Error when the fault did not strike: then the cell shows nothing */
export function play({ name, fault, phase }: Cell, seed: number, arena: Arena): Promise<Outcome> {
  return onStage(arena, seed, name, async (scene) => {
    await fault.before?.(scene, phase.name)
    await phase.prepare(scene)
    await fault.arm?.(scene, phase.name)
    await Promise.all([phase.act(scene), fault.strike?.(scene, phase.name)])
    const struck = await fault.struck(scene, await scene.journal(), phase.name)
    if (!struck) throw new Error(`the fault did not strike. ${repeat(name, seed)}`)
  })
}

/**
 * Plays a scene with its own chance, settles it, and judges what was seen.
 * @throws Error with the path of what was seen, when the scene could not be played to its end
 */
export async function onStage(
  arena: Arena,
  seed: number,
  name: string,
  acts: (scene: Scene) => Promise<void>,
): Promise<Outcome> {
  const from = (await arena.upstream.journal(0)).at(-1)?.n ?? 0
  arena.workerd.log.length = 0
  const scene = new Scene(arena, chance(seed, name), from)
  try {
    await acts(scene)
    const evidence = await settle(scene)
    const found = violations(evidence)
    const kept = found.length > 0 ? await keepSeen(scene, name, seed, found.map(inWords), evidence) : null
    return { violations: found, evidence, kept }
  } catch (error) {
    const kept = await keepSeen(scene, name, seed, [String(error)], {})
    throw new Error(`${name}, seed ${seed}: ${error instanceof Error ? error.message : error}\n${seenIn(kept)}`, {
      cause: error,
    })
  } finally {
    await cleanUp(scene)
  }
}

/** Nothing is kept where a defence was taken out: there promises are broken on purpose. */
async function keepSeen(scene: Scene, name: string, seed: number, found: string[], end: Partial<Evidence>) {
  const { arena, trail } = scene
  if (!arena.isWhole) return null
  const { transcript, calls, ledger, atProvider, stillLive, answered, crashes, unanswered, forged } = end
  return keep({
    ...{ name, seed, found },
    journal: await scene.journal(),
    notes: [...trail.notes, ...arena.workerd.log],
    end: { answered, crashes, unanswered, forged, transcript, calls, ledger, atProvider, stillLive },
  })
}

/** Nothing of this cell shall disturb the next one. */
async function cleanUp(scene: Scene): Promise<void> {
  for (const visitor of scene.visitors) visitor.leave('cut')
  await heal(scene)
  await scene.fault('end_call')
}

/** What a failing cell says. */
export function explain(name: string, seed: number, { violations, kept }: Outcome): string {
  return [`broken promises in "${name}":`, ...violations.map(inWords), repeat(name, seed), seenIn(kept)].join('\n')
}

export function seenIn(kept: string | null): string {
  return kept === null ? '' : `  What was seen: ${kept}`
}

export function inWords({ promise, what }: Violation): string {
  return `  ${promise} (${PROMISES[promise]?.name}): ${what}`
}

function repeat(name: string, seed: number): string {
  return `Again: npm run chaos -- --cell "${name}" --seed ${seed}`
}
