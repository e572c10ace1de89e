import { expect, type Page, test } from '@playwright/test'
import type { Example } from '../../examples/example.ts'
import screenHelper from '../../examples/screen-helper/example.ts'
import shop from '../../examples/shop/example.ts'
import { inProject } from '../../scripts/lib/paths.ts'
import { anyPort } from '../../scripts/lib/ports.ts'
import { runQuietly } from '../../scripts/lib/processes.ts'
import { launchBrowser } from './support/browser.ts'
import { startStack } from './support/stack.ts'
import { type Visitor, visit } from './support/visitor.ts'

/** Runs an example as `npm start -- NAME` does, with a visitor on its website. */
async function withExample(example: Example, use: (visitor: Visitor) => Promise<void>): Promise<void> {
  const brought = await example.setUp({ free: anyPort })
  const site = example.site ? { site: inProject(example.site) } : {}
  const stack = await startStack({ main: inProject(example.worker), ...site, variables: { ...brought.variables } })
  const { browser, close } = await launchBrowser()
  try {
    await use(await visit(await browser.newPage(), stack.demoUrl))
  } finally {
    await close()
    await stack.stop()
    await brought.close()
  }
}

async function type(page: Page, text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message' })
  await box.fill(text)
  await box.press('Enter')
}

const hears = (visitor: Visitor, text: string) =>
  visitor.thread((items) => items.some((item) => item.role === 'assistant' && item.text.includes(text)), text)

test('shop: an order is looked up in the shop’s own system, and cancelled when the customer agrees', () =>
  withExample(shop, async (visitor) => {
    const { page } = visitor
    await page.getByRole('button', { name: 'Ask about an order' }).click()
    await type(page, 'call the tool order_status with {"order": "A-1042"}')
    await hears(visitor, 'on its way')
    await type(page, 'call the tool cancel_order with {"order": "A-1043"}')
    await page.getByText('Cancel order A-1043?').waitFor()
    await page.getByRole('button', { name: 'Yes' }).click()
    await hears(visitor, 'cancelled')
    await type(page, 'call the tool order_status with {"order": "A-1043"}')
    await expect
      .poll(async () => (await visitor.items()).filter(({ text }) => text.includes('"state":"cancelled"')).length)
      .toBe(2)
  }))

test('screen-helper: sees the screen when it is shown, and points at the field it means @long', () =>
  withExample(screenHelper, async (visitor) => {
    const { page } = visitor
    await page.getByRole('button', { name: 'I need help' }).click()
    await page.getByRole('button', { name: 'Show a picture' }).click()
    await page.getByRole('button', { name: 'Show your screen' }).click()
    await expect(page.getByRole('img', { name: 'Picture to send' })).toBeVisible()
    await page.getByRole('button', { name: 'Send' }).click()
    await hears(visitor, 'I saw an image of')
    await type(page, 'call the tool point_at with {"field": "iban"}')
    await expect(page.locator('label.pointed')).toContainText('IBAN')
    await hears(visitor, '"pointed":true')
  }))

test('receptionist: a caller is greeted and told what the calendar says @long', async () => {
  const { code, output } = await runQuietly('npm', ['run', 'phone'])
  expect(output).toContain('assistant: Practice Doctor Winter, good day.')
  expect(output).toContain('half past nine')
  expect(code).toBe(0)
})
