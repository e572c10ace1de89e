/**
 * `npm run chaos`: plays cells by hand, `--cell "sideband closed 1011 × resuming" --seed 7 --times 3`, or a sequence,
 * `--steps "SIGKILL, while talking; lost event, while hanging up"`, or so many faults in sequences drawn by lot, `--random 500`.
 * `--without "fence"` takes a defence out, `--uneven 50` holds answers up by up to 50 ms (docs/chaos.md).
 */
import { parseArgs } from 'node:util'
import { type Arena, openArena } from './arena.ts'
import { CELLS, inWords, type Outcome, onStage, play, seenIn } from './cell.ts'
import { DEFENCES } from './defences.ts'
import { runSeed } from './random.ts'
import { sequences, walk } from './steps.ts'

const { values } = parseArgs({
  options: {
    cell: { type: 'string', default: '' },
    seed: { type: 'string' },
    times: { type: 'string', default: '1' },
    steps: { type: 'string' },
    random: { type: 'string' },
    without: { type: 'string' },
    uneven: { type: 'string', default: '0' },
    journal: { type: 'boolean', default: false },
  },
})

const defence = DEFENCES.find(({ name }) => name === values.without)
if (values.without !== undefined && !defence) unknown('defence', DEFENCES)
const cells = CELLS.filter(({ name }) => name.includes(values.cell))
if (cells.length === 0) unknown('cell', CELLS)

const first = values.seed === undefined ? runSeed() : Number(values.seed)
const seeds = Array.from({ length: Number(values.times) }, (_, i) => first + i)

interface Play {
  name: string
  seed: number
  play: (arena: Arena) => Promise<Outcome>
}

const arena = await openArena(defence?.changes, Number(values.uneven))
const plays = chosen()
let red = 0
for (const { name, seed, play } of plays) {
  const began = performance.now()
  const said = await play(arena).then(verdict, (error: unknown) => [String(error)])
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${said.length === 0 ? 'green' : 'RED  '} ${seconds} s  ${name}  seed ${seed}`)
  for (const line of said) console.log(line)
  if (said.length > 0) red += 1
}
await arena.stop()
console.log(`${red} red of ${plays.length}`)
process.exit(red > 0 ? 1 : 0)

function chosen(): Play[] {
  if (values.random) return sequences(Number(values.random), first).map(({ luck, steps }) => sequence(steps, luck))
  const { steps } = values
  if (steps) return seeds.map((seed) => sequence(steps.split('; '), seed))
  return cells.flatMap((cell) =>
    seeds.map((seed) => ({ name: cell.name, seed, play: (arena: Arena) => play(cell, seed, arena) })),
  )
}

function sequence(steps: readonly string[], seed: number): Play {
  const name = steps.join('; ')
  return { name, seed, play: (arena) => onStage(arena, seed, name, (scene) => walk(scene, steps)) }
}

function verdict({ violations, evidence, kept }: Outcome): string[] {
  if (values.journal)
    console.log([...evidence.journal.map((entry) => JSON.stringify(entry)), ...evidence.brokerLog].join('\n'))
  return violations.length === 0 ? [] : [...violations.map(inWords), seenIn(kept)]
}

function unknown(what: string, known: readonly { name: string }[]): never {
  console.error(`No such ${what}. There are:`)
  for (const { name } of known) console.error(`  ${name}`)
  process.exit(2)
}
