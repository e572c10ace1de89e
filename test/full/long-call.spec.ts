/** One call of half an hour with a hundred interruptions, on each transport: it lives, and what it keeps does not grow. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchBrowser } from '../e2e/support/browser.ts'
import { eventOf } from '../e2e/support/journal.ts'
import { spokenWav } from '../e2e/support/microphone.ts'
import { speak, withSpeechOnDemand } from '../e2e/support/speech-on-demand.ts'
import { type Visitor, visit } from '../e2e/support/visitor.ts'
import { withCounters } from './support/counters.ts'
import { type Memory, memoryOf, memoryTable } from './support/memory.ts'
import { type Place, startPlace } from './support/place.ts'
import { allowOnly, NAME_AT_PROVIDER, TRANSPORTS } from './support/transports.ts'

/** `SOAK_MINUTES=3` for a shorter look. */
const MINUTES = Number(process.env.SOAK_MINUTES ?? 30)
/** From one interruption to the next (ms): the story that is interrupted takes more than twice as long. */
const EVERY_MS = 18_000
const BARGE_INS = Math.floor((MINUTES * 60_000) / EVERY_MS)
/** So many may ask for something else than a story, because the simulator misheard; then there is nothing to interrupt, and one more follows. */
const MISHEARD = BARGE_INS / 20
const STORY = /^(Once upon a time|$)/
/** So many looks at the memory, the first of which does not count: the first turns fill caches. */
const LOOKS = 10
/** Of the heap, over the whole call, without the thread (bytes). */
const MAX_GROWTH = 1_500_000
/** What one item of the thread may cost beyond its words: objects, elements, layout (bytes of the JavaScript heap). */
const PER_ITEM = 4_000

/** So many nodes and listeners come and go with a turn or a banner; a leak would be at least one for each interruption. */
const OF_THE_MOMENT = 0.4 * BARGE_INS

let place: Place
const dir = mkdtempSync(join(tmpdir(), 'parley-soak-'))

test.beforeEach(async () => {
  place = await startPlace()
})
test.afterEach(() => place.stop())
test.afterAll(() => rmSync(dir, { recursive: true }))

for (const transport of TRANSPORTS) {
  test(`${MINUTES} minutes and ${BARGE_INS} interruptions in one call keep nothing: ${transport}`, async () => {
    test.setTimeout(120_000 + MINUTES * 90_000)
    const { browser, close } = await launchBrowser()
    try {
      const context = await browser.newContext()
      await withSpeechOnDemand(context)
      await allowOnly(context, transport)
      const page = await context.newPage()
      const counters = await withCounters(page)
      const visitor = await visit(page, place.url, { keepBytes: false })
      const story = await spokenWav(dir, 'tell me a long story')
      await visitor.startTalking()
      await visitor.until('live')
      await visitor.nextActivity('listening', 30_000)
      const [call] = await place.simulator.calls()
      expect(call?.transport).toBe(NAME_AT_PROVIDER[transport])
      await speak(page, story)
      await visitor.nextActivity('speaking')

      const look = await memoryOf(page)
      const began = { live: await counters.live(), made: await counters.made() }
      const looks: (Memory & { at: string; items: number })[] = []
      const from = Date.now()
      let unheard = 0
      const interrupted = async () =>
        (await visitor.items()).filter(({ role, status }) => role === 'assistant' && status === 'interrupted').length
      for (let n = 1; (await interrupted()) < BARGE_INS && n <= BARGE_INS + MISHEARD; n++) {
        await page.waitForTimeout(from + n * EVERY_MS - Date.now())
        // Interrupts the story and asks for the next one.
        if (!(await sayUntilAnswered(visitor, story))) unheard += 1
        if (n % Math.max(1, Math.round(BARGE_INS / LOOKS)) !== 0) continue
        const items = (await visitor.items()).length
        looks.push({ at: `${transport}, ${n} interruptions, ${items} items`, items, ...(await look()) })
        console.log(memoryTable(looks.slice(-1)))
        expect({ live: await counters.live(), made: await counters.made() }, `after ${n} interruptions`).toEqual(began)
      }

      console.log(`${transport}: ${unheard} of ${BARGE_INS} interruptions had to be said again`)
      expect(unheard).toBeLessThanOrEqual(BARGE_INS / 20)
      expect(await visitor.states(), 'it never broke').toEqual(['connecting', 'live'])
      expect((await place.simulator.calls()).map(({ id }) => id)).toEqual([call?.id])
      const items = await visitor.items()
      const stories = items.filter(({ role, text }) => role === 'assistant' && STORY.test(text))
      const whole = stories.slice(0, -1).filter(({ status }) => status !== 'interrupted')
      expect(whole, 'stories that were not interrupted').toEqual([])
      const asked = items.filter(({ role, text }) => role === 'user' && !/story/i.test(text)).map(({ text }) => text)
      expect(await interrupted(), `misheard: ${asked.join(', ')}`).toBeGreaterThanOrEqual(BARGE_INS)
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
      const [first, last] = [looks[1] ?? looks[0], looks.at(-1)]
      if (!first || !last) throw new Error('nobody looked')
      expect(last.heap - first.heap).toBeLessThan(MAX_GROWTH + (last.items - first.items) * PER_ITEM)
      for (const kind of ['nodes', 'listeners', 'audioNodes', 'connections'] as const) {
        expect(last[kind], kind).toBeLessThanOrEqual(first[kind] + OF_THE_MOMENT)
      }
    } finally {
      await close()
    }
  })
}

/**
 * Says it, and once more when nobody answers: on a busy machine the browser's microphone has gaps. Answers whether once was
 * enough.
 */
async function sayUntilAnswered(visitor: Visitor, words: Buffer): Promise<boolean> {
  const from = (await place.simulator.journal()).at(-1)?.n ?? 0
  try {
    await Promise.all([visitor.nextActivity('speaking', 15_000), speak(visitor.page, words)])
    return true
  } catch {
    const journal = await place.simulator.journal(from)
    const told = journal.map((entry) => `${entry.t % 100_000} ${entry.direction} ${eventOf(entry)?.type ?? entry.kind}`)
    const notices = visitor.frames.filter(({ type }) => type === 'notice').map((notice) => JSON.stringify(notice))
    console.log(
      `${notices.join('\n')}\nnot answered, said again:\n  ${told.filter((line) => !/append|delta/.test(line)).join('\n  ')}`,
    )
    await Promise.all([visitor.nextActivity('speaking', 15_000), speak(visitor.page, words)])
    return false
  }
}
