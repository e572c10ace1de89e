/** `npm run chaos`: plays cells by hand. `--cell "sideband closed 1011 × resuming" --seed 7 --times 3 --journal`. */
import { parseArgs } from 'node:util'
import { openArena } from './arena.ts'
import { CELLS, explain, play } from './cell.ts'
import { DEFENCES } from './defences.ts'
import { runSeed } from './random.ts'

const { values } = parseArgs({
  options: {
    cell: { type: 'string', default: '' },
    seed: { type: 'string' },
    times: { type: 'string', default: '1' },
    without: { type: 'string' },
    journal: { type: 'boolean', default: false },
  },
})

const cells = CELLS.filter(({ name }) => name.includes(values.cell))
const defence = DEFENCES.find(({ name }) => name === values.without)
if (cells.length === 0 || (values.without !== undefined && !defence)) {
  console.error(`No such ${cells.length === 0 ? 'cell' : 'defence'}. There are:`)
  for (const { name } of cells.length === 0 ? CELLS : DEFENCES) console.error(`  ${name}`)
  process.exit(2)
}

const first = values.seed === undefined ? runSeed() : Number(values.seed)
const arena = await openArena(defence?.changes)
let red = 0
for (const cell of cells) {
  for (let seed = first; seed < first + Number(values.times); seed++) {
    const began = performance.now()
    const said = await play(cell, seed, arena).then(
      ({ violations, evidence }) => {
        if (values.journal) console.log([...evidence.journal.map((entry) => JSON.stringify(entry)), ...evidence.brokerLog].join('\n'))
        return violations.length > 0 ? explain(cell.name, seed, violations) : null
      },
      (error: unknown) => `${cell.name} --seed ${seed}: ${error instanceof Error ? error.stack : error}`,
    )
    if (said !== null) red += 1
    console.log(`${said === null ? 'green' : 'RED  '} ${((performance.now() - began) / 1000).toFixed(1)} s  ${cell.name}  seed ${seed}`)
    if (said !== null) console.log(said)
  }
}
await arena.stop()
console.log(`${red} red of ${cells.length * Number(values.times)}`)
process.exit(red > 0 ? 1 : 0)
