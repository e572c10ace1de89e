/**
 * What a page has to carry, and how long its main thread is busy with it: `npm run bench:size`. The peers as published on npm, made
 * into one script by the same bundler in the same run; evaluated in turns in one Chromium at a quarter of its speed.
 */
import { loadavg } from 'node:os'
import { heading, ms, table, times } from './lib/report.ts'
import { median, percentile } from './lib/stats.ts'
import { SLOWED, slowPage } from './size/page.ts'
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
  if (!process.argv.includes('--sizes')) await evaluations(scripts)
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

async function evaluations(scripts: readonly Script[]): Promise<void> {
  const page = await slowPage()
  try {
    // What is evaluated in two steps is measured in two rows.
    const arms = scripts.filter(({ files }) => files.length === 1)
    const taken = new Map(arms.map((arm) => [arm.name, [] as number[]]))
    const openings = new Map([1, SLOWED].map((slowed) => [slowed, [] as number[]]))
    for (let round = -1; round < ROUNDS; round++) {
      for (const { name, files } of round % 2 === 0 ? arms : arms.toReversed()) {
        for (const { text, isModule } of files) {
          const took = await page.evaluation(text, isModule)
          if (round >= 0) taken.get(name)?.push(took)
        }
      }
      for (const [slowed, longest] of openings) {
        const took = await page.opening(slowed)
        if (round >= 0) longest.push(took)
      }
    }
    const floor = taken.get(FLOOR.name) ?? []
    const rows = [...taken].map(([name, own]) => [
      ...[name, String(own.length), ms(median(own)), ms(percentile(own, 0.95)), times(own, floor)],
    ])
    table([`evaluation at ${SLOWED}× throttling`, 'n', 'p50', 'p95', '× Preact alone'], rows)
    console.log(`\nloader ${verdict(median(taken.get('Parley, loader') ?? []), TARGETS.evaluation)} ms`)
    for (const [slowed, longest] of openings) {
      const [middle, most] = [median(longest), percentile(longest, 0.95)].map((value) => verdict(value, TARGETS.task))
      console.log(
        `longest task on opening at ${slowed}× throttling: p50 ${middle} ms, p95 ${most} ms, n ${longest.length}`,
      )
    }
  } finally {
    await page.close()
  }
}

function verdict(value: number, target: number): string {
  const shown = Number.isInteger(value) ? value : value.toFixed(1)
  return `${shown} (${value <= target ? 'within' : 'MISSES'} ${target})`
}
