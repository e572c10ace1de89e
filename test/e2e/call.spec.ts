import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchBrowser } from './support/browser.ts'
import { eventOf, events, expectOneCallAtATime, expectSeedsAreText } from './support/journal.ts'
import { loudness, speechIn, wordsIn } from './support/listening.ts'
import { microphone, spokenWav } from './support/microphone.ts'
import { startRecording, stopRecording } from './support/recording.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type ThreadItem, visit } from './support/visitor.ts'

let stack: Stack
const dir = mkdtempSync(join(tmpdir(), 'parley-e2e-'))
/** The recogniser writes "today" or "to-day". */
const words = (text: string) =>
  text
    .toLowerCase()
    .replaceAll('-', '')
    .match(/[a-z]+/g) ?? []
const said = (items: ThreadItem[], role: string) => items.filter((item) => item.role === role).map((item) => item.text)
const answered = (count: number) => (items: ThreadItem[]) =>
  items.filter((item) => item.role === 'assistant' && item.status !== 'in_progress').length >= count

test.beforeAll(async () => {
  stack = await startStack()
})
test.afterAll(() => stack.stop())

test('a spoken question is written down and answered aloud', async () => {
  const path = await microphone(dir, [9_000, 'hello there, what is the weather like today?', 60_000])
  const { browser, close } = await launchBrowser({ microphone: path })
  try {
    const visitor = await visit(await browser.newPage(), stack.demoUrl)
    expect(new URL(stack.demoUrl).origin).not.toBe(stack.brokerUrl)
    await visitor.startTalking()
    await visitor.until('live')
    await startRecording(visitor.page)
    const items = await visitor.thread(answered(2), 'greeting, question and answer', 30_000)
    await visitor.thread((all) => said(all, 'user').some((text) => text !== ''), 'the question in words')
    await visitor.nextActivity('listening')
    const recording = await stopRecording(visitor.page)

    const heard = (await wordsIn(recording)).join(' ')
    expect(words(heard)).toEqual(expect.arrayContaining(['you', 'said', 'hello', 'weather', 'today']))
    const shown = await visitor.items()
    expect(shown.map((item) => item.role)).toEqual(['assistant', 'user', 'assistant'])
    expect(words(shown[1]?.text ?? '')).toEqual(expect.arrayContaining(['hello', 'there', 'weather', 'today']))
    expect(items.length).toBe(3)

    const session = await visitor.page.evaluate(() => JSON.stringify({ ...sessionStorage }))
    const [, id, token] = session.match(/(ses_\w{22})[\s\S]*?(ses_\w{22}\.\d+\.[\w-]{43})/) ?? []
    const transcript = await fetch(`${stack.brokerUrl}/v1/sessions/${id}/transcript`, {
      headers: { Authorization: `Bearer ${token}`, Origin: stack.demoUrl },
    })
    const stored = (await transcript.json()) as { items: ThreadItem[] }
    const facts = ({ id, role, text, status }: ThreadItem) => ({ id, role, text, status })
    expect(stored.items.map(facts)).toEqual(shown.map(facts))
  } finally {
    await close()
  }
})

