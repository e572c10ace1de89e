/** A visitor who says nothing: what the assistant is told of the page, and what becomes of a call that nobody ends. */
import { expect, test } from '@playwright/test'
import { inProject } from '../../scripts/lib/paths.ts'
import { launchBrowser } from './support/browser.ts'
import { eventOf, events } from './support/journal.ts'
import { withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { visit } from './support/visitor.ts'

let stack: Stack

test.beforeAll(async () => {
  stack = await startStack({ main: inProject('test/e2e/inside/quiet-worker.ts') })
})
test.afterAll(() => stack.stop())

test('a silent call knows the page, asks whether somebody is there, and ends kindly', { tag: '@long' }, async () => {
  test.setTimeout(120_000)
  const { browser, close } = await launchBrowser()
  try {
    const context = await browser.newContext()
    await withSpeechOnDemand(context)
    const visitor = await visit(await context.newPage(), stack.demoUrl)
    const { page } = visitor
    await page.evaluate(() => window.parley?.setContext({ room: 'Attic room 41' }))
    await visitor.startTalking()
    await visitor.until('live')
    const said = (count: number) =>
      visitor.thread(
        (items) => items.filter(({ role, status }) => role === 'assistant' && status === 'completed').length >= count,
        `${count} answers`,
        40_000,
      )
    await said(1)
    // The greeting is one, the question whether somebody is there another.
    await said(2)
    await expect(page.getByText('It was quiet for a while, so the call was ended')).toBeVisible({ timeout: 40_000 })
    await visitor.until('ended')
    await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible()
    const end = visitor.frames.find(({ code }) => code === 'call_ended')
    expect(end).toMatchObject({ reason: 'idle' })

    // Typing goes on with the same conversation, and now the assistant is told of the page.
    await page.getByRole('textbox').fill('hello again')
    await page.getByRole('textbox').press('Enter')
    await said(3)
    const journal = await stack.simulator.journal()
    const notes = events(journal, 'conversation.item.create', 'in').filter((entry) =>
      JSON.stringify(eventOf(entry)).includes('Attic room 41'),
    )
    expect(notes.length).toBeGreaterThan(0)
    await expect(page.getByText('Attic room 41')).toHaveCount(0)
  } finally {
    await close()
  }
})
