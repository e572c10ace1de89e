/** What is said before the call is live: it becomes the first turn, every word of it once. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import type { ParleyElement } from '../../widget/element.ts'
import { type LaunchedBrowser, launchBrowser } from './support/browser.ts'
import { events } from './support/journal.ts'
import { spokenWav } from './support/microphone.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type ThreadItem, type Visitor, visit } from './support/visitor.ts'

let stack: Stack
let launched: LaunchedBrowser
let journalFrom = 0
const dir = mkdtempSync(join(tmpdir(), 'parley-first-words-'))
/** A lost or doubled word shows, and the recogniser knows these well, even on a busy machine. */
const SENTENCE = 'monday tuesday wednesday thursday friday saturday sunday'
const WORDS = SENTENCE.split(' ')
const words = (text: string) => text.toLowerCase().match(/[a-z]+/g) ?? []
const turns = (items: ThreadItem[]) => items.filter((item) => item.role === 'user').map((item) => words(item.text))
const answered = (items: ThreadItem[]) =>
  items.some((item) => item.role === 'assistant' && item.status === 'completed' && item.text.startsWith('You said'))

interface MutableWindow extends Window {
  parley?: ParleyElement
}
interface TrackedWindow extends Window {
  testTracks?: string[]
}

test.beforeAll(async () => {
  stack = await startStack()
})
test.beforeEach(async () => {
  launched = await launchBrowser()
  journalFrom = (await stack.simulator.journal()).at(-1)?.n ?? 0
})
test.afterEach(async () => {
  await stack.simulator.fault('clear')
  await launched.close()
})
test.afterAll(() => stack.stop())

/** A visitor with a microphone that speaks on demand. Which tracks a peer connection is given in which state is noted. */
async function open(prepare: (context: BrowserContext) => Promise<unknown> = async () => {}): Promise<Visitor> {
  const context = await launched.browser.newContext()
  await withSpeechOnDemand(context)
  await prepare(context)
  await context.addInitScript(() => {
    const given: string[] = []
    Object.assign(window, { testTracks: given })
    const microphones = new Set<MediaStreamTrack>()
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await ask(constraints)
      for (const track of stream.getTracks()) microphones.add(track)
      return stream
    }
    document.addEventListener('parley-state', (event) => given.push((event as CustomEvent).detail.state))
    const replace = globalThis.RTCRtpSender?.prototype.replaceTrack
    if (!replace) return
    RTCRtpSender.prototype.replaceTrack = function (track) {
      given.push(track && microphones.has(track) ? 'microphone' : 'late')
      return replace.call(this, track)
    }
  })
  return visit(await context.newPage(), stack.demoUrl, { keepBytes: false })
}

const withoutWebrtc = (context: BrowserContext) =>
  context.addInitScript(() => {
    Object.assign(window, { RTCPeerConnection: undefined })
  })

const tracksOf = (page: Page) => page.evaluate(() => (window as TrackedWindow).testTracks ?? [])

/** Requests for a call wait from now on, until they are let go. */
async function holdCalls(page: Page): Promise<() => Promise<void>> {
  const pattern = /\/v1\/sessions(\/[^/]+\/calls)?$/
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(pattern, async (route) => {
    await promise
    await route.continue()
  })
  return async () => resolve()
}

const theSentence = () => spokenWav(dir, SENTENCE)
/** A call that hears nothing for so long has nothing on its way. ms */
const QUIET_MS = 5_000

/** Says the sentence 0.3 s after the tap, before there is a call. Answers what lets the call be made. */
async function startAndSpeak(visitor: Visitor): Promise<() => Promise<void>> {
  const wav = await theSentence()
  const letGo = await holdCalls(visitor.page)
  await visitor.startTalking()
  await visitor.page.waitForTimeout(300)
  await speak(visitor.page, wav)
  expect((await visitor.states()).at(-1)).toBe('connecting')
  return letGo
}

async function expectHeardOnce(visitor: Visitor): Promise<void> {
  expect(turns(await visitor.thread(answered, 'an answer', 30_000))).toEqual([WORDS])
  await visitor.nextActivity('listening')
  await speak(visitor.page, await spokenWav(dir, 'my two dogs are coming along'))
  const later = await visitor.thread(
    (all) => turns(all).at(1)?.join(' ').includes('dogs') === true,
    'what was said later',
  )
  expect(turns(later)[0]).toEqual(WORDS)
}

