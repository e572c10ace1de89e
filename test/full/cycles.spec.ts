/** Promise 8, "off means off": calls that come and go in one page leave nothing behind, on either transport. */
import { expect, test } from '@playwright/test'
import type { ParleyElement } from '../../widget/element.ts'
import { launchBrowser } from '../e2e/support/browser.ts'
import { expectOneCallAtATime } from '../e2e/support/journal.ts'
import { visit } from '../e2e/support/visitor.ts'
import { withCounters } from './support/counters.ts'
import { type Memory, memoryOf, memoryTable } from './support/memory.ts'
import { type Place, startPlace } from './support/place.ts'
import { allowOnly, NAME_AT_PROVIDER, TRANSPORTS } from './support/transports.ts'

/** `SOAK_CYCLES=40` for a shorter look. */
const CYCLES = Number(process.env.SOAK_CYCLES ?? 200)
/** The first calls fill caches; from here on everything must stay level. */
const WARM_UP = Math.round(CYCLES / 10)
/** Growth of the heap that may not be exceeded over the remaining cycles (bytes): far less than one leaked call each. */
const MAX_GROWTH = 1_500_000

let place: Place

test.beforeEach(async () => {
  place = await startPlace()
})
test.afterEach(() => place.stop())

for (const transport of TRANSPORTS) {
  test(`${CYCLES} calls in one page leave nothing behind: ${transport}`, async () => {
    test.setTimeout(60_000 + CYCLES * 8_000)
    const { browser, close } = await launchBrowser()
    try {
      const context = await browser.newContext()
      await allowOnly(context, transport)
      const page = await context.newPage()
      const counters = await withCounters(page)
      const visitor = await visit(page, place.url, { keepBytes: false })
      const before = await counters.live()
      const look = await memoryOf(page)
      const begin = () => page.evaluate(() => document.querySelector<ParleyElement>('parley-widget')?.start())
      const looks: (Memory & { at: string })[] = []
      const modules: (number | undefined)[] = []
      for (let cycle = 1; cycle <= CYCLES; cycle++) {
        await begin()
        await visitor.until('live')
        const [call] = await place.simulator.calls()
        expect(call?.transport).toBe(NAME_AT_PROVIDER[transport])
        await page.getByRole('button', { name: /hang up/i }).click()
        await visitor.until('ended')
        visitor.frames.length = 0
        await expect.poll(counters.live, { timeout: 5_000, message: `after call ${cycle}` }).toEqual(before)
        if (cycle % WARM_UP === 0) {
          looks.push({ at: `${transport}, ${cycle} calls`, ...(await look()) })
          modules.push((await counters.made())?.modules)
        }
      }
      console.log(memoryTable(looks))
      const [first, last] = [looks[0], looks.at(-1)]
      if (!first || !last) throw new Error('nobody looked')
      expect(last.heap - first.heap).toBeLessThan(MAX_GROWTH)
      for (const kind of ['nodes', 'listeners', 'audioNodes', 'connections'] as const) {
        expect(last[kind], kind).toBeLessThanOrEqual(first[kind])
      }
      const journal = await place.simulator.journal()
      expectOneCallAtATime(journal)
      await expect.poll(async () => (await place.simulator.calls()).length, { timeout: 10_000 }).toBe(0)
      expect(journal.filter((entry) => entry.kind === 'call' && entry.state === 'opened')).toHaveLength(CYCLES)
    } finally {
      await close()
    }
  })
}
