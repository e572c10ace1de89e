/** What is said before the call is live: it becomes the first turn, every word of it once. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { type LaunchedBrowser, launchBrowser } from './support/browser.ts'
import { spokenWav } from './support/microphone.ts'
import { events } from './support/journal.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type ThreadItem, type Visitor, visit } from './support/visitor.ts'

let stack: Stack
let launched: LaunchedBrowser
const dir = mkdtempSync(join(tmpdir(), 'parley-first-words-'))
const SENTENCE = 'hello there, what is the weather like today?'
const WORDS = ['hello', 'there', 'what', 'is', 'the', 'weather', 'like', 'today']
/** The recogniser writes "today" or "to-day". */
const words = (text: string) =>
  text
    .toLowerCase()
    .replaceAll('-', '')
    .match(/[a-z]+/g) ?? []
const turns = (items: ThreadItem[]) => items.filter((item) => item.role === 'user').map((item) => words(item.text))
const answered = (items: ThreadItem[]) =>
  items.some((item) => item.role === 'assistant' && item.status === 'completed' && item.text.startsWith('You said'))

interface TrackedWindow extends Window {
  testTracks?: string[]
}

test.beforeAll(async () => {
  stack = await startStack()
})
test.beforeEach(async () => {
  launched = await launchBrowser()
})
test.afterEach(async () => {
  await stack.simulator.fault('clear')
  await launched.close()
})
test.afterAll(() => stack.stop())

/** A visitor with a microphone that speaks on demand; of each track given to a peer connection its kind is noted. */
async function open(prepare: (context: BrowserContext) => Promise<void> = async () => {}): Promise<Visitor> {
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
    const replace = globalThis.RTCRtpSender?.prototype.replaceTrack
    if (!replace) return
    RTCRtpSender.prototype.replaceTrack = function (track) {
      given.push(track && microphones.has(track) ? 'microphone' : 'late')
      return replace.call(this, track)
    }
  })
  return visit(await context.newPage(), stack.demoUrl)
}

const withoutWebrtc = (context: BrowserContext) =>
  context.addInitScript(() => {
    Object.assign(window, { RTCPeerConnection: undefined })
  })

const tracksOf = (page: Page) => page.evaluate(() => (window as TrackedWindow).testTracks ?? [])

async function startAndSpeak(visitor: Visitor): Promise<void> {
  const wav = await spokenWav(dir, SENTENCE)
  await visitor.startTalking()
  await visitor.page.waitForTimeout(300)
  await speak(visitor.page, wav)
  expect((await visitor.states()).at(-1), 'all of it was said before the call was live').toBe('connecting')
}

test('WebRTC: a sentence said while the call is being made is its first turn, every word once', async () => {
  await stack.simulator.fault('delay_next', { route: 'calls', ms: 4_000 })
  const visitor = await open()
  await startAndSpeak(visitor)
  await visitor.until('live')
  const items = await visitor.thread(answered, 'an answer')
  expect(turns(items)).toEqual([WORDS])
  // Once caught up it is the plain microphone.
  await expect.poll(() => tracksOf(visitor.page)).toEqual(['late', 'microphone'])
  await speak(visitor.page, await spokenWav(dir, 'my two dogs are coming along'))
  await visitor.thread((all) => turns(all).at(1)?.includes('dogs') === true, 'what was said later')
})

test('relay: the same', async () => {
  await stack.simulator.fault('delay_next', { route: 'websocket', ms: 4_000 })
  const visitor = await open(async (context) => {
    await withoutWebrtc(context)
  })
  await startAndSpeak(visitor)
  await visitor.until('live')
  const items = await visitor.thread(answered, 'an answer')
  expect(turns(items)).toEqual([WORDS])
  await visitor.nextActivity('listening')
  await speak(visitor.page, await spokenWav(dir, 'my two dogs are coming along'))
  await visitor.thread((all) => turns(all).at(1)?.includes('dogs') === true, 'what was said later')
})