async function expectNothingHeard(visitor: Visitor): Promise<void> {
  await visitor.page.waitForTimeout(QUIET_MS)
  expect(turns(await visitor.items())).toEqual([])
  expect(events(await stack.simulator.journal(journalFrom), 'input_audio_buffer.speech_started', 'out')).toEqual([])
}

test('WebRTC: a sentence said while the call is being made is its first turn, every word once', async () => {
  const visitor = await open()
  const letGo = await startAndSpeak(visitor)
  await letGo()
  await visitor.until('live')
  await expectHeardOnce(visitor)
  // Once caught up it is the plain microphone.
  expect(await tracksOf(visitor.page)).toEqual(['connecting', 'late', 'live', 'microphone'])
})

test('WebRTC: a sentence in whose middle the call is live', { tag: '@long' }, async () => {
  const visitor = await open()
  const wav = await theSentence()
  const letGo = await holdCalls(visitor.page)
  await visitor.startTalking()
  await visitor.page.waitForTimeout(300)
  const said = speak(visitor.page, wav)
  await visitor.page.waitForTimeout(1_000)
  await letGo()
  await said
  expect((await visitor.states()).at(-1)).toBe('live')
  await expectHeardOnce(visitor)
})

test('WebRTC: where nothing is said, the call gets the plain microphone before it is live', async () => {
  const visitor = await open()
  const letGo = await holdCalls(visitor.page)
  await visitor.startTalking()
  await visitor.page.waitForTimeout(1_500)
  await letGo()
  await visitor.until('live')
  expect(await tracksOf(visitor.page)).toEqual(['connecting', 'late', 'microphone', 'live'])
})

test('relay: a sentence said while the call is being made is its first turn, every word once @long', async () => {
  const visitor = await open(withoutWebrtc)
  const letGo = await startAndSpeak(visitor)
  await letGo()
  await visitor.until('live')
  await expectHeardOnce(visitor)
  expect(await visitor.page.getByText('Your network is very slow').count()).toBe(0)
})

for (const [path, prepare] of Object.entries({ WebRTC: undefined, relay: withoutWebrtc })) {
  test(`${path}: what is said while a lost call is made again is heard by the next one`, { tag: '@long' }, async () => {
    const visitor = await open(prepare)
    await visitor.startTalking()
    await visitor.until('live')
    await visitor.thread((items) => items.some((item) => item.status === 'completed'), 'the greeting')
    await visitor.nextActivity('listening')
    const letGo = await holdCalls(visitor.page)
    await stack.simulator.fault('drop_call')
    await visitor.until('reconnecting')
    await speak(visitor.page, await theSentence())
    expect((await visitor.states()).at(-1)).toBe('reconnecting')
    await letGo()
    await visitor.until('live')
    await expectHeardOnce(visitor)
  })
}

test('WebRTC does not connect: the relay hears what was said while it was tried', { tag: '@long' }, async () => {
  await stack.simulator.fault('no_candidates', { count: 1 })
  const visitor = await open()
  // Of what is kept WebRTC takes 8 s: the call is not held up here, too.
  const wav = await theSentence()
  await visitor.startTalking()
  await visitor.page.waitForTimeout(300)
  await speak(visitor.page, wav)
  await visitor.until('live')
  await expect(visitor.page.getByText('Backup connection')).toBeVisible()
  await expectHeardOnce(visitor)
})

test('a start that is given up sends nothing, and the next one knows nothing of it', { tag: '@long' }, async () => {
  const visitor = await open()
  const letGo = await startAndSpeak(visitor)
  await visitor.page.getByRole('button', { name: /hang up/i }).click()
  await visitor.until('ended')
  await letGo()
  await visitor.page
    .getByRole('button', { name: /start talking|continue/i })
    .first()
    .click()
  await visitor.until('live')
  await expectNothingHeard(visitor)
})

for (const [path, prepare] of [
  ['WebRTC', async () => {}],
  ['relay', withoutWebrtc],
] as const) {
  test(`${path}: who mutes while the call is being made is not heard, not even with what was said before`, {
    tag: '@long',
  }, async () => {
    const visitor = await open(prepare)
    const letGo = await startAndSpeak(visitor)
    await visitor.page.evaluate(() => (window as MutableWindow).parley?.setMuted(true))
    await speak(visitor.page, await spokenWav(dir, 'my two dogs'))
    await letGo()
    await visitor.until('live')
    await visitor.page.evaluate(() => (window as MutableWindow).parley?.setMuted(false))
    await expectNothingHeard(visitor)
  })
}
