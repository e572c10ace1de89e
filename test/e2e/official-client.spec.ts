/** OpenAI's own browser client, unchanged, on one origin, and the simulator on another. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { RealtimeClientEvent, RealtimeServerEvent } from 'openai/resources/realtime/realtime'
import { anyPort } from '../../scripts/lib/ports.ts'
import { type RunningSimulator, startSimulator } from '../../scripts/lib/simulator.ts'
import { launchBrowser } from './support/browser.ts'
import { loudness, wordsIn } from './support/listening.ts'
import { spokenWav } from './support/microphone.ts'
import { type App, startApp } from './support/official-client/app.ts'
import type { Flow, OfficialWindow } from './support/official-client/page.ts'
import { startRecording, stopRecording } from './support/recording.ts'
import { simulatorControl } from './support/simulator-control.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'

type Type = RealtimeServerEvent['type']
type Event<T extends Type> = Extract<RealtimeServerEvent, { type: T }>

const INSTRUCTIONS = 'Answer in one sentence.'
const dir = mkdtempSync(join(tmpdir(), 'parley-official-'))
const QUESTION = 'What is the weather like today?'
const words = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? []
/** How many words of the question came through. The recogniser is a small one: it may mishear one, or write "to-day". */
const understood = (text: string) => words(QUESTION).filter((word) => words(text).includes(word)).length
let simulator: RunningSimulator
let app: App

test.beforeAll(async () => {
  simulator = await startSimulator({ port: await anyPort() })
  app = await startApp(simulator.url, {
    type: 'realtime',
    model: 'gpt-realtime-2.1',
    instructions: INSTRUCTIONS,
    // Longer than the usual 200 ms: on a busy machine the browser's sound has gaps.
    audio: { input: { turn_detection: { type: 'server_vad', silence_duration_ms: 800 } } },
  })
})
test.afterAll(async () => {
  await Promise.all([app?.close(), simulator?.stop()])
  rmSync(dir, { recursive: true })
})

for (const { flow, tag } of [
  { flow: 'unified', tag: ['@long'] },
  { flow: 'ephemeral', tag: ['@long'] },
] as const) {
  test(`${flow}: connects, talks, interrupts and leaves nothing behind`, { tag: [...tag] }, async () => {
    const control = simulatorControl(simulator.url)
    const from = (await control.journal()).at(-1)?.n ?? 0
    const { browser, close } = await launchBrowser()
    try {
      const context = await browser.newContext()
      await withSpeechOnDemand(context)
      const client = await connect(await context.newPage(), flow)

      await test.step('session: created as the application wished, and updated by the page', async () => {
        const created = await client.first('session.created')
        expect(created.session).toMatchObject({ type: 'realtime', instructions: INSTRUCTIONS })
        await client.send({
          type: 'session.update',
          session: { type: 'realtime', audio: { input: { transcription: { model: 'gpt-transcribe' } } } },
        })
        const { session } = await client.first('session.updated')
        expect(session).toMatchObject({
          instructions: INSTRUCTIONS,
          audio: { input: { transcription: { model: 'gpt-transcribe' }, turn_detection: { type: 'server_vad' } } },
        })
      })

      await test.step('a spoken question is written down, and the answer is heard', async () => {
        await startRecording(client.page)
        await speak(client.page, await spokenWav(dir, QUESTION))
        const { transcript } = await client.first('conversation.item.input_audio_transcription.completed')
        expect(understood(transcript), transcript).toBeGreaterThanOrEqual(4)
        await client.first('output_audio_buffer.stopped')
        const heard = (await wordsIn(await stopRecording(client.page))).join(' ')
        expect(understood(heard), heard).toBeGreaterThanOrEqual(4)
        const { response } = await client.first('response.done')
        expect(response?.status).toBe('completed')
      })

      await test.step('cancel and clear: silence, and the story is cut', async () => {
        await startRecording(client.page)
        const story = { type: 'input_text', text: 'Tell me a long story.' } as const
        await client.send({
          type: 'conversation.item.create',
          item: { type: 'message', role: 'user', content: [story] },
        })
        await client.send({ type: 'response.create' })
        await client.nth('output_audio_buffer.started', 2)
        await client.page.waitForTimeout(1_500)
        await client.send({ type: 'response.cancel' })
        await client.send({ type: 'output_audio_buffer.clear' })
        await client.first('output_audio_buffer.cleared')
        const clearedAt = Date.now()
        const { response } = await client.nth('response.done', 2)
        expect(response?.status).toBe('cancelled')
        expect(response?.status_details).toMatchObject({ type: 'cancelled', reason: 'client_cancelled' })
        const { audio_end_ms } = await client.first('conversation.item.truncated')
        expect(audio_end_ms).toBeGreaterThan(1_000)
        expect(audio_end_ms).toBeLessThan(10_000)
        await client.page.waitForTimeout(1_200)
        const recording = await stopRecording(client.page)
        const cutAt = clearedAt - recording.startedAt
        expect(loudness(recording, cutAt - 1_300, cutAt - 300), 'the story before the cut').toBeGreaterThan(300)
        // The network and the jitter buffer have 400 ms.
        expect(loudness(recording, cutAt + 400), 'after the cut').toBeLessThan(50)
      })

      await test.step('the history has every item once, in order, with its words', async () => {
        const added = (await client.events()).filter((event) => event.type === 'conversation.item.added')
        expect(inOrder(added).map(({ item }) => 'role' in item && item.role)).toEqual([
          'user',
          'assistant',
          'user',
          'assistant',
        ])
        const [question] = inOrder(added)
        await client.send({ type: 'conversation.item.retrieve', item_id: question?.item.id ?? '' })
        const { item } = await client.first('conversation.item.retrieved')
        const { transcript } = await client.first('conversation.item.input_audio_transcription.completed')
        expect(item).toMatchObject({ id: question?.item.id, content: [{ type: 'input_audio', transcript }] })
      })

      await test.step('close: no call is left', async () => {
        const [live, ...others] = await control.calls()
        expect(others).toEqual([])
        if (flow === 'ephemeral') expect(await client.callId()).toBe(live?.id)
        expect((await client.events()).filter((event) => event.type === 'error')).toEqual([])
        expect(await client.close()).toEqual(['connecting', 'connected', 'closed local'])
        await expect.poll(() => control.calls()).toEqual([])
      })

      const journal = await control.journal(from)
      const opened = journal.filter(({ path, method }) => path === '/v1/realtime/calls' && method === 'POST')
      expect(opened).toMatchObject([{ status: 201, handshake: flow, key: flow === 'unified' ? 'sk' : 'ek' }])
      expect(journal.filter(({ kind, state }) => kind === 'call' && state === 'ended')).toMatchObject([
        { reason: 'remote' },
      ])
    } finally {
      await close()
    }
  })
}

