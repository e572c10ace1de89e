import { expect, test } from '@playwright/test'
import { launchBrowser } from '../e2e/support/browser.ts'
import { expectSeedsAreText, longestOverlap } from '../e2e/support/journal.ts'
import { withSpeechOnDemand } from '../e2e/support/speech-on-demand.ts'
import { type Stack, startStack } from '../e2e/support/stack.ts'
import { type ThreadItem, visit } from '../e2e/support/visitor.ts'

/** Calls end after this by themselves, as at the provider's cap (ms), and are rolled over before where there is a pause. */
const CALL_LIMIT_MS = 20_000
const ROUNDS = 40

let stack: Stack

test.beforeAll(async () => {
  stack = await startStack({ callLimitMs: CALL_LIMIT_MS })
})
test.afterAll(() => stack.stop())

/** The same faults in the same order each time. */
function* faults() {
  const kinds = [
    ['drop_call', {}],
    ['close_sideband', {}],
    ['end_call', {}],
    ['drop_call', { keep_sideband: true }],
    ['fail_next', { count: 1, status: 503, route: 'calls' }],
    ['repeat_event', { type: 'conversation.item.done', count: 2 }],
    ['fail_next', { count: 2, status: 500, route: 'sideband' }],
  ] as const
  for (let n = 0; ; n++) yield kinds[n % kinds.length] ?? kinds[0]
}

test('a long conversation over calls that keep breaking loses, doubles and reorders nothing', async () => {
  const { browser, close } = await launchBrowser()
  try {
    const context = await browser.newContext()
    await withSpeechOnDemand(context)
    const visitor = await visit(await context.newPage(), `${stack.demoUrl}/tutor.html`, { keepBytes: false })
    await visitor.startTalking()
    await visitor.until('live')
    const breaks = faults()
    const box = visitor.page.getByRole('textbox')
    /** What the assistant said to one message, whether or not the next one cut it off; attempts that broke do not count. */
    const answers = (items: ThreadItem[], text: string) => {
      const from = items.findIndex((item) => item.text === text) + 1
      const next = items.slice(from).findIndex((item) => item.role === 'user')
      const turn = from === 0 ? [] : items.slice(from, next === -1 ? undefined : from + next)
      return turn.filter((item) => ['completed', 'interrupted'].includes(item.status))
    }
    for (let round = 1; round <= ROUNDS; round++) {
      if (round % 3 === 0) {
        const [kind, details] = breaks.next().value ?? ['drop_call', {}]
        await stack.simulator.fault(kind, details)
        if (kind === 'fail_next' && details.route === 'calls') await stack.simulator.fault('drop_call')
      }
      const text = `message number ${round}.`
      await box.fill(text)
      await box.press('Enter')
      await visitor.thread((items) => answers(items, text).length > 0, `an answer to ${text}`, 60_000)
    }
    await visitor.until('live', 60_000)
    const items = await visitor.items()
    const typed = items.filter((item) => item.role === 'user').map((item) => item.text)
    expect(typed).toEqual(Array.from({ length: ROUNDS }, (_, n) => `message number ${n + 1}.`))
    for (const text of typed) expect(answers(items, text), text).toHaveLength(1)
    expect(new Set(items.map((item) => item.id)).size).toBe(items.length)

    const [, session, token] =
      (await visitor.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).match(
        /(ses_\w{22})[\s\S]*?(ses_\w{22}\.\d+\.[\w-]{43})/,
      ) ?? []
    const answer = await fetch(`${stack.brokerUrl}/v1/sessions/${session}/transcript?limit=500`, {
      headers: { Authorization: `Bearer ${token}`, Origin: stack.demoUrl },
    })
    const stored = ((await answer.json()) as { items: ThreadItem[] }).items
    const facts = ({ id, role, text, status }: ThreadItem) => ({ id, role, text, status })
    expect(stored.map(facts)).toEqual(items.map(facts))
    const journal = await stack.simulator.journal()
    expect(longestOverlap(journal)).toBeLessThanOrEqual(10_000) // of a rollover; there is none without
    expectSeedsAreText(journal)
    const calls = journal.filter((entry) => entry.kind === 'call' && entry.state === 'opened').length
    console.log(`${ROUNDS} messages over ${calls} calls`)
    expect(calls).toBeGreaterThan(5)
  } finally {
    await close()
  }
})
