/** Chromium with the microphone that a test wants, in a process that a test may kill. */
import { type Browser, chromium } from '@playwright/test'
import { browserArgs, type FakeMicrophone } from '../../../scripts/lib/browser-args.ts'
import { findChromium } from '../../../scripts/lib/chromium.ts'

export interface LaunchedBrowser {
  readonly browser: Browser
  /** SIGKILL for all of its processes: the laptop's battery is empty. */
  kill(): Promise<void>
  close(): Promise<void>
}

export interface BrowserOptions {
  /** Path of a WAV file (microphone.ts), 'refused' for a visitor who says no; else a beeping stand-in. */
  microphone?: FakeMicrophone
  /** More switches for Chromium. */
  args?: readonly string[]
}

export async function launchBrowser({ microphone, args = [] }: BrowserOptions = {}): Promise<LaunchedBrowser> {
  const server = await chromium.launchServer({
    executablePath: findChromium(),
    args: [...browserArgs({ microphone }), ...args],
  })
  const browser = await chromium.connect(server.wsEndpoint())
  const pid = server.process().pid
  if (pid === undefined) throw new Error('Chromium was not started')
  return {
    browser,
    async kill() {
      // Playwright makes Chromium the leader of a process group, so this takes its renderers along.
      process.kill(-pid, 'SIGKILL')
      await server.close()
    },
    async close() {
      await browser.close()
      await server.close()
    },
  }
}
