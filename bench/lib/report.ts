/** Prints what was measured, with what it was measured on. */
import { cpus, release, totalmem } from 'node:os'
import { ratioOfMedians } from './stats.ts'
import { workerdVersion } from './workerd.ts'

export function heading(title: string): void {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  console.log(
    `${title} — ${new Date().toISOString().slice(0, 16)}Z, ${process.argv.slice(2).join(' ') || 'default run'}`,
  )
  console.log(
    `${cpu?.model.trim()}, ${cpus().length} cores, ${memory} GiB, Linux ${release()}; ` +
      `Node ${process.versions.node}, workerd ${workerdVersion()}`,
  )
}

/** A Markdown table whose columns stand below each other. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const width = (column: number) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0))
  const line = (row: readonly string[]) => `| ${row.map((cell, n) => cell.padEnd(width(n))).join(' | ')} |`
  console.log(`\n${line(head)}`)
  console.log(line(head.map((_, column) => '-'.repeat(width(column)))))
  for (const row of rows) console.log(line(row))
}

export const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`

/** `1.23× (1.20–1.26)`: ratio of the medians, and where 95 % of bootstrap resamples lie. */
export function times(values: readonly number[], base: readonly number[]): string {
  const { ratio, low, high } = ratioOfMedians(values, base)
  return `${ratio.toFixed(2)}× (${low.toFixed(2)}–${high.toFixed(2)})`
}
