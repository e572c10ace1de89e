/** The console at work: a real call of the widget is seen, ended, read and erased by the owner of the site. */
import { expect, test } from '@playwright/test'
import { openConsole, see, withConsole, write } from './support/console.ts'
import { type Stack, startStack } from './support/stack.ts'
import { visit } from './support/visitor.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await startStack(withConsole)
})
test.afterAll(() => stack.stop())

test('the owner sees a live call, ends it, reads what was said, and erases it', async ({ page, context }) => {
  const visitor = await visit(await context.newPage(), stack.demoUrl)
  await visitor.startTalking()
  await visitor.until('live')
  await write(visitor.page, 'Is breakfast included?')

  const troubles = await openConsole(page, stack)
  const row = page.getByRole('row', { name: /Harbour House concierge/ })
  await expect(row).toContainText('WebRTC')
  await expect(row).toContainText('$0.')
  await row.getByRole('button', { name: 'End' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End the call' }).click()
  await visitor.until('ended')
  await expect(page.getByText('Nobody is talking right now')).toBeVisible()

  await see(page, 'Sessions')
  const session = page.getByRole('row', { name: /Ended here/ })
  await expect(session).toContainText('Harbour House concierge')
  await session.getByRole('link').click()
  await expect(page.getByText('Is breakfast included?', { exact: true })).toBeVisible()
  await expect(page.getByText('Call 1 is over')).toBeVisible()

  await page.getByRole('button', { name: 'Erase' }).click()
  await page
    .getByRole('dialog', { name: 'Erase this session?' })
    .getByRole('button', { name: 'Erase everything' })
    .click()
  await expect(page.getByText('No session yet')).toBeVisible()
  await page.goBack()
  await expect(page.getByText('There is no such session (any more)')).toBeVisible()
  expect(troubles).toEqual([])
})
