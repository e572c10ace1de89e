/** What a test drives besides Chromium, and what becomes of the test where that is missing. */
import { test } from '@playwright/test'
import { type Engine, notRun } from '../../../scripts/lib/engines.ts'

/**
 * To be called at the top of a file, or of a `describe`, before its own hooks. On a developer's machine the tests are skipped, which is said
 * loudly; in CI they fail, because there a run that is green has run everything.
 */
export function drives(engine: Engine): void {
  const missing = notRun(engine)
  if (missing === '') return
  if (process.env.CI) {
    test.beforeAll(() => {
      throw new Error(missing)
    })
  } else {
    console.warn(missing)
    test.skip(true, missing)
  }
}

/** The same inside one test. */
export function needs(engine: Engine): void {
  const missing = notRun(engine)
  if (missing === '') return
  if (process.env.CI) throw new Error(missing)
  console.warn(missing)
  test.skip(true, missing)
}
