/** Sound by WebSocket, where the network lets no WebRTC through. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { launchBrowser } from './support/browser.ts'
import { eventOf, events, expectOneCallAtATime, expectSeedsAreText } from './support/journal.ts'
import { loudness, wordsIn } from './support/listening.ts'
import { spokenWav } from './support/microphone.ts'
import { startRecording, stopRecording } from './support/recording.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type ThreadItem, visit } from './support/visitor.ts'

let stack: Stack
const dir = mkdtempSync(join(tmpdir(), 'parley-relay-'))
const words = (text: string) => text.toLowerCase().match(/[a-z]+/g) ?? []
const said = (items: ThreadItem[], role: string) => items.filter((item) => item.role === role).map((item) => item.text)
/** Turns of the assistant that are over; a greeting that was taken back has no words. */
const answered = (count: number) => (items: ThreadItem[]) =>
  items.filter((item) => item.role === 'assistant' && item.status !== 'in_progress' && item.text !== '').length >= count

interface RelayWindow extends Window {
  testRelays?: WebSocket[]
}

/** Keeps the relay's sockets of a page, to break them. */
async function withRelays(page: Page): Promise<{ opened(): Promise<number>; breakLast(): Promise<void> }> {
  await page.addInitScript(() => {
    const relays: WebSocket[] = []
    const watched: RelayWindow = window
    watched.testRelays = relays
    const Real = window.WebSocket
    window.WebSocket = class extends Real {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols)
        if (String(url).includes('/relay?')) relays.push(this)
      }
    }
  })
  return {
    opened: () => page.evaluate(() => (window as RelayWindow).testRelays?.length ?? 0),
    breakLast: () => page.evaluate(() => (window as RelayWindow).testRelays?.at(-1)?.close()),
  }
}

test.beforeAll(async () => {
  stack = await startStack()
})
test.afterAll(() => stack.stop())

