/**
 * `npm run chaos`: plays cells by hand, `--cell "sideband closed 1011 × resuming" --seed 7 --times 3`, or a sequence,
 * `--steps "SIGKILL, while talking; lost event, while hanging up"`. `--without "fence"` takes a defence out (docs/chaos.md).
 */
import { parseArgs } from 'node:util'
import { type Arena, openArena } from './arena.ts'
import { CELLS, inWords, type Outcome, onStage, play } from './cell.ts'
import { DEFENCES } from './defences.ts'
import { runSeed } from './random.ts'
import { walk } from './steps.ts'

const { values } = parseArgs({
  options: {
    cell: { type: 'string', default: '' },
    seed: { type: 'string' },
    times: { type: 'string', default: '1' },
    steps: { type: 'string' },
    without: { type: 'string' },
    journal: { type: 'boolean', default: false },
  },
})

const defence = DEFENCES.find(({ name }) => name === values.without)
if (values.without !== undefined && !defence) unknown('defence', DEFENCES)
const cells = CELLS.filter(({ name }) => name.includes(values.cell))
if (cells.length === 0) unknown('cell', CELLS)

const first = values.seed === undefined ? runSeed() : Number(values.seed)
const seeds = Array.from({ length: Number(values.times) }, (_, i) => first + i)
const steps = values.steps?.split('; ')
const plays: { name: string; play: (arena: Arena, seed: number) => Promise<Outcome> }[] = steps
  ? [
      {
        name: steps.join('; '),
        play: (arena, seed) => onStage(arena, seed, steps.join('; '), (scene) => walk(scene, steps)),
      },
    ]
  : cells.map((cell) => ({ name: cell.name, play: (arena, seed) => play(cell, seed, arena) }))

const arena = await openArena(defence?.changes)
let red = 0
for (const { name, play } of plays) {
  for (const seed of seeds) {
    const began = performance.now()
    const said = await play(arena, seed).then(verdict, (error: unknown) => [String(error)])
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(`${said.length === 0 ? 'green' : 'RED  '} ${seconds} s  ${name}  seed ${seed}`)
    for (const line of said) console.log(line)
    if (said.length > 0) red += 1
  }
}
await arena.stop()
console.log(`${red} red of ${plays.length * seeds.length}`)
process.exit(red > 0 ? 1 : 0)

function verdict({ violations, evidence }: Outcome): string[] {
  if (values.journal)
    console.log([...evidence.journal.map((entry) => JSON.stringify(entry)), ...evidence.brokerLog].join('\n'))
  return violations.map(inWords)
}

function unknown(what: string, known: readonly { name: string }[]): never {
  console.error(`No such ${what}. There are:`)
  for (const { name } of known) console.error(`  ${name}`)
  process.exit(2)
}
