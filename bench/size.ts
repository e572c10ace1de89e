/**
 * What a page has to carry, and how long its main thread is busy with it: `npm run bench:size`. The peers as published on npm, made
 * into one script by the same bundler in the same run; evaluated in turns in one Chromium at a quarter of its speed.
 */
import { loadavg } from 'node:os'
import { heading, ms, table, times } from './lib/report.ts'
import { median, percentile } from './lib/stats.ts'
import { slowPage } from './size/page.ts'
import { FLOOR } from './size/peers.ts'
import { type Script, sizeOf, withScripts } from './size/scripts.ts'

const ROUNDS = Number(process.env.ROUNDS ?? 15)
const TARGETS = { loader: 8_000, talk: 45_000, evaluation: 20, task: 50 }

await withScripts(async (scripts) => {
  heading('bench:size')
  console.log(
    `load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  )
  sizes(scripts)
  if (!process.argv.includes('--sizes')) await times4(scripts)
})

function sizes(scripts: readonly Script[]): void {
  const whole = scripts.find(({ name }) => name === 'Parley, all to talk')
  if (!whole) throw new Error('the widget is not among the scripts')
  const base = sizeOf(whole).brotli
  const rows = scripts.map((script) => {
    const { raw, gzip, brotli } = sizeOf(script)
    return [script.name, ...[raw, gzip, brotli].map(String), `${(brotli / base).toFixed(2)}×`, script.note]
  })
  table(['what', 'bytes', 'gzip', 'brotli', '× Parley', ''], rows)
  const loader = sizeOf(scripts[0] ?? whole).brotli
  console.log(`\nloader ${verdict(loader, TARGETS.loader)}, all to talk ${verdict(base, TARGETS.talk)} bytes`)
}

async function times4(scripts: readonly Script[]): Promise<void> {
  const page = await slowPage()
  try {
    // What is evaluated in two steps is measured in two rows.
    const arms = scripts.filter(({ files }) => files.length === 1)
    const taken = new Map(arms.map((arm) => [arm.name, [] as number[]]))
    const opening: number[] = []
    for (let round = -1; round < ROUNDS; round++) {
      for (const { name, files } of round % 2 === 0 ? arms : arms.toReversed()) {
        const [file] = files
        if (!file) continue
        const took = await page.evaluation(file.text, file.isModule)
        if (round >= 0) taken.get(name)?.push(took)
      }
      const longest = await page.opening()
      if (round >= 0) opening.push(longest)
    }
    const floor = taken.get(FLOOR.name) ?? []
    const rows = [...taken].map(([name, own]) => [
      name,
      String(own.length),
      ms(median(own)),
      ms(percentile(own, 0.95)),
      times(own, floor),
    ])
    table(['evaluation at 4× throttling', 'n', 'p50', 'p95', '× Preact alone'], rows)
    const loader = median(taken.get('Parley, loader') ?? [])
    console.log(
      `\nloader ${verdict(loader, TARGETS.evaluation)} ms; longest task on opening at 4× throttling, n ${opening.length}:`,
    )
    console.log(
      `p50 ${verdict(median(opening), TARGETS.task)}, p95 ${verdict(percentile(opening, 0.95), TARGETS.task)} ms`,
    )
  } finally {
    await page.close()
  }
}

function verdict(value: number, target: number): string {
  const shown = Number.isInteger(value) ? value : value.toFixed(1)
  return `${shown} (${value <= target ? 'within' : 'MISSES'} ${target})`
}
