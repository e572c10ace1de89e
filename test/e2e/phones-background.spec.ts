import { chromium, expect, test } from '@playwright/test'
import { browserArgs } from '../../scripts/lib/browser-args.ts'
import { findChromium } from '../../scripts/lib/chromium.ts'
import type { ParleyElement } from '../../widget/element.ts'
import { type BarePage, launchBareChromium } from './support/bare-chromium.ts'
import { expectOneCallAtATime } from './support/journal.ts'
import { liveTracks, type PhoneWindow, watchSound } from './support/sound-watch.ts'
import { type Stack, startStack } from './support/stack.ts'
import { visit } from './support/visitor.ts'

// Pages in the background, frozen, left and returned to, in stock Chromium.

let stack: Stack
test.beforeAll(async () => {
  stack = await startStack()
})
test.afterAll(() => stack.stop())

const lastEntry = async () => (await stack.simulator.journal()).at(-1)?.n ?? 0

test('30 s in the background, and a minute frozen: the call is there, or there again within 3 s of the return', {
  tag: '@long',
}, async () => {
  test.setTimeout(180_000)
  const from = await lastEntry()
  const browser = await launchBareChromium()
  try {
    const kept = await browser.open(stack.demoUrl)
    await startInTab(kept)
    const keptCall = (await stack.simulator.calls()).at(-1)
    const frozen = await browser.open(stack.demoUrl)
    await startInTab(frozen)
    const frozenCall = (await stack.simulator.calls()).at(-1)
    expect(frozenCall?.id).not.toBe(keptCall?.id)
    const front = await browser.open('about:blank')
    await front.toFront()
    await kept.until(() => document.visibilityState === 'hidden', 'the first tab is hidden')
    await frozen.until(() => document.visibilityState === 'hidden', 'the second tab is hidden')
    expect(await screenLocks(kept), 'the system took the screen lock').toEqual([false])
    const before = { kept: await threadOf(kept), frozen: await threadOf(frozen) }
    await frozen.setLifecycle('frozen')
    const frozenAt = Date.now()

    await front.run(() => new Promise((resolve) => setTimeout(resolve, 30_000)))
    expect(await statesOf(kept), 'nothing happened in the background').toEqual(['connecting', 'live'])
    await kept.toFront()
    await front.run(() => new Promise((resolve) => setTimeout(resolve, 2_000)))
    expect(await statesOf(kept), 'nor on return').toEqual(['connecting', 'live'])
    expect((await stack.simulator.calls()).map(({ id }) => id)).toContain(keptCall?.id)
    expect(await threadOf(kept)).toEqual(before.kept)
    expect(await kept.run(() => (window as unknown as PhoneWindow).asked), 'nothing was taken').toBe(1)
    expect(await screenLocks(kept), 'and the screen is kept on again').toEqual([false, true])

    // The broker hears nothing from the frozen page and hangs up: nobody pays for a call that nobody hears.
    const hungUp = async () =>
      (await stack.simulator.journal(from)).some((entry) => String(entry.path).endsWith(`${frozenCall?.id}/hangup`))
    await expect.poll(hungUp, { timeout: 75_000, intervals: [500] }).toBe(true)
    console.log(`frozen page: hung up after ${((Date.now() - frozenAt) / 1000).toFixed(0)} s`)
    const returnedAt = Date.now()
    await frozen.setLifecycle('active')
    await frozen.toFront()
    await frozen.until(() => {
      const { states } = window as unknown as PhoneWindow
      return states.includes('reconnecting') && states.at(-1) === 'live'
    }, 'the call is back')
    const seconds = (Date.now() - returnedAt) / 1000
    console.log(`frozen page: live again ${seconds.toFixed(1)} s after the return`)
    expect(seconds).toBeLessThanOrEqual(3)
    expect(await threadOf(frozen)).toEqual(before.frozen)
    await type(frozen, 'what did I say before?')
    await frozen.until(
      () =>
        document
          .querySelector<ParleyElement>('parley-widget')
          ?.items.filter((item) => item.role === 'assistant')
          .at(-1)
          ?.text.includes('the blue umbrella') === true,
      'an answer that knows',
    )
    // One bill: of the two sessions, the call that was kept is the first one of the journal; all others belong to the frozen tab.
    const journal = await stack.simulator.journal(from)
    expectOneCallAtATime(journal.filter((entry) => entry.call !== keptCall?.id))
    const opened = journal.filter((entry) => entry.kind === 'call' && entry.state === 'opened')
    expect(opened).toHaveLength(3)
    for (const tab of [kept, frozen]) await tab.run(() => document.querySelector<ParleyElement>('parley-widget')?.end())
    expect(await stack.simulator.calls()).toEqual([])
  } finally {
    await browser.close()
  }
})

