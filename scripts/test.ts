/**
 * `npm test`: builds, then runs everything that shows Parley works: unit tests, the simulator's, the broker's inside
 * workerd, what breaks it, and real browsers. `--full` adds the soaks and long matrices in test/full, and breaks everything
 * in every way that test/chaos knows.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { ensureChromium } from './lib/chromium.ts'
import { installEngines } from './lib/engines.ts'
import { programOf } from './lib/packages.ts'
import { inProject, projectDir } from './lib/paths.ts'
import { runToEnd } from './lib/processes.ts'
import { missingSpeechPackages } from './lib/speech-packages.ts'
import {
  brokenRunner,
  isSuccess,
  joined,
  type PlaywrightReport,
  playwrightSuite,
  type SuiteResult,
  summary,
  type VitestReport,
  vitestSuites,
} from './lib/test-reports.ts'

const full = process.argv.includes('--full')
/** Projects of playwright.config.ts. */
const PROJECTS = { e2e: ['e2e'], full: ['long', 'full'] }
/**
 * Runs of vitest side by side. Files of the broker's tests share a simulator and so come one after the other, mostly waiting:
 * three lanes of them, each with a simulator of its own, take a third of the time.
 */
const LANES = [
  ['--project=unit', '--project=simulator'],
  ['--project=worker', '--shard=1/3'],
  ['--project=worker', '--shard=2/3'],
  ['--project=worker', '--shard=3/3'],
]
const reports = mkdtempSync(join(tmpdir(), 'parley-test-'))

try {
  const suites = [...(await machine()), ...(await build())]
  // Meanwhile. Where it fails their tests say loudly that they were not run, and in CI they fail.
  const engines = full || process.env.CI ? installEngines().catch((error: unknown) => console.error(error)) : null
  if (suites.length === 0) {
    suites.push(...(await vitest('Modules, simulator, broker in workerd', LANES, full ? { RANDOM_RUNS: 'full' } : {})))
    // By itself: it starts and kills processes, and whatever ran beside it would wait for that.
    suites.push(...(await vitest('Chaos', [['--project=chaos']], full ? { CHAOS: 'full' } : {})))
    await engines
    suites.push(...(await playwright('e2e')))
    if (full) suites.push(...(await playwright('full')))
  }
  console.log(summary(suites))
  process.exitCode = isSuccess(suites) ? 0 : 1
} finally {
  rmSync(reports, { recursive: true, force: true })
}

/** What the tests need beyond npm's packages. Returns failures only. */
async function machine(): Promise<SuiteResult[]> {
  const missing = missingSpeechPackages()
  if (missing.length > 0) {
    console.error(`Speech packages are missing: ${missing.join(', ')}. Run npm install without --omit=optional.`)
    if (process.env.CI) return [brokenRunner('speech packages')]
  }
  try {
    process.env.CHROME_PATH = await ensureChromium()
    return []
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return [brokenRunner('browser')]
  }
}

async function build(): Promise<SuiteResult[]> {
  heading('Build')
  const code = await runToEnd(process.execPath, [inProject('scripts/build.ts')])
  return code === 0 ? [] : [brokenRunner('build')]
}

async function vitest(title: string, lanes: string[][], env: Record<string, string> = {}): Promise<SuiteResult[]> {
  heading(title)
  return joined((await Promise.all(lanes.map((lane) => vitestLane(lane, env)))).flat())
}

async function vitestLane(lane: string[], env: Record<string, string>): Promise<SuiteResult[]> {
  const file = join(reports, `${lane.join('').replaceAll(/\W/g, '')}.json`)
  const output = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await runToEnd(process.execPath, [programOf('vitest'), 'run', ...lane, ...output], env)
  const report = read<VitestReport>(file)
  return withVerdict(`vitest ${lane.join(' ')}`, code, report ? vitestSuites(report, suiteOf) : [])
}

async function playwright(project: 'e2e' | 'full'): Promise<SuiteResult[]> {
  heading(project === 'e2e' ? 'Browsers' : 'Soaks and long matrices')
  const file = join(reports, `${project}.json`)
  const code = await runToEnd(
    process.execPath,
    [programOf('@playwright/test', 'playwright'), 'test', ...PROJECTS[project].map((name) => `--project=${name}`)],
    { PLAYWRIGHT_JSON_OUTPUT_FILE: file },
  )
  const report = read<PlaywrightReport>(file)
  return withVerdict(project, code, report ? [playwrightSuite(project, report)] : [])
}

/** Reports count tests; only the exit code knows of everything else that can go wrong. */
function withVerdict(name: string, code: number, suites: SuiteResult[]): SuiteResult[] {
  const explained = suites.some(({ failed }) => failed > 0)
  return code === 0 || explained ? suites : [...suites, brokenRunner(`${name} itself (code ${code})`)]
}

/** The folder under test/ names the suite; all that run in plain Node without the simulator are one. */
function suiteOf(path: string): string {
  const [, folder = ''] = relative(projectDir, path).split(/[\\/]/)
  return ['simulator', 'worker', 'chaos'].includes(folder) ? folder : 'unit'
}

function read<Report>(file: string): Report | undefined {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

function heading(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 70 - text.length))}\n`)
}
