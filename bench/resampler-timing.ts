/**
 * One resampler in a process of its own, because compiled code that has seen two kinds of buffers is slower. The benchmark asks
 * all processes in turn, so that what else the machine does meets all of them alike. Answers a message with nanoseconds per frame
 * of output; without a name it times the unit of the table instead, one multiply-add.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Rates } from '../test/widget/audio/resampler-measure.ts'
import { noise } from '../test/widget/audio/resampler-run.ts'
import { implementationNamed } from './resampler-implementations.ts'

const QUANTUM = 128
const SECONDS = 4

export interface Timing {
  /** Nanoseconds per frame of output. */
  minimum: number
  median: number
}

/** Times all of them, in turn, `rounds` times; and the multiply-add. */
export async function timeAll(names: readonly string[], rates: Rates, rounds: number): Promise<Map<string, Timing>> {
  const processes = new Map<string, ChildProcess>()
  const results = new Map<string, number[]>()
  try {
    for (const name of ['', ...names]) {
      const child = fork(fileURLToPath(import.meta.url), [name, `${rates.inRate}`, `${rates.outRate}`])
      processes.set(name, child)
      results.set(name, [])
      // Compiles; not counted.
      await ask(child)
    }
    for (let round = 0; round < rounds; round++) {
      for (const [name, child] of processes) results.get(name)?.push(await ask(child))
    }
  } finally {
    for (const child of processes.values()) child.kill()
  }
  return new Map([...results].map(([name, all]) => [name, summaryOf(all)]))
}

function summaryOf(all: readonly number[]): Timing {
  const sorted = all.toSorted((a, b) => a - b)
  return { minimum: sorted[0] ?? Number.NaN, median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN }
}

async function ask(child: ChildProcess): Promise<number> {
  const done = new AbortController()
  const ended = once(child, 'exit', { signal: done.signal }).then(([code]) => {
    throw new Error(`The process ended with ${code}`)
  })
  const answered = once(child, 'message', { signal: done.signal })
  child.send('go')
  try {
    const [nanoseconds] = await Promise.race([answered, ended])
    return Number(nanoseconds)
  } finally {
    done.abort()
  }
}

async function answer(name: string, rates: Rates): Promise<void> {
  const measure = name === '' ? multiplyAdd() : await resampling(name, rates)
  measure()
  process.on('message', () => process.send?.(measure()))
}

async function resampling(name: string, rates: Rates): Promise<() => number> {
  const converter = await implementationNamed(name).open(rates)
  const input = noise(SECONDS * rates.inRate)
  const output = new Float32Array(QUANTUM * 16)
  return () => {
    const started = process.hrtime.bigint()
    let frames = 0
    for (let i = 0; i + QUANTUM <= input.length; i += QUANTUM) {
      frames += converter.process(input.subarray(i, i + QUANTUM), output)
    }
    return Number(process.hrtime.bigint() - started) / frames
  }
}

/** The plainest loop there is: one sum over two Float64Arrays that fit into the first cache. */
function multiplyAdd(): () => number {
  const [a, b] = [Float64Array.from(noise(1024)), Float64Array.from(noise(1024, 2))]
  let kept = 0
  return () => {
    const started = process.hrtime.bigint()
    for (let round = 0; round < 4000; round++) kept += dot(a, b)
    if (Number.isNaN(kept)) throw new Error('not a number')
    return Number(process.hrtime.bigint() - started) / (4000 * a.length)
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

if (import.meta.main) {
  const [name = '', inRate, outRate] = process.argv.slice(2)
  await answer(name, { inRate: Number(inRate), outRate: Number(outRate) })
}
