import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { LIMITS_MS, TABLE } from '../../../widget/device/machine.ts'

const doc = readFileSync(new URL('../../../docs/phones.md', import.meta.url), 'utf8')
const rows = Object.entries(TABLE).flatMap(([at, signals]) =>
  Object.entries(signals).map(([signal, [to, ...commands]]) => ({ at, signal, to, commands })),
)

/** Cells of the table below a heading, without its first two lines. */
function tableBelow(heading: string): string[][] {
  const [, section = ''] = doc.split(`\n## ${heading}\n`)
  const lines = section.split('\n## ')[0]?.split('\n') ?? []
  return lines
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )
}

it('docs/phones.md has every transition of the table, and no other', () => {
  const written = tableBelow('Transitions')
  expect(written).toEqual(rows.map(({ at, signal, to, commands }) => [at, signal, to, commands.join(' ')]))
})

it('and draws them', () => {
  const edges = [...doc.matchAll(/^ {2}(\w+) --> (\w+) : (.+)$/gm)].flatMap(([, at, to, signals = '']) =>
    signals.split(', ').map((signal) => `${at} ${signal} ${to}`),
  )
  const moves = rows.filter(({ at, to }) => at !== to).map(({ at, signal, to }) => `${at} ${signal} ${to}`)
  expect(edges.sort()).toEqual(moves.sort())
})

it('and has every state with its limit', () => {
  const limits = tableBelow('States').map(([state = '', limit = '']) => [state, limit])
  expect(limits).toEqual(
    Object.keys(TABLE).map((state) => {
      const ms = LIMITS_MS[state as keyof typeof LIMITS_MS]
      return [state, ms === undefined ? '' : `${ms / 1000} s`]
    }),
  )
})

it('and explains every command', () => {
  const explained = tableBelow('Commands').flatMap(([names = '']) => names.split(', '))
  expect(explained.sort()).toEqual(
    [...new Set([...rows.flatMap(({ commands }) => commands), 'uncapture', 'sleep'])].sort(),
  )
})
