/**
 * `npm run screenshots`: the console's picture in docs/images, from a real broker of this machine with a month of made-up calls in its
 * index (lib/sample-records.ts).
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { startBroker } from './lib/broker.ts'
import { browserArgs } from './lib/browser-args.ts'
import { findChromium } from './lib/chromium.ts'
import { newDeploymentSecret } from './lib/deployment-secret.ts'
import { inProject } from './lib/paths.ts'
import { anyPort } from './lib/ports.ts'
import { runToEnd } from './lib/processes.ts'
import { fillRecords } from './lib/sample-records.ts'

const SIZE = { width: 1280, height: 900 }

const dir = mkdtempSync(join(tmpdir(), 'parley-screenshots-'))
const token = randomBytes(32).toString('hex')
try {
  if ((await runToEnd(process.execPath, [inProject('scripts/build.ts')])) !== 0)
    throw new Error('Not built, see above.')
  await fillRecords(join(dir, 'state'), Date.now())
  const broker = await startBroker({
    port: await anyPort(),
    dir,
    variables: {
      OPENAI_API_KEY: 'sk-nobody',
      PARLEY_SECRET: newDeploymentSecret(),
      ADMIN_TOKEN_SHA256: createHash('sha256').update(token).digest('hex'),
    },
  })
  try {
    await takePicture(`${broker.url}/console#token=${token}`)
  } finally {
    await broker.stop()
  }
} finally {
  rmSync(dir, { recursive: true, force: true })
}

async function takePicture(link: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: browserArgs() })
  try {
    const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' })
    await page.goto(link)
    await page.getByRole('navigation').getByRole('link', { name: 'Plots' }).click()
    await page.getByLabel('Time').selectOption('30 days')
    await page.locator('.plot canvas').nth(5).waitFor()
    await page.screenshot({ path: inProject('docs/images/console.png') })
  } finally {
    await browser.close()
  }
}
