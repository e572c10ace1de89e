/**
 * Random sequences of faults in one conversation, found and shrunk by fast-check: a failure names the shortest sequence that
 * it could find. At least 500 faults with `npm run test:full`.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type Arena, openArena } from './arena.ts'
import { inWords, onStage, seenIn } from './cell.ts'
import { isFull } from './extent.ts'
import { LONGEST, repeatSteps, STEPS, walk } from './steps.ts'

const FAULTS_WANTED = isFull ? 500 : 18
/** Shrinking plays sequences again; it ends with what it has found then (ms). */
const TIME_LIMIT_MS = isFull ? 1_500_000 : 60_000

let arena: Arena

beforeAll(async () => {
  arena = await openArena()
})
afterAll(() => arena?.stop())

it(`keeps the promises through random faults, ${FAULTS_WANTED} of them`, {
  timeout: TIME_LIMIT_MS + 60_000,
}, async () => {
  const seed = inject('seed')
  let faults = 0
  const steps = fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: LONGEST, size: 'max' })
  const sequence = fc.record({ luck: fc.nat(), steps })
  const property = fc.asyncProperty(sequence, async ({ luck, steps }) => {
    if (faults < FAULTS_WANTED) expect(await broken(luck, steps)).toEqual([])
    faults += steps.length
  })
  await fc.assert(property, {
    ...{ seed, numRuns: FAULTS_WANTED, interruptAfterTimeLimit: TIME_LIMIT_MS, markInterruptAsFailure: true },
  })
  expect(faults).toBeGreaterThanOrEqual(FAULTS_WANTED)
})

async function broken(luck: number, steps: readonly string[]): Promise<string[]> {
  const { violations, kept } = await onStage(arena, luck, steps.join('; '), (scene) => walk(scene, steps))
  return violations.length === 0 ? [] : [...violations.map(inWords), repeatSteps(luck, steps), seenIn(kept)]
}
