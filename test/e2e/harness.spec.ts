import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { createDemo } from '../../demo/server.ts'
import { launchBrowser } from './support/browser.ts'
import { loudness, speechIn, wordsIn } from './support/listening.ts'
import { microphone, spokenWav } from './support/microphone.ts'
import { startRecording, stopRecording } from './support/recording.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'

// The other tests believe what these tools hear: so here is that they hear, and what they do not hear.

const dir = mkdtempSync(join(tmpdir(), 'parley-harness-'))
test.afterAll(() => rmSync(dir, { recursive: true }))

/** A page whose <audio> element, in a shadow root, plays what its microphone hears. */
async function echo(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.mouse.click(5, 5)
  await page.evaluate(async () => {
    const audio = document.createElement('audio')
    audio.srcObject = await navigator.mediaDevices.getUserMedia({ audio: true })
    const host = document.body.appendChild(document.createElement('div'))
    host.attachShadow({ mode: 'open' }).append(audio)
    await audio.play()
  })
}

test('what is spoken on demand is recorded, and understood', async ({ context, page }) => {
  const demo = await createDemo({ port: 0, brokerUrl: 'http://localhost:9' })
  await withSpeechOnDemand(context)
  await echo(page, demo.url)
  await startRecording(page)
  await page.waitForTimeout(500)
  await speak(page, await spokenWav(dir, 'Hello there.'))
  await page.waitForTimeout(1200)
  await speak(page, await spokenWav(dir, 'What is the weather like today?'))
  await page.waitForTimeout(500)
  const recording = await stopRecording(page)
  await demo.close()

  const stretches = speechIn(recording)
  expect(stretches).toHaveLength(2)
  expect(loudness(recording, 0, 300)).toBeLessThan(50)
  expect(loudness(recording, stretches[0]?.startMs, stretches[0]?.endMs)).toBeGreaterThan(500)
  const [first, second] = await wordsIn(recording)
  // The recogniser is a small one: "hello" may be "hullo".
  expect(first).toMatch(/there/i)
  expect(second).toMatch(/weather like to-?day/i)
})

test('a WAV file is heard once as the microphone @long', async () => {
  const demo = await createDemo({ port: 0, brokerUrl: 'http://localhost:9' })
  const { browser, close } = await launchBrowser({ microphone: await microphone(dir, [1000, 'Hello there.', 500]) })
  const page = await browser.newPage()
  await echo(page, demo.url)
  await startRecording(page)
  await page.waitForTimeout(5000)
  const recording = await stopRecording(page)
  await close()
  await demo.close()
  expect(speechIn(recording)).toHaveLength(1)
  expect((await wordsIn(recording)).join().toLowerCase()).toContain('hello')
})

test('a paused or muted element is silence', async ({ context, page }) => {
  const demo = await createDemo({ port: 0, brokerUrl: 'http://localhost:9' })
  await withSpeechOnDemand(context)
  await echo(page, demo.url)
  await startRecording(page)
  await page.evaluate(() => {
    for (const host of document.querySelectorAll('div')) {
      const audio = host.shadowRoot?.querySelector('audio')
      if (audio) audio.muted = true
    }
  })
  await page.waitForTimeout(200)
  await speak(page, await spokenWav(dir, 'Hello there.'))
  expect(speechIn(await stopRecording(page))).toEqual([])
  await demo.close()
})
