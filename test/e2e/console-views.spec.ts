/** Every view of the console, on a desktop and a small phone, light and dark: nothing that axe finds, nothing cut off. */
import { createRequire } from 'node:module'
import { expect, type Page, test } from '@playwright/test'
import type { AxeResults, RunOptions } from 'axe-core'
import { fillRecords } from '../../scripts/lib/sample-records.ts'
import { ADMIN_TOKEN, openConsole, see, withConsole, write } from './support/console.ts'
import { type Stack, startStack } from './support/stack.ts'
import { visit } from './support/visitor.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const VIEWS = ['Live', 'Sessions', 'Plots', 'Agents', 'Settings']

let stack: Stack
test.beforeAll(async () => {
  stack = await startStack(withConsole)
  await stack.killBroker()
  await fillRecords(stack.stateDir, Date.now())
  await stack.startBroker()
})
test.afterAll(() => stack.stop())

/** A page's own policy would not let axe in as a script tag: it is evaluated from outside. */
async function examine(page: Page): Promise<string[]> {
  await page.evaluate(await (await import('node:fs/promises')).readFile(AXE, 'utf8'))
  const { violations } = await page.evaluate(
    (options) => (window as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run(options),
    { resultTypes: ['violations'] } satisfies RunOptions,
  )
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

/** Nothing reaches out of the page at the side. */
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

async function look(page: Page, name: string): Promise<void> {
  await expect(page.getByText('Loading')).toHaveCount(0)
  await page.screenshot({ path: `test-results/console/${name}.png`, fullPage: true })
  expect(await examine(page), name).toEqual([])
  expect(await overflow(page), name).toBeLessThanOrEqual(0)
}

for (const [name, size, colorScheme] of [
  ['desktop', { width: 1280, height: 860 }, 'light'],
  ['desktop-dark', { width: 1280, height: 860 }, 'dark'],
  ['phone', { width: 360, height: 740 }, 'light'],
  ['phone-dark', { width: 360, height: 740 }, 'dark'],
] as const) {
  test(`@long every view, ${name}`, async ({ browser }) => {
    const context = await browser.newContext({ viewport: size, colorScheme, permissions: ['microphone'] })
    const page = await context.newPage()
    await page.goto(`${stack.brokerUrl}/console`)
    await expect(page.getByLabel('Admin token')).toBeVisible()
    await look(page, `${name}-login`)
    await page.getByLabel('Admin token').fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    await expect(page.getByRole('alert')).toContainText('the token is wrong')
    await page.getByLabel('Admin token').fill(ADMIN_TOKEN)
    await page.keyboard.press('Enter')

    const visitor = await visit(await context.newPage(), stack.demoUrl)
    await visitor.startTalking()
    await visitor.until('live')
    await write(visitor.page, 'Is breakfast included?')
    await visitor.thread((items) => items.some(({ text }) => text.includes('breakfast')), 'what was typed')
    for (const view of VIEWS) {
      await see(page, view)
      if (view === 'Live') await expect(page.getByText('WebRTC').first()).toBeVisible()
      if (view === 'Plots') await page.getByLabel('Time').selectOption('30 days')
      await look(page, `${name}-${view.toLowerCase()}`)
    }
    await see(page, 'Live')
    await page.getByRole('button', { name: 'End', exact: true }).first().click()
    await look(page, `${name}-dialog`)
    await page.getByRole('dialog').getByRole('button', { name: 'End the call' }).click()
    await visitor.until('ended')
    await see(page, 'Sessions')
    await page.getByLabel('Ended').selectOption('Ended here')
    await page.locator('.list tbody a').first().click()
    await expect(page.getByText('Call 1 is over')).toBeVisible()
    await look(page, `${name}-session`)
    await context.close()
  })
}

test('@long a console that is not set up says how to', async ({ page }) => {
  const bare = await startStack()
  try {
    await page.goto(`${bare.brokerUrl}/console`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('The console is not set up')
    await look(page, 'off')
  } finally {
    await bare.stop()
  }
})

test('@long its page lets nothing in, and is in nobody’s frame', async ({ page }) => {
  const troubles = await openConsole(page, stack)
  const response = await page.request.get(`${stack.brokerUrl}/console`)
  const policy = response.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
  const violated = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'))
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.stolen = true'
    document.body.append(script)
  })
  await violated
  expect(await page.evaluate(() => 'stolen' in window)).toBe(false)
  expect(await page.evaluate(() => document.cookie)).toBe('')
  expect(troubles).toHaveLength(1)
})

test('@long a slow answer is waited for, and an old one does not count', async ({ page }) => {
  await openConsole(page, stack)
  const asked: string[] = []
  let isSlow = true
  // The first choice is answered after the second.
  await page.route('**/console/api/sessions?*', async (route) => {
    const { searchParams } = new URL(route.request().url())
    asked.push(`${searchParams.get('agent') ?? 'all'} ${searchParams.get('before') ? 'more' : 'first'}`)
    if (isSlow && searchParams.get('agent') === 'concierge') await new Promise((resolve) => setTimeout(resolve, 1_500))
    await route.continue().catch(() => undefined) // the page has given it up
  })
  await see(page, 'Sessions')
  await page.getByLabel('Agent').selectOption('concierge')
  await page.getByLabel('Agent').selectOption('tutor')
  await expect(page.locator('.list tbody tr').first()).toContainText('English tutor')
  await page.waitForTimeout(2_000)
  await expect(page.locator('.list tbody')).not.toContainText(/concierge/i)
  isSlow = false

  await page.getByLabel('Begun').selectOption({ index: 3 })
  await expect(page.locator('.list tbody tr').first()).toBeVisible()
  const before = asked.length
  await page.clock.setFixedTime(Date.now() + 120_000)
  await page.getByRole('button', { name: /further back/i }).click()
  await expect.poll(() => asked.slice(before)).toEqual(['tutor more'])

  // Slower than the view asks again.
  let calls = 0
  await page.route('**/console/api/calls*', async (route) => {
    calls += 1
    await new Promise((resolve) => setTimeout(resolve, 11_000))
    await route.continue().catch(() => undefined)
  })
  await see(page, 'Live')
  await expect.poll(() => calls).toBe(1)
  await page.waitForTimeout(9_500)
  expect(calls, 'none is begun anew while one is under way').toBe(1)
  await page.goto(`${stack.brokerUrl}/console#/sessions/%`)
  await expect(page.getByRole('navigation')).toBeVisible()
})
