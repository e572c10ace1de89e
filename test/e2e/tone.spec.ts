/**
 * Tone in = tone out: what is said into a real browser's microphone goes through the real widget and broker to the simulator,
 * whose voice `loopback` says the very same again, and back to what the visitor hears. WebKit: tone-webkit.spec.ts.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, test } from '@playwright/test'
import { FIREFOX } from '../../scripts/lib/engines.ts'
import { launchBrowser } from './support/browser.ts'
import { drives } from './support/engine.ts'
import { launchFirefox } from './support/firefox.ts'
import { spokenPcm } from './support/microphone.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type Bars, expectFaithful, runTone } from './support/tone-run.ts'
import { toneWav } from './support/tone-signal.ts'
import { prepareTap } from './support/tone-tap.ts'
import { visit } from './support/visitor.ts'

interface Engine {
  browser: Browser
  say(): Promise<void>
  close(): Promise<void>
}

let stack: Stack
const dir = mkdtempSync(join(tmpdir(), 'parley-tone-'))

/** What was measured, and some room (docs/phones.md has the numbers). */
const BARS: Record<string, Bars> = {
  // Two Opus codings of 32 kbit/s on the way.
  'Chromium, webrtc': { frequency: 1e-4, snrDb: 28, worstSnrDb: 15, dipDb: -3, delayMs: 0.5, rippleDb: 2 },
  // 16 bits allow 85 dB.
  'Chromium, relay': { frequency: 1e-4, snrDb: 80, worstSnrDb: 75, dipDb: -0.5, delayMs: 0.05, rippleDb: 0.5 },
  // Its graphs have clocks of their own and correct for each other's drift.
  'Firefox, webrtc': { frequency: 5e-4, snrDb: 28, worstSnrDb: 15, dipDb: -3, delayMs: 0.5, rippleDb: 2 },
  'Firefox, relay': { frequency: 5e-4, snrDb: 80, worstSnrDb: 75, dipDb: -0.5, delayMs: 0.05, rippleDb: 0.5 },
}

async function signal(leadSeconds: number): Promise<string> {
  const path = join(dir, `tone-${leadSeconds}.wav`)
  writeFileSync(path, toneWav({ leadSeconds, speech: await spokenPcm(dir, 'my two dogs are coming along') }))
  return path
}

const engines: Record<string, () => Promise<Engine>> = {
  async Chromium() {
    // It speaks from when it is opened: by then the call is up and the greeting was said.
    const launched = await launchBrowser({ microphone: await signal(9) })
    return { ...launched, say: async () => {} }
  },
  async Firefox() {
    const path = await signal(0.2)
    const launched = await launchFirefox()
    return { ...launched, say: () => launched.sound.say(path) }
  },
}

test.beforeAll(async () => {
  stack = await startStack()
  await stack.simulator.fault('loopback', { coming: true })
})
test.afterAll(() => stack.stop())

for (const [name, launch] of Object.entries(engines)) {
  test.describe(name, () => {
    if (name === 'Firefox') drives(FIREFOX)
    for (const transport of ['webrtc', 'relay'] as const) {
      test(`${name}, ${transport}: tone in = tone out`, { tag: '@long' }, async () => {
        test.setTimeout(150_000)
        const { browser, say, close } = await launch()
        try {
          const page = await browser.newPage()
          await page.addInitScript(prepareTap, { withoutWebrtc: transport === 'relay' })
          const visitor = await visit(page, stack.demoUrl)
          await visitor.startTalking()
          await visitor.until('live')
          const heard = await runTone(`${name}, ${transport}`, page, say, { settles: name === 'Firefox' })
          expectFaithful(heard, BARS[`${name}, ${transport}`] as Bars)
        } finally {
          await close()
        }
      })
    }
  })
}
