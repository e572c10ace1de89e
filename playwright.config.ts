import { defineConfig } from '@playwright/test'
import { browserArgs } from './scripts/lib/browser-args.ts'
import { findChromium } from './scripts/lib/chromium.ts'

/** Tests that take most of a minute and whose ground others cover roughly: only `npm run test:full` has the time. */
const LONG = /@long/

/** Real browsers. Every test starts the servers that it needs: test/e2e/support/stack.ts. */
export default defineConfig({
  // Two cores, and calls in real time: two tests at once would only make each other late.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 90_000,
  expect: { timeout: 15_000 },
  outputDir: 'test-results',
  // scripts/test.ts asks for the report by naming its file.
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['list'], ['json']] : 'list',
  projects: [
    { name: 'e2e', testDir: 'test/e2e', grepInvert: LONG },
    { name: 'long', testDir: 'test/e2e', grep: LONG },
    { name: 'full', testDir: 'test/full', timeout: 900_000 },
  ],
  use: {
    browserName: 'chromium',
    trace: 'off',
    launchOptions: { executablePath: findChromium(), args: browserArgs() },
  },
})