test('left and returned to out of the back-forward cache: hung up, the thread is there, the microphone stays closed', async () => {
  // Playwright switches the cache off.
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: browserArgs(),
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
  try {
    const page = await browser.newPage()
    await page.addInitScript(watchSound)
    const visitor = await visit(page, stack.demoUrl)
    await page.evaluate(() => {
      window.addEventListener('pageshow', (event) => event.persisted && document.body.setAttribute('data-cached', ''))
    })
    await visitor.startTalking()
    await visitor.until('live')
    await page.evaluate(() => document.querySelector<ParleyElement>('parley-widget')?.setMuted(true))
    const items = await visitor.thread((all) => all.some((item) => item.status === 'completed'), 'the greeting')
    const from = await lastEntry()
    const [call] = await stack.simulator.calls()

    await page.evaluate(() => {
      location.href = '/tutor.html'
    })
    await page.waitForURL(/tutor/)
    const hungUp = async () =>
      (await stack.simulator.journal(from)).some((entry) => String(entry.path).endsWith(`${call?.id}/hangup`))
    await expect.poll(hungUp).toBe(true)
    await page.evaluate(() => history.back())
    await expect(page.locator('body')).toHaveAttribute('data-cached', '')
    await visitor.until('ended')
    expect((await visitor.items()).map(({ id }) => id)).toEqual(items.map(({ id }) => id))
    expect(await page.evaluate(() => (window as unknown as PhoneWindow).asked)).toBe(1)
    expect(await page.evaluate(liveTracks)).toEqual([])

    await page.getByRole('button', { name: /continue/i }).click()
    await visitor.until('live')
    expect((await visitor.items()).slice(0, items.length).map(({ id }) => id)).toEqual(items.map(({ id }) => id))
    expect(await stack.simulator.calls()).toHaveLength(1)
  } finally {
    await browser.close()
  }
})

async function startInTab(page: BarePage): Promise<void> {
  await page.toFront()
  await page.run(watchSound)
  await page.run(() => {
    const states: string[] = []
    Object.assign(window, { states })
    document.addEventListener('parley-state', (event) => states.push((event as CustomEvent).detail.state))
    void document.querySelector<ParleyElement>('parley-widget')?.start()
  })
  await page.until(() => document.querySelector<ParleyElement>('parley-widget')?.state === 'live', 'live')
  // Its beeps would go on talking.
  await page.run(() => document.querySelector<ParleyElement>('parley-widget')?.setMuted(true))
  await page.until(answered, 'the greeting')
  await type(page, 'I have lost the blue umbrella')
  await page.until(answered, 'an answer')
  expect(await screenLocks(page), 'the screen is kept on').toEqual([true])
}

/** Everything that was begun is finished, and the assistant had the last word. */
function answered(): boolean {
  const items = document.querySelector<ParleyElement>('parley-widget')?.items ?? []
  const last = items.at(-1)
  return last?.role === 'assistant' && items.every((item) => item.status !== 'in_progress')
}

async function type(page: BarePage, text: string): Promise<void> {
  await page.run(async (words) => {
    await document.querySelector<ParleyElement>('parley-widget')?.send(words)
  }, text)
  await page.until(
    () => document.querySelector<ParleyElement>('parley-widget')?.items.at(-1)?.role === 'assistant',
    'an answer has begun',
  )
}

const threadOf = (page: BarePage) =>
  page.run(() =>
    (document.querySelector<ParleyElement>('parley-widget')?.items ?? []).map(({ id, text }) => ({ id, text })),
  )
/** Of all screen locks that were given: whether they are held. */
const screenLocks = (page: BarePage) =>
  page.run(() => (window as unknown as PhoneWindow).screenLocks.map((lock) => !lock.released))
const statesOf = (page: BarePage) => page.run(() => (window as unknown as PhoneWindow).states)
