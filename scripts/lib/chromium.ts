/** Finds the Chromium that the browser tests drive, or installs Debian's. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'
import { aptGet, mayInstall } from './apt.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'chrome']
const MAC_APPS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Path of the first one there is: CHROME_PATH, Playwright's own, the system's. Throws when CHROME_PATH is wrong. */
export function findChromium(environment: Readonly<Record<string, string | undefined>> = process.env) {
  const asked = environment.CHROME_PATH
  if (asked) {
    if (!existsSync(asked)) throw new Error(`CHROME_PATH is ${asked}, but there is no such file`)
    return asked
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean)
  const system = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [chromium.executablePath(), ...system, ...MAC_APPS].find((path) => existsSync(path))
}

/** The same, and where there is none and this user may: installs it. Otherwise throws, saying what to do. */
export async function ensureChromium(): Promise<string> {
  const found = findChromium()
  if (found) return found
  if (mayInstall()) {
    console.log('No Chromium here: installing Debian’s chromium, which takes a minute …')
    await aptGet('update')
    await aptGet('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core', 'fonts-liberation')
    const installed = findChromium()
    if (installed) return installed
  }
  throw new Error(
    'The browser tests need a Chromium. Do one of these, then run the tests again:\n' +
      '  sudo apt-get install chromium          (Debian, Ubuntu)\n' +
      '  npx playwright install chromium        (where its download is reachable)\n' +
      '  CHROME_PATH=/path/to/chromium npm test (any Chromium or Chrome that you have)',
  )
}
