/**
 * Tone in = tone out: what is said into a real browser's microphone goes through the real widget and broker to the simulator,
 * whose voice `loopback` says the very same again, and back to what the visitor hears.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchBrowser } from './support/browser.ts'
import { spokenPcm } from './support/microphone.ts'
import { type Stack, startStack } from './support/stack.ts'
import { analyse, shown } from './support/tone-analysis.ts'
import { toneWav } from './support/tone-signal.ts'
import { heardOf, microphoneSettings, prepareTap, startTap, takeTap } from './support/tone-tap.ts'
import { type ThreadItem, visit } from './support/visitor.ts'

let stack: Stack
const dir = mkdtempSync(join(tmpdir(), 'parley-tone-'))
/** The call is up and the greeting was said by then. s */
const LEAD_SECONDS = 9

const answers = (items: ThreadItem[]) =>
  items.filter((item) => item.role === 'assistant' && item.status === 'completed')

test.beforeAll(async () => {
  stack = await startStack()
  await stack.simulator.fault('loopback', { coming: true })
})
test.afterAll(() => stack.stop())

for (const transport of ['webrtc', 'relay'] as const) {
  test(`Chromium, ${transport}: tone in = tone out`, async () => {
    const path = join(dir, 'tone.wav')
    writeFileSync(
      path,
      toneWav({ leadSeconds: LEAD_SECONDS, speech: await spokenPcm(dir, 'my two dogs are coming along') }),
    )
    const { browser, close } = await launchBrowser({ microphone: path })
    try {
      const page = await browser.newPage()
      await page.addInitScript(prepareTap, { withoutWebrtc: transport === 'relay' })
      const visitor = await visit(page, stack.demoUrl)
      await visitor.startTalking()
      await visitor.until('live')
      await page.evaluate(startTap)
      await visitor.thread((items) => answers(items).length === 2, 'greeting and echo', 60_000)
      await visitor.nextActivity('listening')
      const heard = heardOf(await page.evaluate(takeTap))
      console.log(await page.evaluate(microphoneSettings), heard.rate, heard.samples.length / heard.rate)
      writeFileSync(`/tmp/tone-${transport}.f32`, Buffer.from(heard.samples.buffer))
      console.log(await visitor.items())
      const report = analyse(heard)
      console.log(`${transport}: ${shown(report)}`)
      expect(report.at).toBeGreaterThan(0)
    } finally {
      await close()
    }
  })
}
