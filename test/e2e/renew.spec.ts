/** Devices change in the middle of a call: another audio context, the same call. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { launchBrowser } from './support/browser.ts'
import { wordsIn } from './support/listening.ts'
import { spokenWav } from './support/microphone.ts'
import { startRecording, stopRecording } from './support/recording.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { visit } from './support/visitor.ts'

let stack: Stack
const dir = mkdtempSync(join(tmpdir(), 'parley-renew-'))
const words = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? []

test.beforeAll(async () => {
  stack = await startStack()
})
test.afterAll(() => stack.stop())

interface ContextsWindow extends Window {
  testContexts?: AudioContext[]
}

const withoutWebrtc = (context: BrowserContext) =>
  context.addInitScript(() => {
    Object.assign(window, { RTCPeerConnection: undefined })
  })

/** The browser says that a device came or went; the widget replaces its context soon after. */
async function changeDevices(page: Page): Promise<void> {
  const made = () => page.evaluate(() => (window as ContextsWindow).testContexts?.length ?? 0)
  const before = await made()
  await page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')))
  await expect.poll(made).toBe(before + 1)
}

for (const [path, prepare] of [
  ['WebRTC', async () => {}],
  ['relay', withoutWebrtc],
] as const) {
  test(`${path}: the call goes on, both go on hearing each other, and no word is lost`, { tag: '@long' }, async () => {
    const { browser, close } = await launchBrowser()
    try {
      const context = await browser.newContext()
      await withSpeechOnDemand(context)
      await prepare(context)
      await context.addInitScript(() => {
        const made: AudioContext[] = []
        Object.assign(window, { testContexts: made })
        const Real = AudioContext
        window.AudioContext = class extends Real {
          constructor(options?: AudioContextOptions) {
            super(options)
            made.push(this)
          }
        }
      })
      const page = await context.newPage()
      const visitor = await visit(page, stack.demoUrl, { keepBytes: false })
      await visitor.startTalking()
      await visitor.until('live')
      // The newest: one of the test before may still be on its way out.
      const call = (await stack.simulator.calls()).at(-1)?.id
      expect(call).toBeDefined()
      await startRecording(page)
      await visitor.thread((items) => items.some(({ status }) => status === 'completed'), 'the greeting')
      await visitor.nextActivity('listening')
      const speaking = visitor.nextActivity('speaking')
      await speak(page, await spokenWav(dir, 'tell me a long story'))
      await speaking
      await page.waitForTimeout(2_000)
      await changeDevices(page)
      await page.waitForTimeout(4_000)
      await changeDevices(page)
      await page.waitForTimeout(2_000)

      const story = (await visitor.items()).findLast(({ role }) => role === 'assistant')?.text ?? ''
      const heard = words((await wordsIn(await stopRecording(page))).join(' '))
      const begun = heard.lastIndexOf(words(story)[0] ?? '')
      const expected = words(story).slice(0, heard.length - begun - 1)
      expect(expected.length, heard.join(' ')).toBeGreaterThan(12)
      // The recogniser may miss one here and there; half a second of silence or a repetition costs more.
      const missing = expected.filter((word, i) => ![-1, 0, 1].some((by) => heard[begun + i + by] === word))
      expect(missing.length, `${heard.slice(begun).join(' ')} | ${expected.join(' ')}`).toBeLessThanOrEqual(2)

      await speak(page, await spokenWav(dir, 'monday tuesday wednesday'))
      await visitor.thread(
        (items) => words(items.findLast(({ role }) => role === 'user')?.text ?? '').includes('wednesday'),
        'what was said afterwards',
      )
      expect(await visitor.states()).toEqual(['connecting', 'live'])
      expect((await stack.simulator.calls()).at(-1)?.id).toBe(call)
      const open = await page.evaluate(
        () => (window as ContextsWindow).testContexts?.filter(({ state }) => state !== 'closed').length,
      )
      // The widget's and the microphone's.
      expect(open).toBe(2)
    } finally {
      await close()
    }
  })
}
