import { expect, test } from '@playwright/test'
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

const hangUps = async (after: number) =>
  (await stack.simulator.journal(after)).filter((entry) => String(entry.path).endsWith('/hangup'))
const lastEntry = async () => (await stack.simulator.journal()).at(-1)?.n ?? 0

test('a killed browser leaves no call behind: hung up within 60 s @long', async () => {
  const { browser, kill } = await launchBrowser()
  const visitor = await visit(await browser.newPage(), `${stack.demoUrl}/tutor.html`)
  await visitor.startTalking()
  await visitor.until('live')
  const from = await lastEntry()
  const killedAt = Date.now()
  await kill()
  await expect.poll(async () => (await hangUps(from)).length, { timeout: 60_000, intervals: [500] }).toBe(1)
  const seconds = (((await hangUps(from))[0]?.t ?? 0) - killedAt) / 1000
  expect(seconds).toBeLessThan(60)
})

test('a killed broker loses nothing that it acknowledged, and the conversation goes on', async () => {
  test.setTimeout(120_000)
  const from = await lastEntry()
  const { browser, close } = await launchBrowser()
  try {
    const context = await browser.newContext()
    await withSpeechOnDemand(context) // a quiet microphone
    const visitor = await visit(await context.newPage(), stack.demoUrl)
    const type = async (text: string) => {
      const box = visitor.page.getByRole('textbox')
      await box.fill(text)
      await box.press('Enter')
    }
    const answered = (text: string) => (items: ThreadItem[]) =>
      items.some((item) => item.role === 'assistant' && item.status === 'completed' && item.text.includes(text))
    await visitor.startTalking()
    await visitor.until('live')
    await type('first message')
    await visitor.thread(answered('first message'), 'the first answer')
    await type('tell me a long story')
    await visitor.nextActivity('speaking')
    await visitor.page.waitForTimeout(1_000)
    await stack.killBroker()
    const acknowledged = visitor.frames.flatMap((frame) => (frame.type === 'update' ? [frame] : []))
    expect(acknowledged.length).toBeGreaterThan(4)
    await stack.startBroker()

    await visitor.until('live', 40_000)
    await type('second message')
    await visitor.thread(answered('second message'), 'an answer after the crash', 40_000)
    await type('what did I say before?')
    await visitor.thread(answered('first message'), 'an answer that knows', 40_000)

    const [, id, token] =
      (await visitor.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).match(
        /(ses_\w{22})[\s\S]*?(ses_\w{22}\.\d+\.[\w-]{43})/,
      ) ?? []
    const answer = await fetch(`${stack.brokerUrl}/v1/sessions/${id}/transcript`, {
      headers: { Authorization: `Bearer ${token}`, Origin: stack.demoUrl },
    })
    const stored = ((await answer.json()) as { items: ThreadItem[] }).items
    const newest = new Map<string, ThreadItem>()
    for (const { item } of acknowledged) if (typeof item === 'object') newest.set(item.id, item)
    for (const [itemId, item] of newest) {
      const kept = stored.filter((one) => one.id === itemId)
      expect(kept, `item ${itemId} once`).toHaveLength(1)
      if (item.status === 'completed') expect(kept[0]?.text).toBe(item.text)
    }
    const order = [...newest.values()].sort((one, other) => (one.position ?? 0) - (other.position ?? 0))
    expect(stored.map((item) => item.id).filter((one) => newest.has(one))).toEqual(order.map((item) => item.id))
    const seqs = acknowledged.map((frame) => frame.seq ?? 0)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    expect(new Set(seqs).size).toBe(seqs.length)
    expect(new Set(stored.map((item) => item.id)).size).toBe(stored.length)
    expectOneCallAtATime(await stack.simulator.journal(from))
  } finally {
    await close()
  }
})
