/** Tools in a real call: what is heard, what is shown, and what the provider saw. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { inProject } from '../../scripts/lib/paths.ts'
import { launchBrowser } from './support/browser.ts'
import { eventOf, events, expectOneCallAtATime } from './support/journal.ts'
import { wordsIn } from './support/listening.ts'
import { spokenWav } from './support/microphone.ts'
import { startRecording, stopRecording } from './support/recording.ts'
import type { JournalEntry } from './support/simulator-control.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type ThreadItem, type Visitor, visit } from './support/visitor.ts'

let stack: Stack
const dir = mkdtempSync(join(tmpdir(), 'parley-tools-'))

test.beforeAll(async () => {
  stack = await startStack({ main: inProject('test/e2e/inside/tools-worker.ts') })
})
test.afterAll(() => stack.stop())

/** A call of somebody whose microphone is silent until `speak`. */
async function call() {
  const { browser, close } = await launchBrowser()
  const context = await browser.newContext()
  await withSpeechOnDemand(context)
  const visitor = await visit(await context.newPage(), stack.demoUrl)
  const from = (await stack.simulator.journal()).at(-1)?.n ?? 0
  await visitor.startTalking()
  await visitor.until('live')
  await visitor.thread(
    (items) => items.some(({ role, status }) => role === 'assistant' && status === 'completed'),
    'hello',
  )
  const type = async (text: string) => {
    await visitor.page.getByRole('textbox').fill(text)
    await visitor.page.getByRole('textbox').press('Enter')
  }
  return { visitor, type, close, journal: () => stack.simulator.journal(from) }
}

const isSaid = (words: string) => (items: ThreadItem[]) =>
  items.some(({ role, status, text }) => role === 'assistant' && status !== 'in_progress' && text.includes(words))
const told = (visitor: Visitor, tool: string, words: string) =>
  visitor.thread(
    (items) => isSaid(`The tool ${tool} said`)(items) && isSaid(words)(items),
    `the result of ${tool}`,
    40_000,
  )

/** One result for each call, one answer at a time, and no request that came too early. */
function expectFairPlay(journal: JournalEntry[]): void {
  const results = events(journal, 'conversation.item.create', 'in').flatMap((entry) => {
    const item = eventOf(entry)?.item as { type?: string; call_id?: string } | undefined
    return item?.type === 'function_call_output' && !entry.refused ? [`${entry.call} ${item.call_id}`] : []
  })
  expect(results.length).toBeGreaterThan(0)
  expect(new Set(results).size).toBe(results.length)
  const running = new Map<string, Set<string>>()
  for (const entry of journal) {
    const { type, response } = (eventOf(entry) ?? {}) as { type?: string; response?: { id: string } }
    if (entry.channel !== 'sideband' || entry.direction !== 'out' || !response) continue
    const ids = running.get(String(entry.call)) ?? new Set()
    running.set(String(entry.call), ids)
    if (type === 'response.created') ids.add(response.id)
    if (type === 'response.done') ids.delete(response.id)
    expect(ids.size).toBeLessThanOrEqual(1)
  }
  expect(JSON.stringify(events(journal, 'error'))).not.toContain('active_response')
}

test('a fast one asked for aloud, one that is too slow, one that throws, and two at once', {
  tag: '@long',
}, async () => {
  const { visitor, type, close, journal } = await call()
  try {
    await speak(visitor.page, await spokenWav(dir, 'Use the tool called calendar.'))
    await told(visitor, 'calendar', 'noon')
    await type('call the tool stairs')
    await told(visitor, 'stairs', 'did not answer in time')
    await type('call the tool cellar')
    await told(visitor, 'cellar', 'The tool failed')
    await type('call the tool left and the tool right')
    await visitor.thread(
      (items) => items.some(({ text }) => text.includes('"red"') && text.includes('"green"')),
      'both results in one answer',
    )
    expectFairPlay(await journal())
    expect(await visitor.received()).not.toContain('4711')
    expect(stack.brokerLog()).not.toContain('4711')
  } finally {
    await close()
  }
})

