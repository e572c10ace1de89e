import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Frame, type Page, test } from '@playwright/test'
import type { ParleyElement } from '../../widget/element.ts'
import { launchBrowser } from './support/browser.ts'
import { expectOneCallAtATime } from './support/journal.ts'
import { microphone } from './support/microphone.ts'
import { liveTracks, type PhoneWindow, watchSound } from './support/sound-watch.ts'
import { type Stack, startStack } from './support/stack.ts'
import { visit } from './support/visitor.ts'

// What a phone does to a page, as far as stock Chromium does it for real. No iPhone is here: docs/phones.md says what that leaves open.

let stack: Stack
const dir = mkdtempSync(join(tmpdir(), 'parley-phones-'))
test.beforeAll(async () => {
  stack = await startStack()
})
test.afterAll(async () => {
  rmSync(dir, { recursive: true })
  await stack.stop()
})

const lastEntry = async () => (await stack.simulator.journal()).at(-1)?.n ?? 0

test('the audio is interrupted for real: never resumed meanwhile, one fresh microphone afterwards, in the same call @long', async () => {
  const from = await lastEntry()
  // Chromium plays the file from its beginning each time the microphone is opened.
  const path = await microphone(dir, [6_000, 'hello there, what is the weather like today?', 60_000])
  const { browser, close } = await launchBrowser({ microphone: path })
  try {
    const page = await browser.newPage()
    await page.addInitScript(watchSound)
    const frame = await inFrame(page, stack.demoUrl)
    const state = () => frame.evaluate(() => document.querySelector<ParleyElement>('parley-widget')?.state)
    const items = () => frame.evaluate(() => document.querySelector<ParleyElement>('parley-widget')?.items ?? [])
    const sound = () =>
      frame.evaluate(() => {
        const { resumes, contextStates, asked } = window as unknown as PhoneWindow
        return { resumes, contextStates, asked }
      })
    await frame.getByRole('button', { name: /open the assistant/ }).click()
    await frame.getByRole('button', { name: 'Start talking' }).first().click()
    await expect.poll(state).toBe('live')
    const heard = async () =>
      (await items()).filter((item) => item.role === 'user' && /weather/i.test(item.text)).length
    await expect.poll(heard, { message: 'what was said' }).toBe(1)
    expect((await sound()).asked).toBe(1)
    const [call] = await stack.simulator.calls()

    await page.locator('iframe').evaluate((element) => element.style.setProperty('display', 'none'))
    await expect.poll(async () => (await sound()).contextStates.at(-1)).toBe('interrupted')
    await page.waitForTimeout(5_000)
    expect((await sound()).asked).toBe(1)
    await page.locator('iframe').evaluate((element) => element.style.setProperty('display', ''))
    await expect.poll(async () => (await sound()).asked).toBe(2)
    await expect.poll(heard, { message: 'what was said into the fresh microphone', timeout: 25_000 }).toBe(2)
    expect(await state()).toBe('live')
    expect((await sound()).resumes).not.toContain('interrupted')
    expect((await sound()).contextStates.at(-1)).toBe('running')
    expect((await stack.simulator.calls()).map(({ id }) => id)).toEqual([call?.id])
    expectOneCallAtATime(await stack.simulator.journal(from))
    expect(await frame.evaluate(liveTracks)).toEqual([1])
    await frame.evaluate(() => document.querySelector<ParleyElement>('parley-widget')?.end())
    expect(await frame.evaluate(liveTracks)).toEqual([])
    expect(await stack.simulator.calls()).toEqual([])
  } finally {
    await close()
  }
})

test('nobody answers the browser’s question: text after 15 s, and the microphone joins the same conversation later @long', async () => {
  const { browser, close } = await launchBrowser()
  try {
    const page = await browser.newPage()
    // Chromium’s own question cannot be answered from here: this one waits, and everything behind it is real.
    await page.addInitScript(() => {
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      const allowed = new Promise((resolve) => document.addEventListener('test-allow', resolve))
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        await allowed
        return ask(constraints)
      }
    })
    const visitor = await visit(page, stack.demoUrl)
    const session = () => page.evaluate(() => JSON.stringify({ ...sessionStorage }).match(/ses_\w{22}/)?.[0])
    await visitor.startTalking()
    await visitor.until('live', 20_000)
    await expect(page.getByText('Waiting for the microphone')).toBeVisible()
    expect(await stack.simulator.calls()).toEqual([])
    const before = await session()
    await page.getByRole('textbox').fill('I have lost the blue umbrella')
    await page.getByRole('textbox').press('Enter')
    await visitor.thread(
      (all) => all.some((item) => item.role === 'assistant' && item.status === 'completed'),
      'answer',
    )

    await page.evaluate(() => document.dispatchEvent(new Event('test-allow')))
    await expect.poll(async () => (await visitor.states()).slice(-2)).toEqual(['connecting', 'live'])
    await expect(page.getByText('Waiting for the microphone')).toBeHidden()
    await page.evaluate(() => document.querySelector<ParleyElement>('parley-widget')?.setMuted(true))
    expect(await stack.simulator.calls()).toHaveLength(1)
    expect(await session()).toBe(before)
    expect((await visitor.items())[0]?.text).toBe('I have lost the blue umbrella')
    await page.evaluate(() => document.querySelector<ParleyElement>('parley-widget')?.end())
  } finally {
    await close()
  }
})

/** The page in a frame of a page on the same origin whose media must not play while the frame is not displayed. */
async function inFrame(page: Page, url: string): Promise<Frame> {
  await page.goto(url)
  await page.evaluate((src) => {
    const frame = document.createElement('iframe')
    frame.allow = "microphone; autoplay; media-playback-while-not-visible 'none'"
    frame.src = src
    frame.style.cssText = 'width: 1000px; height: 700px'
    document.body.replaceChildren(frame)
  }, url)
  const handle = await page.locator('iframe').elementHandle()
  const frame = await handle?.contentFrame()
  if (!frame) throw new Error('The frame has no page')
  await frame.waitForLoadState()
  return frame
}
