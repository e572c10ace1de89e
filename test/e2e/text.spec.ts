import { expect, test } from '@playwright/test'
import type { ParleyElement } from '../../widget/element.ts'
import { launchBrowser } from './support/browser.ts'
import { expectOneCallAtATime } from './support/journal.ts'
import { withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type ThreadItem, visit } from './support/visitor.ts'

let stack: Stack

test.beforeAll(async () => {
  stack = await startStack()
})
test.afterAll(() => stack.stop())

test('a visitor who refuses the microphone goes on in writing, in the same thread', async () => {
  const { browser, close } = await launchBrowser({ microphone: 'refused' })
  try {
    const visitor = await visit(await browser.newPage(), stack.demoUrl)
    await visitor.startTalking()
    await visitor.until('live')
    await expect(visitor.page.locator('[data-code="mic_denied"]')).toBeVisible()
    const box = visitor.page.getByRole('textbox')
    await box.fill('do you have a room for two?')
    await box.press('Enter')
    await visitor.thread(
      (items) => items.some((item) => item.role === 'assistant' && item.text.includes('a room for two')),
      'an answer in writing',
    )
    expect((await visitor.items()).map((item) => item.role)).toEqual(['user', 'assistant'])
    expect((await stack.simulator.journal()).some((entry) => String(entry.path).includes('/realtime/calls'))).toBe(
      false,
    )
  } finally {
    await close()
  }
})

test('typed and spoken words share one thread, also after a reload', async () => {
  const { browser, close } = await launchBrowser()
  try {
    const from = (await stack.simulator.journal()).at(-1)?.n ?? 0
    const context = await browser.newContext()
    await withSpeechOnDemand(context) // a quiet microphone
    const visitor = await visit(await context.newPage(), `${stack.demoUrl}/write.html`)
    await visitor.page.getByRole('button', { name: /open the assistant/ }).click()
    const box = visitor.page.getByRole('textbox')
    await box.fill('my name is Robin')
    await box.press('Enter')
    await visitor.thread((items) => items.length === 2 && items[1]?.status === 'completed', 'an answer')
    await visitor.page.evaluate(() =>
      document.querySelector<ParleyElement>('parley-widget')?.start({
        mode: 'voice',
      }),
    )
    await visitor.until('live')
    await box.fill('what did I say before?')
    await box.press('Enter')
    const knows = (item?: ThreadItem) => item?.status === 'completed' && item.text.includes('my name is Robin')
    await visitor.thread((items) => items.length === 4 && knows(items[3]), 'an answer that knows')
    const before = await visitor.items()
    await visitor.page.reload()
    expect(await visitor.thread((items) => items.length === 4, 'the thread')).toEqual(before)
    await visitor.page.getByRole('button', { name: 'More options' }).click()
    await visitor.page.getByRole('button', { name: 'Forget this conversation' }).click()
    await visitor.page.getByRole('button', { name: 'Erase' }).click()
    await visitor.thread((items) => items.length === 0, 'an empty thread')
    expect(await visitor.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('ses_')
    expectOneCallAtATime(await stack.simulator.journal(from))
  } finally {
    await close()
  }
})

test('a page can do it all through the element', async () => {
  const { browser, close } = await launchBrowser()
  try {
    const visitor = await visit(await browser.newPage(), stack.demoUrl)
    const seen = await visitor.page.evaluate(async () => {
      const element = window.parley
      if (!element) throw new Error('no widget')
      const seen: string[] = []
      for (const name of ['parley-state', 'parley-item', 'parley-error']) {
        document.addEventListener(name, (event) => {
          const { state, role } = (event as CustomEvent<{ state?: string; role?: string }>).detail
          seen.push([name, state ?? role].join(' '))
        })
      }
      const answered = new Promise<void>((resolve) => {
        element.addEventListener('parley-item', () => {
          if (element.items.some((item) => item.role === 'assistant' && item.text.includes('from the page'))) resolve()
        })
      })
      element.send('hello from the page')
      await answered
      await element.end()
      return seen
    })
    expect(seen).toEqual(expect.arrayContaining(['parley-state connecting', 'parley-state live', 'parley-item user']))
    expect(seen.at(-1)).toBe('parley-state ended')
    expect(seen).not.toEqual(expect.arrayContaining([expect.stringContaining('parley-error')]))
    await visitor.until('ended')
  } finally {
    await close()
  }
})

test('a rating reaches the broker, also when it was away for a moment @long', async () => {
  const { browser, close } = await launchBrowser({ microphone: 'refused' })
  try {
    const visitor = await visit(await browser.newPage(), `${stack.demoUrl}/write.html`)
    const { page } = visitor
    const widget = page.locator('parley-widget')
    await widget.evaluate((element) => element.setAttribute('rating', 'true'))
    await page.getByRole('button', { name: /open the assistant/ }).click()
    await page.getByRole('textbox').fill('do you have a room for two?')
    await page.getByRole('textbox').press('Enter')
    await visitor.thread((items) => items.length === 2 && items[1]?.status === 'completed', 'an answer')
    await widget.evaluate((element) => (element as ParleyElement).end())
    let isAway = true
    await page.route('**/rating', (route) => (isAway ? route.abort() : route.continue()))
    const failed = page.waitForEvent('requestfailed')
    await page.getByRole('button', { name: 'Good', exact: true }).click()
    await failed
    isAway = false
    const kept = await page.waitForResponse((response) => response.url().endsWith('/rating'))
    expect(kept.status()).toBe(204)
    await expect(page.getByText('Thank you!', { exact: true })).toBeVisible()

    await page.reload()
    isAway = true
    await widget.evaluate((element) => element.setAttribute('rating', 'true'))
    await widget.evaluate((element) => (element as ParleyElement).start({ mode: 'text' }))
    await visitor.until('live')
    await widget.evaluate((element) => (element as ParleyElement).end())
    await page.getByRole('button', { name: 'Not good', exact: true }).click()
    await expect(page.getByText('It did not reach us')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Good', exact: true })).toBeVisible()
  } finally {
    await close()
  }
})