test('a slow one: the assistant says so, the thread shows it, and the result is spoken then', async () => {
  const { visitor, type, close, journal } = await call()
  try {
    await startRecording(visitor.page)
    await type('call the tool kitchen')
    await expect(visitor.page.getByText('Still working on it…')).toBeVisible()
    await told(visitor, 'kitchen', 'soup')
    await expect(visitor.page.getByText('Still working on it…')).toBeHidden()
    await visitor.nextActivity('listening')
    const heard = (await wordsIn(await stopRecording(visitor.page))).join(' ').toLowerCase()
    expect(heard).toContain('moment')
    expect(heard).toContain('kitchen')
    const answers = (await visitor.items()).filter(({ role }) => role === 'assistant').map(({ text }) => text)
    expect(answers.slice(1)).toEqual([
      'One moment, I am still working on kitchen.',
      'The tool kitchen said: {"status":"success","result":"soup"}',
    ])
    expectFairPlay(await journal())
  } finally {
    await close()
  }
})

test('by typing: one that the visitor agrees to, over a reload, and one that the page does', async () => {
  const { browser, close } = await launchBrowser()
  try {
    const { page, thread } = await visit(await browser.newPage(), stack.demoUrl)
    await page.evaluate(() => window.parley?.start({ mode: 'text' }))
    const type = async (text: string) => {
      await page.getByRole('textbox').fill(text)
      await page.getByRole('textbox').press('Enter')
    }
    const card = page.getByRole('alert', { name: 'Booking' })
    await type('call the tool attic with {"nights": 3}')
    await expect(card).toContainText('Book the attic for 3 nights?')
    await page.reload()
    await page.evaluate(() => window.parley?.start({ mode: 'text' }))
    await card.getByRole('button', { name: 'Yes' }).click()
    await thread(isSaid('booked 3'), 'the booking')
    await expect(card).toBeHidden()
    await page.evaluate(() => {
      window.parley?.onTool('window', async (args) => {
        document.title = JSON.stringify(args)
        return { opened: true }
      })
    })
    await type('call the tool window with {"floor": 2}')
    await thread(isSaid('"opened":true'), 'what the page has done')
    expect(await page.title()).toBe('{"floor":2}')
  } finally {
    await close()
  }
})

test('the assistant hangs up: its goodbye is heard to the end, and the thread says who ended the call', {
  tag: '@long',
}, async () => {
  const { visitor, type, close, journal } = await call()
  try {
    await startRecording(visitor.page)
    await type('say goodbye and have a wonderful evening and then call the tool end_call')
    await visitor.until('ended')
    const heard = (await wordsIn(await stopRecording(visitor.page))).join(' ').toLowerCase()
    expect(heard).toContain('evening')
    await expect(visitor.page.getByText('The assistant said goodbye')).toBeVisible()
    const entries = await journal()
    const played = entries.findLast((entry) => eventOf(entry)?.type === 'output_audio_buffer.stopped')
    const hungUp = entries.find((entry) => entry.kind === 'request' && String(entry.path).endsWith('/hangup'))
    expect(hungUp?.n).toBeGreaterThan(played?.n ?? Number.POSITIVE_INFINITY)
    expectFairPlay(entries)
  } finally {
    await close()
  }
})

test('a slow one whose assistant is interrupted: the result is not lost', { tag: '@long' }, async () => {
  const { visitor, type, close, journal } = await call()
  try {
    await type('call the tool kitchen')
    await visitor.nextActivity('speaking')
    await speak(visitor.page, await spokenWav(dir, 'Hello there.'))
    const items = await told(visitor, 'kitchen', 'soup')
    expect(items.some(({ role, status }) => role === 'assistant' && status === 'interrupted')).toBe(true)
    expectFairPlay(await journal())
  } finally {
    await close()
  }
})

test('a slow one whose call breaks: its result comes in the next call', { tag: '@long' }, async () => {
  const { visitor, type, close, journal } = await call()
  try {
    await type('call the tool kitchen')
    await expect(visitor.page.getByText('Still working on it…')).toBeVisible()
    await stack.simulator.fault('drop_call')
    await expect.poll(async () => (await visitor.states()).includes('reconnecting')).toBe(true)
    await visitor.until('live', 30_000)
    await told(visitor, 'kitchen', 'soup')
    expectFairPlay(await journal())
    expectOneCallAtATime(await journal())
  } finally {
    await close()
  }
})