test('WebRTC is blocked: the relay carries the same session, through breaks, interruptions and a reload', async () => {
  test.setTimeout(180_000)
  await stack.simulator.fault('no_candidates', { count: 10_000 })
  const { browser, close } = await launchBrowser()
  try {
    const context = await browser.newContext()
    await withSpeechOnDemand(context)
    const page = await context.newPage()
    const relays = await withRelays(page)
    const visitor = await visit(page, stack.demoUrl)
    const say = async (text: string) => speak(page, await spokenWav(dir, text))
    let turns = 0
    let first = ''

    await test.step('live within the time that a blocked network may cost, and it says so', async () => {
      const from = Date.now()
      await visitor.startTalking()
      await visitor.until('live')
      console.log(`blocked network: live by relay after ${((Date.now() - from) / 1000).toFixed(1)} s`)
      await expect(page.getByText('Backup connection')).toBeVisible()
      expect((await stack.simulator.calls()).map((call) => call.transport)).toEqual(['websocket'])
      const sessions = new Set((await visitor.received()).match(/ses_\w{22}/g))
      expect(sessions.size).toBe(1)
    })

    await test.step('both hear each other', async () => {
      await startRecording(page)
      turns += 1
      await visitor.thread(answered(turns), 'the greeting')
      await visitor.nextActivity('listening')
      await say('my two dogs are coming along')
      turns += 1
      const items = await visitor.thread(
        (all) => answered(turns)(all) && said(all, 'user').some((text) => text !== ''),
        'an answer',
      )
      first = said(items, 'user')[0] ?? ''
      expect(words(first)).toEqual(expect.arrayContaining(['two', 'dogs']))
      await visitor.nextActivity('listening')
      const heard = (await wordsIn(await stopRecording(page))).join(' ')
      expect(words(heard)).toEqual(expect.arrayContaining(['welcome', 'you', 'said', 'two', 'dogs']))
    })

    await test.step('an interruption silences it at once, and only what was heard is kept', async () => {
      const from = (await stack.simulator.journal()).at(-1)?.n ?? 0
      await startRecording(page)
      const speaking = visitor.nextActivity('speaking')
      await say('tell me a long story')
      await speaking
      turns += 1
      await page.waitForTimeout(4_000)
      await say('thank you, that is enough')
      const interrupted = (all: ThreadItem[]) => all.find((item) => item.status === 'interrupted' && item.text !== '')
      await visitor.thread((all) => interrupted(all) !== undefined, 'an interrupted turn')
      turns += 1
      await visitor.thread(answered(turns), 'the answer to the interruption')
      await visitor.nextActivity('listening')
      const recording = await stopRecording(page)
      const journal = await stack.simulator.journal(from)
      const story = interrupted(await visitor.items())
      const cut = events(journal, 'conversation.item.truncate', 'in').find(
        (entry) => eventOf(entry)?.item_id === story?.id,
      )
      const ms = cut ? Number(eventOf(cut)?.audio_end_ms) : Number.NaN
      const sent = (await stack.simulator.calls())
        .flatMap((call) => call.items as { item: string; sent_ms: number; sent_text: string }[])
        .find((one) => one.item === story?.id)
      // What the visitor heard, what the provider believes and what is kept are the same.
      expect(sent?.sent_ms).toBe(ms)
      const difference = words(story?.text ?? '').length - words(sent?.sent_text ?? '').length
      expect(Math.abs(difference), `kept "${story?.text}", sent "${sent?.sent_text}"`).toBeLessThanOrEqual(1)
      const heard = words((await wordsIn(recording)).join(' '))
      const storyHeard = words(sent?.sent_text ?? '').filter((word) => (heard as string[]).includes(word)).length
      expect(storyHeard / words(sent?.sent_text ?? '').length).toBeGreaterThan(0.6)
      // Between the cut and the next answer the page is silent.
      const cutAt = (cut?.t ?? 0) - recording.startedAt + 100
      const nextAt = events(journal, 'response.created', 'out').find((entry) => entry.t > (cut?.t ?? 0))
      expect(loudness(recording, cutAt, (nextAt?.t ?? 0) - recording.startedAt)).toBeLessThan(100)
    })

    await test.step('a broken socket is mended in the same call', async () => {
      const states = (await visitor.states()).length
      const sockets = await relays.opened()
      const [call] = await stack.simulator.calls()
      await relays.breakLast()
      await expect.poll(relays.opened).toBe(sockets + 1)
      await say('what did I say before?')
      turns += 1
      const items = await visitor.thread(answered(turns), 'an answer after the break')
      expect(words(said(items, 'assistant').at(-1) ?? '')).toEqual(expect.arrayContaining(words(first)))
      expect((await visitor.states()).slice(states)).toEqual([])
      expect((await stack.simulator.calls()).map(({ id }) => id)).toEqual([call?.id])
      await visitor.nextActivity('listening')
    })

    await test.step('a call that the provider drops is followed by another, by relay at once', async () => {
      const states = (await visitor.states()).length
      await stack.simulator.fault('drop_call')
      await expect
        .poll(async () => (await visitor.states()).slice(states), { timeout: 5_000 })
        .toEqual(['reconnecting', 'live'])
      await say('what did I say before?')
      turns += 1
      const items = await visitor.thread(answered(turns), 'an answer after the drop')
      expect(words(said(items, 'assistant').at(-1) ?? '')).toEqual(expect.arrayContaining(words(first)))
      await visitor.nextActivity('listening')
    })

    await test.step('a reload keeps the thread, and remembers what worked', async () => {
      const before = await visitor.items()
      await page.reload()
      await visitor.thread((items) => items.length === before.length, 'the thread')
      await page.getByRole('button', { name: /continue/i }).click()
      await expect(page.locator('parley-widget')).toHaveAttribute('state', 'live', { timeout: 5_000 })
      await say('what did I say before?')
      turns += 1
      const items = await visitor.thread(answered(turns), 'an answer after the reload')
      expect(words(said(items, 'assistant').at(-1) ?? '')).toEqual(expect.arrayContaining(words(first)))
      expect(new Set(items.map((item) => item.id)).size).toBe(items.length)
    })

    await page.getByRole('button', { name: /hang up/i }).click()
    await visitor.until('ended')
    await expect.poll(async () => (await stack.simulator.calls()).length).toBe(0)
    const journal = await stack.simulator.journal()
    expectOneCallAtATime(journal)
    expectSeedsAreText(journal)
    expect(await visitor.received()).not.toMatch(/\bek_|\bsk-|You are the concierge/)
  } finally {
    await close()
  }
})

test('without WebRTC in the browser the relay is taken at once', async () => {
  const { browser, close } = await launchBrowser()
  try {
    const context = await browser.newContext()
    await withSpeechOnDemand(context)
    await context.addInitScript(() => {
      Object.assign(window, { RTCPeerConnection: undefined })
    })
    const page = await context.newPage()
    await page.goto(stack.demoUrl)
    await page.getByRole('button', { name: /open the assistant/ }).click()
    await page.getByRole('button', { name: 'Start talking' }).first().click()
    await expect(page.locator('parley-widget')).toHaveAttribute('state', 'live', { timeout: 5_000 })
    expect((await stack.simulator.calls()).map((call) => call.transport)).toEqual(['websocket'])
  } finally {
    await close()
  }
})
