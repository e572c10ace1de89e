/** Reads what the two test runners wrote down, and adds it up. */

export interface SuiteResult {
  name: string
  passed: number
  failed: number
  skipped: number
  /** ms */
  duration: number
}

interface VitestFile {
  /** Absolute path. */
  name: string
  status: string
  startTime: number
  endTime: number
  assertionResults: { status: string }[]
}

export interface VitestReport {
  testResults: VitestFile[]
}

export interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number; duration: number }
  errors: unknown[]
}

/**
 * One result per suite, in order of first appearance. `suiteOf` says to which one a file belongs. A file that broke
 * outside its tests (it could not be loaded, a hook threw) counts as one failure.
 */
export function vitestSuites(report: VitestReport, suiteOf: (path: string) => string): SuiteResult[] {
  const suites = new Map<string, SuiteResult>()
  for (const file of report.testResults) {
    const name = suiteOf(file.name)
    const suite = suites.get(name) ?? { name, passed: 0, failed: 0, skipped: 0, duration: 0 }
    suites.set(name, suite)
    const failed = file.assertionResults.filter(({ status }) => status === 'failed').length
    suite.passed += file.assertionResults.filter(({ status }) => status === 'passed').length
    suite.failed += failed > 0 || file.status === 'passed' ? failed : 1
    suite.skipped += file.assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed').length
    suite.duration += file.endTime - file.startTime
  }
  return [...suites.values()]
}

/** Suites of the same name, of runs side by side, become one. */
export function joined(suites: readonly SuiteResult[]): SuiteResult[] {
  const byName = new Map<string, SuiteResult>()
  for (const { name, passed, failed, skipped, duration } of suites) {
    const sum = byName.get(name) ?? { name, passed: 0, failed: 0, skipped: 0, duration: 0 }
    byName.set(name, {
      name,
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
      duration: sum.duration + duration,
    })
  }
  return [...byName.values()]
}

/** A test that passed only on a second try has failed once: it counts as failed. */
export function playwrightSuite(name: string, { stats, errors }: PlaywrightReport): SuiteResult {
  const failed = stats.unexpected + stats.flaky
  return {
    name,
    passed: stats.expected,
    failed: failed > 0 ? failed : errors.length,
    skipped: stats.skipped,
    duration: stats.duration,
  }
}

/** A runner that went wrong without a failed test to show for it: one failure, so that it cannot go unnoticed. */
export function brokenRunner(name: string, duration = 0): SuiteResult {
  return { name, passed: 0, failed: 1, skipped: 0, duration }
}

/** The table and, as the very last line, "N passed, N failed". */
export function summary(suites: readonly SuiteResult[]): string {
  const width = Math.max(...suites.map(({ name }) => name.length), 0)
  const rows = suites.map(({ name, passed, failed, skipped, duration }) => {
    const counts = [`${passed} passed`, `${failed} failed`, ...(skipped ? [`${skipped} skipped`] : [])].join(', ')
    return `  ${name.padEnd(width)}  ${(duration / 1000).toFixed(1).padStart(6)} s  ${counts}`
  })
  const { passed, failed } = total(suites)
  return ['', ...rows, '', `${passed} passed, ${failed} failed`].join('\n')
}

/** Nothing run is nothing shown: a success needs at least one passed test. */
export function isSuccess(suites: readonly SuiteResult[]): boolean {
  const { passed, failed } = total(suites)
  return failed === 0 && passed > 0
}

function total(suites: readonly SuiteResult[]) {
  return {
    passed: suites.reduce((sum, suite) => sum + suite.passed, 0),
    failed: suites.reduce((sum, suite) => sum + suite.failed, 0),
  }
}