/** Opens the page, makes the call, and answers what a test wants of it. */
async function connect(page: Page, flow: Flow) {
  await page.goto(`${app.url}/?flow=${flow}&api=${simulator.url}`)
  expect(new URL(page.url()).origin).not.toBe(new URL(simulator.url).origin)
  await page.getByRole('button', { name: 'Call' }).click()
  await page.evaluate(() => (window as OfficialWindow).officialPage?.connected)

  const events = () => page.evaluate(() => (window as OfficialWindow).officialPage?.events ?? [])

  /** Waits for the n-th event of a type since the call began. */
  async function nth<T extends Type>(type: T, n: number): Promise<Event<T>> {
    let found: Event<T> | undefined
    const look = async () => {
      found = (await events()).filter((event): event is Event<T> => event.type === type)[n - 1]
      return found !== undefined
    }
    await expect.poll(look, { timeout: 20_000, intervals: [50], message: `${type}, number ${n}` }).toBe(true)
    if (!found) throw new Error(`no ${type}`)
    return found
  }

  return {
    page,
    events,
    nth,
    first: <T extends Type>(type: T) => nth(type, 1),
    callId: () => page.evaluate(() => (window as OfficialWindow).officialPage?.callId),
    send: (event: RealtimeClientEvent) =>
      page.evaluate((what) => (window as OfficialWindow).officialPage?.send(what), event),
    /** Answers what the client said of itself, from beginning to end. */
    close: () =>
      page.evaluate(() => {
        const { officialPage } = window as OfficialWindow
        officialPage?.close()
        return officialPage?.life
      }),
  }
}

/** Each item behind the one that it names as its predecessor. */
function inOrder(added: readonly Event<'conversation.item.added'>[]): Event<'conversation.item.added'>[] {
  const sorted: Event<'conversation.item.added'>[] = []
  for (const event of added) {
    const before = sorted.findIndex(({ item }) => item.id === event.previous_item_id)
    expect(before >= 0 || event.previous_item_id === null, `predecessor of ${event.item.id}`).toBe(true)
    sorted.splice(before + 1, 0, event)
  }
  return sorted
}
