import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchBrowser } from './support/browser.ts'
import { expectSeedsAreText, longestOverlap } from './support/journal.ts'
import { spokenWav } from './support/microphone.ts'
import { speak, withSpeechOnDemand } from './support/speech-on-demand.ts'
import { type Stack, startStack } from './support/stack.ts'
import { type Frame, visit } from './support/visitor.ts'

/** The simulator ends calls after this time (ms); so they are rolled over from half of it on. */
const CALL_LIMIT_MS = 40_000
/** A conversation that takes longer is not rolled over. */
const MOST_LINES = 30
/** Each is said once. */
const LINES = [
  'my sister has a yellow garden',
  'yesterday we went to the river',
  'there was a bridge over the water',
  'my brother wanted to buy a horse',
  'then we had dinner in the kitchen',
  'after that it was raining in the mountains',
  'the teacher gave me a book',
  'in winter we often play football',
  'please tell me about the window',
  'my uncle lives near the hospital',
  'he goes to work by bicycle',
  'on sunday we eat chocolate',
]

/** The line that was said: a recogniser may mishear a word of it. At least half of it must be there, and no other line fits as well. */
function closest(heard: string): string | null {
  const words: readonly string[] = heard.toLowerCase().match(/[a-z]+/g) ?? []
  const share = (line: string) => {
    const own = line.split(' ')
    return own.filter((word) => words.includes(word)).length / own.length
  }
  const [best, next] = LINES.toSorted((one, other) => share(other) - share(one))
  return best && next && share(best) >= 0.5 && share(best) > share(next) ? best : null
}

let stack: Stack
const dir = mkdtempSync(join(tmpdir(), 'parley-rollover-'))

test.beforeAll(async () => {
  stack = await startStack({ callLimitMs: CALL_LIMIT_MS })
})
test.afterAll(() => stack.stop())

interface CountingWindow extends Window {
  testAsked?: number
}

for (const { handshake, path, rollovers, tag } of [
  { handshake: 'brokered', path: '/', rollovers: 1, tag: ['@long'] },
  { handshake: 'brokered', path: '/', rollovers: 2, tag: ['@long'] },
  { handshake: 'ephemeral', path: '/tutor.html', rollovers: 2, tag: ['@long'] },
]) {
  test(`${handshake}: a conversation goes on over ${rollovers + 1} calls, and the visitor notices nothing`, {
    tag,
  }, async () => {
    test.setTimeout(240_000)
    const from = (await stack.simulator.journal()).at(-1)?.n ?? 0
    const { browser, close } = await launchBrowser()
    try {
      const context = await browser.newContext()
      await withSpeechOnDemand(context)
      await context.addInitScript(() => {
        const page: CountingWindow = window
        const media = navigator.mediaDevices
        const ask = media.getUserMedia.bind(media)
        media.getUserMedia = (constraints) => {
          page.testAsked = (page.testAsked ?? 0) + 1
          return ask(constraints)
        }
      })
      const visitor = await visit(await context.newPage(), stack.demoUrl + path)
      const spoken = await Promise.all(LINES.map((line) => spokenWav(mkdtempSync(join(dir, 'line-')), line)))
      await visitor.startTalking()
      await visitor.until('live')
      // The concierge greets; the tutor waits.
      const greetings = handshake === 'brokered' ? 1 : 0
      if (greetings > 0) await visitor.nextActivity('listening')

      const isSwitch = (frame: Frame) => frame.code === 'call_ended' && frame.reason === 'rolled_over'
      const switches = () => visitor.frames.filter(isSwitch).length
      const said: string[] = []
      for (let n = 0; switches() < rollovers && n < MOST_LINES; n++) {
        said.push(LINES[n % LINES.length] ?? '')
        const heard = visitor.nextActivity('listening', 40_000)
        await speak(visitor.page, spoken[n % LINES.length] ?? Buffer.of())
        await heard
      }
      const items = await visitor.thread(
        (all) => all.length === greetings + said.length * 2 && all.every((item) => item.status !== 'in_progress'),
        'everything that was said',
      )
      const notices = visitor.frames.filter(({ type }) => type === 'notice')
      expect(switches(), JSON.stringify(notices)).toBeGreaterThanOrEqual(rollovers)
      expect(await visitor.states()).toEqual(['connecting', 'live'])
      expect(await visitor.page.evaluate(() => (window as CountingWindow).testAsked)).toBe(1)

      // Each line once, in order, each followed by its answer, and nothing was cut off.
      const talk = items.slice(greetings)
      expect(talk.map((item) => item.role)).toEqual(said.flatMap(() => ['user', 'assistant']))
      for (const [index, line] of said.entries()) {
        expect(closest(talk[index * 2]?.text ?? ''), `line ${index}: ${talk[index * 2]?.text}`).toBe(line)
        expect(talk[index * 2 + 1], `answer ${index}`).toMatchObject({ status: 'completed' })
      }
      expect(new Set(items.map((item) => item.id)).size).toBe(items.length)

      const journal = await stack.simulator.journal(from)
      expect(longestOverlap(journal)).toBeLessThanOrEqual(10_000)
      expectSeedsAreText(journal)
      console.log(`${said.length} lines over ${switches() + 1} calls, longest overlap ${longestOverlap(journal)} ms`)
      await visitor.page
        .getByRole('button', { name: /Hang up|End/ })
        .first()
        .click()
      await expect.poll(() => stack.simulator.calls()).toEqual([])
    } finally {
      await close()
    }
  })
}
