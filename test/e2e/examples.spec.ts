import { expect, test } from '@playwright/test'
import shop from '../../examples/shop/example.ts'
import { inProject } from '../../scripts/lib/paths.ts'
import { anyPort } from '../../scripts/lib/ports.ts'
import { launchBrowser } from './support/browser.ts'
import { startStack } from './support/stack.ts'
import { visit } from './support/visitor.ts'

test('shop: an order is looked up in the shop’s own system, and cancelled when the customer agrees', async () => {
  const brought = await shop.setUp({ free: anyPort })
  const stack = await startStack({
    main: inProject(shop.worker),
    site: inProject(shop.site),
    variables: brought.variables,
  })
  const { browser, close } = await launchBrowser()
  try {
    const visitor = await visit(await browser.newPage(), stack.demoUrl)
    await visitor.page.getByRole('button', { name: 'Ask about an order' }).click()
    const box = visitor.page.getByRole('textbox')
    const type = async (text: string) => {
      await box.fill(text)
      await box.press('Enter')
    }
    const hears = (text: string) =>
      visitor.thread((items) => items.some((item) => item.role === 'assistant' && item.text.includes(text)), text)
    await type('call the tool order_status with {"order": "A-1042"}')
    await hears('on its way')
    await type('call the tool cancel_order with {"order": "A-1043"}')
    await visitor.page.getByText('Cancel order A-1043?').waitFor()
    await visitor.page.getByRole('button', { name: 'Yes' }).click()
    await hears('cancelled')
    await type('call the tool order_status with {"order": "A-1043"}')
    await expect
      .poll(async () => (await visitor.items()).filter(({ text }) => text.includes('"state":"cancelled"')).length)
      .toBe(2)
  } finally {
    await close()
    await stack.stop()
    await brought.close()
  }
})
