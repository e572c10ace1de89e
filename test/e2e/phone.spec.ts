/** A caller and a visitor of the website say the same words: the same is written down, and the same is answered. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { inProject } from '../../scripts/lib/paths.ts'
import { launchBrowser } from './support/browser.ts'
import { spokenWav } from './support/microphone.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { PHONE_SECRET, phone, phoneTranscript } from './support/telephone.ts'
import { type ThreadItem, visit } from './support/visitor.ts'

const DEPLOYMENT_SECRET = 'what only the phone test knows'
const NUMBER = '+4930123456'
/** What a caller would say; the recogniser hears these words alike with and without Opus in between. */
const WORDS = ['hello there, what is the weather like?', 'and when is breakfast on Sunday?']

let stack: Stack
const dir = mkdtempSync(join(tmpdir(), 'parley-phone-'))

test.beforeAll(async () => {
  stack = await startStack({
    main: inProject('test/e2e/inside/phone-worker.ts'),
    variables: { PARLEY_SECRET: DEPLOYMENT_SECRET, OPENAI_WEBHOOK_SECRET: PHONE_SECRET },
  })
})
test.afterAll(() => stack.stop())

const spokenTurns = (items: ThreadItem[]) => items.filter(({ role }) => role === 'user' || role === 'assistant')
/** Who said which words: capitals and marks are the recogniser's taste. */
const turns = (items: ThreadItem[]) =>
  spokenTurns(items).map(
    ({ role, text }) =>
      `${role}: ${text
        .toLowerCase()
        .match(/[a-z']+/g)
        ?.join(' ')}`,
  )
const isComplete = (count: number) => (items: ThreadItem[]) =>
  spokenTurns(items).filter(({ status, text }) => status === 'completed' && text !== '').length === count

async function inBrowser(wavs: readonly Buffer[]): Promise<ThreadItem[]> {
  const { browser, close } = await launchBrowser()
  try {
    const context = await browser.newContext()
    await withSpeechOnDemand(context)
    const visitor = await visit(await context.newPage(), stack.demoUrl)
    await visitor.startTalking()
    await visitor.until('live')
    let items = await visitor.thread(isComplete(1), 'the greeting')
    for (const [n, wav] of wavs.entries()) {
      await visitor.nextActivity('listening')
      await speak(visitor.page, wav)
      items = await visitor.thread(isComplete(3 + 2 * n), 'what was said and answered', 30_000)
    }
    return items
  } finally {
    await close()
  }
}

async function byPhone(wavs: readonly Buffer[]): Promise<ThreadItem[]> {
  const dialled = await phone(stack.simulator.url, '', {
    ...{ url: `${stack.brokerUrl}/v1/webhooks/openai`, secret: PHONE_SECRET, from: '+491701234567', to: NUMBER },
  })
  expect(dialled.delivery).toMatchObject({ status: 200, body: '{"outcome":"accepted"}' })
  const stored = () => phoneTranscript(stack.brokerUrl, DEPLOYMENT_SECRET, dialled.call)
  const until = async (count: number) => {
    let items: ThreadItem[] = []
    const look = async () => {
      items = await stored()
      return isComplete(count)(items)
    }
    await expect.poll(look, { timeout: 30_000, intervals: [200] }).toBe(true)
    return items
  }
  let items = await until(1)
  for (const [n, wav] of wavs.entries()) {
    await quiet(dialled.call)
    await phone(stack.simulator.url, `/${dialled.call}`, { do: 'play', wav: wav.toString('base64') })
    items = await until(3 + 2 * n)
  }
  await phone(stack.simulator.url, `/${dialled.call}`, { do: 'hang_up' })
  return items
}

/** Until what the assistant said was heard to its end. */
async function quiet(call: string): Promise<void> {
  const isHearing = async () => (await phone(stack.simulator.url, `/${call}`)).hearing
  await expect.poll(isHearing, { timeout: 20_000, intervals: [100] }).toBe(false)
}

test('a WAV of a caller makes the transcript that it makes in a browser', { tag: '@long' }, async () => {
  const wavs = []
  for (const words of WORDS) wavs.push(await spokenWav(dir, words))
  const visited = await inBrowser(wavs)
  const called = await byPhone(wavs)
  expect(turns(visited)).toHaveLength(5)
  expect(turns(called)).toEqual(turns(visited))
  expect(turns(called)[1]).toContain('weather')
  expect(stack.brokerLog()).not.toContain('1701234567')
})
