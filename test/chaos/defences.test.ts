/** The tests are tested: without a defence of the broker its cell turns red. Some with `npm test`, all with `npm run test:full`. */
import { readFileSync } from 'node:fs'
import { describe, expect, inject, it } from 'vitest'
import { inProject } from '../../scripts/lib/paths.ts'
import { openArena } from './arena.ts'
import { applied } from './bundle.ts'
import { CELLS, play } from './cell.ts'
import type { Defence } from './defence.ts'
import { DEFENCES } from './defences.ts'
import { isFull } from './extent.ts'
import { FAULTS } from './faults.ts'
import { PHASES } from './phases.ts'
import { PROMISES } from './promises.ts'

/** With `npm test`: so many, others with each seed. */
const SAMPLE = 3
const seed = inject('seed')
const first = seed % DEFENCES.length
const chosen = isFull ? DEFENCES : [...DEFENCES, ...DEFENCES].slice(first, first + SAMPLE)

describe('without a defence', () => {
  it('is a list of at least 12, each with a cell of the matrix and a promise', () => {
    expect(new Set(DEFENCES.map(({ name }) => name)).size).toBe(DEFENCES.length)
    expect(DEFENCES.length).toBeGreaterThanOrEqual(12)
    for (const { red } of DEFENCES) {
      expect(CELLS.map(({ name }) => name)).toContain(red.cell)
      expect(Object.keys(PROMISES)).toContain(String(red.promise))
    }
  })

  it('is in the docs, and so is every fault and every phase', () => {
    const docs = readFileSync(inProject('docs/chaos.md'), 'utf8')
    const names = [...DEFENCES, ...FAULTS, ...PHASES].map(({ name }) => name)
    expect(names.filter((name) => !docs.includes(`| ${name} |`))).toEqual([])
    for (const { name, why, red } of DEFENCES) {
      expect(docs).toContain(`| ${name} | ${why} | ${red.cell} | ${red.promise} |`)
    }
  })

  it.each(DEFENCES)('there is a place for "$name"', ({ changes }) => {
    for (const change of changes) applied(readFileSync(inProject(change.file), 'utf8'), change)
  })

  it('the change that takes it out must fit exactly once', () => {
    const change = { file: 'a.ts', find: 'guard()', replace: '' }
    expect(applied('before(); guard(); after()', change)).toBe('before(); ; after()')
    expect(() => applied('guard(); guard()', change)).toThrow('a.ts has 2 times, not once: guard()')
    expect(() => applied('nothing', change)).toThrow('a.ts has 0 times')
  })

  it.each(chosen)('"$name" turns "$red.cell" red', async (defence) => {
    const broken = await brokenWithout(defence)
    expect(broken.join('\n')).toContain(`promise ${defence.red.promise} `)
  })
})

/** What is found in the cell's seeds, up to the first in which the promise is broken. */
async function brokenWithout({ name, changes, red }: Defence): Promise<string[]> {
  const cell = CELLS.find((one) => one.name === red.cell)
  if (!cell) throw new Error(`there is no cell "${red.cell}"`)
  const arena = await openArena(changes)
  const found: string[] = []
  try {
    for (const one of red.seeds) {
      const { violations } = await play(cell, one, arena)
      found.push(...violations.map(({ promise, what }) => `promise ${promise} without ${name}, seed ${one}: ${what}`))
      if (violations.some(({ promise }) => promise === red.promise)) break
    }
  } finally {
    await arena.stop()
  }
  return found
}
