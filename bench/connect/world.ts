/** Everything that the bench needs around the pages: simulator, broker, website, browser. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from '@playwright/test'
import concierge from '../../agents/concierge.ts'
import { writeWav } from '../../simulator/speech/wav.ts'
import { launchBrowser } from '../../test/e2e/support/browser.ts'
import { type SimulatorControl, simulatorControl } from '../../test/e2e/support/simulator-control.ts'
import { withPrograms } from '../lib/programs.ts'
import { startSite } from './site.ts'

export interface World {
  browser: Browser
  /** Origin of the pages. */
  site: string
  simulator: SimulatorControl
  /** Resolves when no call is left, so that the next visitor has the machine alone. */
  quiet(): Promise<void>
}

export async function withWorld(bench: (world: World) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-connect-'))
  const silence = join(dir, 'silence.wav')
  // A visitor who listens: the usual stand-in for a microphone beeps, and would interrupt.
  writeFileSync(silence, writeWav({ rate: 48_000, pcm: new Int16Array(48_000) }))
  const site = await startSite()
  try {
    await withPrograms(async (programs) => {
      const { url: api } = await programs.simulator()
      const { model, voice, instructions, greeting } = concierge
      const broker = await programs.parleySite(site.url)
      site.connect({
        wishes: { api, model, voice, instructions, greeting },
        broker: broker.url.replace('127.0.0.1', 'localhost'),
      })
      const simulator = simulatorControl(api)
      const { browser, close } = await launchBrowser({ microphone: silence })
      const quiet = async () => {
        const end = Date.now() + 10_000
        while ((await simulator.calls()).length > 0) {
          if (Date.now() > end) throw new Error('a call is left that nobody hangs up')
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }
      try {
        await bench({ browser, site: site.url, simulator, quiet })
      } finally {
        await close()
      }
    })
  } finally {
    await site.close()
    rmSync(dir, { recursive: true })
  }
}
