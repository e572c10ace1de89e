/** One seed for all random tests of a run. It is shown, so that a failure can be had again: `SEED=… npm test`. */
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    seed: number
    /** Random tests take their time. */
    full: boolean
    /** Writes the state of this version, see upgrade/record.test.ts. */
    recordState: boolean
  }
}

export default function setUp(project: TestProject) {
  const given = Number(process.env.SEED)
  const seed = Number.isSafeInteger(given) && given > 0 ? given : Math.ceil(Math.random() * 2 ** 31)
  console.log(`Random tests use seed ${seed} (SEED=${seed} repeats them)`)
  project.provide('seed', seed)
  project.provide('recordState', process.env.RECORD_STATE === '1')
  project.provide('full', process.env.RANDOM_RUNS === 'full')
}
