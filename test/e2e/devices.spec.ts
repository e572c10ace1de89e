/** A real call whose visitor chooses another microphone and another loudspeaker in the middle of it. */
import { expect, type Page, test } from '@playwright/test'
import { launchBrowser } from './support/browser.ts'
import { type Stack, startStack } from './support/stack.ts'
import { visit } from './support/visitor.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await startStack()
})
test.afterAll(() => stack.stop())

interface WatchedWindow extends Window {
  testTracks?: MediaStreamTrack[]
}

test('another microphone takes over in the same call, and the sound goes where it is wanted @long', async () => {
  const { browser, close } = await launchBrowser()
  try {
    const page = await browser.newPage()
    await page.addInitScript(() => {
      const watched: WatchedWindow = window
      const tracks: MediaStreamTrack[] = []
      watched.testTracks = tracks
      const { mediaDevices } = navigator
      const ask = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = async (constraints) => {
        const stream = await ask(constraints)
        tracks.push(...stream.getAudioTracks())
        return stream
      }
    })
    const visitor = await visit(page, stack.demoUrl)
    await visitor.startTalking()
    await visitor.until('live')
    await page.getByRole('button', { name: 'More options' }).click()
    const wanted = await chooseOther(page, 'Microphone', (await microphones(page))[0]?.id)
    await expect.poll(() => microphones(page)).toHaveLength(2)
    const [first, second] = await microphones(page)
    expect(first).toMatchObject({ state: 'ended' })
    expect(second).toEqual({ id: wanted, state: 'live' })

    const sink = await chooseOther(page, 'Speaker', '')
    const sinkId = () => page.locator('parley-widget audio').evaluate((audio: HTMLAudioElement) => audio.sinkId)
    await expect.poll(sinkId).toBe(sink)
    await page.keyboard.press('Escape')

    // Chromium's stand-in beeps once a second: it is heard through the microphone that was chosen.
    const level = () => page.locator('.ring').evaluate((ring) => Number(ring.style.getPropertyValue('--input')))
    await expect.poll(level, { intervals: [50] }).toBeGreaterThan(0.2)
    expect(await visitor.states()).toEqual(['connecting', 'live'])
  } finally {
    await close()
  }
})

function microphones(page: Page): Promise<{ id: string | undefined; state: string }[]> {
  return page.evaluate(() => {
    const { testTracks = [] }: WatchedWindow = window
    return testTracks.map((track) => ({ id: track.getSettings().deviceId, state: track.readyState }))
  })
}

/** Chooses a device that is not the one in use; answers its id. */
async function chooseOther(page: Page, label: string, inUse: string | undefined): Promise<string> {
  const choice = page.getByLabel(label)
  const values = () => choice.locator('option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value))
  await expect.poll(async () => (await values()).length, `${label}: devices are listed`).toBeGreaterThan(1)
  const other = (await values()).find((value) => value !== '' && value !== inUse)
  if (other === undefined) throw new Error(`no other ${label}`)
  await choice.selectOption(other)
  return other
}