for (const { handshake, path } of [
  { handshake: 'brokered', path: '/' },
  { handshake: 'ephemeral', path: '/tutor.html' },
]) {
  // The ephemeral handshake itself is made in csp-call.spec.ts as well.
  const tag = handshake === 'ephemeral' ? '@long' : []
  test(`${handshake}: interrupted, dropped, reloaded, and it still knows`, { tag }, async () => {
    test.setTimeout(180_000)
    const from = (await stack.simulator.journal()).at(-1)?.n ?? 0
    const { browser, close } = await launchBrowser()
    try {
      const context = await browser.newContext()
      await withSpeechOnDemand(context)
      const say = async (text: string) => speak(visitor.page, await spokenWav(dir, text))
      const visitor = await visit(await context.newPage(), stack.demoUrl + path)
      await visitor.startTalking()
      await visitor.until('live')
      let turns = 0
      /** What was said first, as it was understood. */
      let first = ''
      if (handshake === 'brokered') {
        turns += 1
        await visitor.thread(answered(turns), 'the greeting')
        await visitor.nextActivity('listening')
      }

      await test.step('an answer to what was said', async () => {
        await say('my two dogs are coming along')
        turns += 1
        const items = await visitor.thread(
          (all) => answered(turns)(all) && said(all, 'user').some((text) => text !== ''),
          'an answer',
        )
        first = said(items, 'user')[0] ?? ''
        expect(words(first)).toEqual(expect.arrayContaining(['two', 'dogs']))
        await visitor.nextActivity('listening')
      })

      await test.step('interrupting a long story: silence at once, and only what was heard is kept', async () => {
        await startRecording(visitor.page)
        const speaking = visitor.nextActivity('speaking')
        await say('tell me a long story')
        await speaking
        turns += 1
        await visitor.page.waitForTimeout(5_000)
        await say('thank you, that is enough')
        await visitor.thread(
          (all) => all.some((item) => item.role === 'assistant' && item.status === 'interrupted'),
          'an interrupted turn',
        )
        turns += 1
        await visitor.thread(answered(turns), 'the answer to the interruption')
        await visitor.nextActivity('listening')
        const recording = await stopRecording(visitor.page)

        const journal = await stack.simulator.journal(from)
        const story = (await visitor.items()).find((item) => item.status === 'interrupted')
        const truncated = events(journal, 'conversation.item.truncated', 'out').find(
          (entry) => eventOf(entry)?.item_id === story?.id,
        )
        const sent = (await stack.simulator.calls())
          .flatMap((call) => call.items as { item: string; sent_text: string }[])
          .find((one) => one.item === story?.id)
        const full = events(journal, 'response.output_audio_transcript.delta', 'out')
          .filter((entry) => entry.channel === 'sideband' && eventOf(entry)?.item_id === story?.id)
          .map((entry) => eventOf(entry)?.delta)
          .join('')
        expect(words(story?.text ?? '').length).toBeGreaterThan(3)
        expect(words(story?.text ?? '').length).toBeLessThan(words(full).length)
        expect(full.startsWith(story?.text ?? '?'), `kept "${story?.text}" of "${full}"`).toBe(true)
        const difference = words(story?.text ?? '').length - words(sent?.sent_text ?? '').length
        expect(Math.abs(difference), `kept "${story?.text}", sent "${sent?.sent_text}"`).toBeLessThanOrEqual(1)

        // Between the cut and the next answer the page is silent: 400 ms cover the network and the jitter buffer.
        const cutAt = (truncated?.t ?? 0) - recording.startedAt + 400
        const nextAt = events(journal, 'output_audio_buffer.started', 'out').find(
          (entry) => entry.channel === 'sideband' && entry.t > (truncated?.t ?? 0),
        )
        const untilAt = (nextAt?.t ?? 0) - recording.startedAt
        expect(untilAt - cutAt, 'a stretch to listen to').toBeGreaterThan(200)
        expect(loudness(recording, cutAt, untilAt)).toBeLessThan(100)
        expect(speechIn(recording).length).toBeGreaterThanOrEqual(2)
      })

      await test.step('a dropped call comes back by itself and knows', async () => {
        const before = await visitor.items()
        const states = (await visitor.states()).length
        await stack.simulator.fault('drop_call')
        await expect
          .poll(async () => (await visitor.states()).slice(states), { timeout: 20_000 })
          .toEqual(['reconnecting', 'live'])
        expect((await visitor.items()).map((item) => item.id)).toEqual(before.map((item) => item.id))
        await say('what did I say before?')
        turns += 1
        const items = await visitor.thread(answered(turns), 'an answer after the drop')
        expect(words(said(items, 'assistant').at(-1) ?? '')).toEqual(expect.arrayContaining(words(first)))
        await visitor.nextActivity('listening')
      })

      await test.step('a reload keeps the thread, and continuing knows too', async () => {
        const before = await visitor.items()
        await visitor.page.reload()
        const after = await visitor.thread((items) => items.length === before.length, 'the thread')
        expect(after).toEqual(before)
        await visitor.page.getByRole('button', { name: /continue/i }).click()
        await visitor.until('live')
        await say('what did I say before?')
        turns += 1
        const items = await visitor.thread(answered(turns), 'an answer after the reload')
        expect(words(said(items, 'assistant').at(-1) ?? '')).toEqual(expect.arrayContaining(words(first)))
        expect(new Set(items.map((item) => item.id)).size).toBe(items.length)
        expect(items.slice(0, before.length).map((item) => item.id)).toEqual(before.map((item) => item.id))
      })

      const received = await visitor.received()
      if (handshake === 'brokered') expect(received).not.toMatch(/\bek_|\bsk-/)
      else {
        expect(received).not.toMatch(/\bsk-/)
        const minted = (received.match(/\bek_\w+/g) ?? []).length
        expect(minted).toBeGreaterThanOrEqual(3) // one for each attempt: start, drop, reload
      }
      await visitor.page.getByRole('button', { name: /hang up/i }).click()
      await visitor.until('ended')
      const journal = await stack.simulator.journal(from)
      expectOneCallAtATime(journal)
      expectSeedsAreText(journal)
    } finally {
      await close()
    }
  })
}

test('silent packets are noticed by the widget itself, and the call comes back', async () => {
  const { browser, close } = await launchBrowser()
  try {
    const context = await browser.newContext()
    await withSpeechOnDemand(context)
    const visitor = await visit(await context.newPage(), `${stack.demoUrl}/tutor.html`)
    await visitor.startTalking()
    await visitor.until('live')
    await visitor.page.waitForTimeout(2_000)
    const states = (await visitor.states()).length
    // The sideband stays, as the provider does not tell it that the person has left: nobody but the widget can notice.
    await stack.simulator.fault('drop_call', { keep_sideband: true })
    const droppedAt = Date.now()
    await expect
      .poll(async () => (await visitor.states()).slice(states), { timeout: 20_000, intervals: [50] })
      .toEqual(['reconnecting', 'live'])
    console.log(`silent packets: live again after ${((Date.now() - droppedAt) / 1000).toFixed(1)} s`)
    expect(await stack.simulator.calls()).toHaveLength(1)
  } finally {
    await close()
  }
})
