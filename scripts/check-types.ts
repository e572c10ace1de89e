/** `npm run check:types`: the Worker's generated types are current, and every part of the project type-checks. */
import { existsSync, readFileSync } from 'node:fs'
import { programOf } from './lib/packages.ts'
import { inProject } from './lib/paths.ts'
import { runQuietly } from './lib/processes.ts'
import { quietWrangler } from './lib/wrangler.ts'

/** Each has its own globals: neutral, workerd, browser, Node. */
const PARTS = [
  ...['.', 'worker', 'widget', 'console', 'simulator', 'test', 'test/worker'],
  ...['test/chaos/inside', 'test/e2e/inside', 'test/live/inside', 'bench/lib/workers', 'bench/connect', 'examples'],
]

const WORKER_TYPES = 'worker/env.d.ts'

const stale = await checkWorkerTypes()
const failures = await Promise.all(PARTS.map(checkPart))
process.exitCode = [stale, ...failures].some(Boolean) ? 1 : 0

/** Writes them anew and compares: what is committed must be what wrangler.toml and the Worker say. */
async function checkWorkerTypes(): Promise<boolean> {
  const before = readIfThere(WORKER_TYPES)
  const { code, output } = await runQuietly('npm', ['run', '--silent', 'types'], quietWrangler)
  if (code !== 0) {
    console.error(`npm run types failed:\n${output}`)
    return true
  }
  if (before === readIfThere(WORKER_TYPES)) return false
  console.error(`${WORKER_TYPES} was out of date and has been written anew: look at it and commit it.`)
  return true
}

async function checkPart(part: string): Promise<boolean> {
  const { code, output } = await runQuietly(process.execPath, [
    programOf('typescript', 'tsc'),
    '-p',
    part,
    '--pretty',
    'false',
  ])
  if (code !== 0) console.error(`types of ${part === '.' ? 'protocol and agents' : part}:\n${indent(output)}\n`)
  return code !== 0
}

function readIfThere(path: string): string | undefined {
  return existsSync(inProject(path)) ? readFileSync(inProject(path), 'utf8') : undefined
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '  ')
}
