/** The fault matrix: every fault in every phase, or with `npm test` a quarter of them, another one with each seed. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Arena, openArena } from './arena.ts'
import { CELLS, explain, play } from './cell.ts'
import { CANARY } from './constants.ts'
import { isFull } from './extent.ts'

const seed = inject('seed')
const cells = isFull ? CELLS : CELLS.filter((_, number) => number % 4 === seed % 4)
let arena: Arena

beforeAll(async () => {
  arena = await openArena()
})
afterAll(() => arena?.stop())

describe('the fault matrix', () => {
  it('has at least 60 cells, each with a name of its own', () => {
    expect(new Set(CELLS.map(({ name }) => name)).size).toBe(CELLS.length)
    expect(CELLS.length).toBeGreaterThanOrEqual(60)
  })

  it.each(cells)('$name', async (cell) => {
    const outcome = await play(cell, seed, arena)
    if (outcome.violations.length > 0) expect.fail(explain(cell.name, seed, outcome))
  })

  it('leaves no word of anybody on the disk that is not sealed (promise 12)', () => {
    const files = filesBelow(arena.workerd.disk)
    expect(files.length).toBeGreaterThan(cells.length)
    expect(files.filter((file) => readFileSync(file).includes(CANARY))).toEqual([])
  })
})

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}
