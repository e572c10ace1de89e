/**
 * 200 conversations (a tenth in `npm test`) in which everything happens at random: how many tools at once, how long they take, what the visitor
 * types or stops meanwhile, sockets that break. Then: one result for each call, one answer at a time, nothing refused.
 */
import fc from 'fast-check'
import * as v from 'valibot'
import { afterEach, expect, inject, it, vi } from 'vitest'
import type { Item } from '../../../protocol/item.ts'
import { tool } from '../../../protocol/tool.ts'
import { providerRef } from '../inside.ts'
import { fault, type JournalEntry, journal } from '../support.ts'
import { calls, converse, discardAll, eventOf, newestEntry, outputs, refusals, results, type Way } from './lab.ts'

const RUNS: Record<Way, number> = inject('full')
  ? { text: 140, voice: 48, relay: 12 }
  : { text: 18, voice: 1, relay: 1 } // `npm run test:full` has them all
const ALL = RUNS.text + RUNS.voice + RUNS.relay
/** Speech takes the machine's time. */
const AT_ONCE: Record<Way, number> = { text: 40, voice: 6, relay: 6 }

/** The visitor stops what is over already; a result whose confirmation got lost with a socket is told again. */
const HARMLESS = ['response_cancel_not_active', 'invalid_value']

afterEach(discardAll)

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('tools' as const),
      ms: fc.array(fc.nat(400), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('type' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('interrupt' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break' as const) }) },
)
const plan = fc.array(fc.record({ step, pauseMs: fc.nat(350) }), { minLength: 2, maxLength: 5 })
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never

const wait = (ms: number) => new Promise((resume) => setTimeout(resume, ms))
const work = tool({
  name: 'work',
  description: 'Works for so long.',
  parameters: v.object({ ms: v.number(), n: v.string() }),
  holdAfterMs: 150,
  execute: async ({ ms }) => {
    await wait(ms)
    return ms
  },
})

/** The same conversations as the provider saw them, by its own calls. */
function byCall(entries: JournalEntry[]): JournalEntry[][] {
  const calls = new Map<string, JournalEntry[]>()
  for (const entry of entries) {
    if (!entry.call) continue
    calls.set(entry.call, [...(calls.get(entry.call) ?? []), entry])
  }
  return [...calls.values()]
}

/** How many answers were in the making at the same time, at most. */
function mostAtOnce(entries: JournalEntry[]): number {
  const running = new Set<string>()
  let most = 0
  for (const entry of entries) {
    const { type, response } = eventOf(entry) ?? {}
    if (entry.direction !== 'out' || !response?.id) continue
    if (type === 'response.created') running.add(response.id)
    if (type === 'response.done') running.delete(response.id)
    most = Math.max(most, running.size)
  }
  return most
}

async function run(way: Way, steps: Plan): Promise<number> {
  const talk = await converse([work], way, { limits: { sessionUsd: 50, callUsd: 50 } })
  let typed = 0
  for (const { step, pauseMs } of steps) {
    typed += 1
    if (step.do === 'tools') {
      const asked = step.ms.map((ms, i) => `the tool work with {"ms": ${ms}, "n": "${typed}.${i}"}`)
      talk.say(`call ${asked.join(' and ')}`)
    } else if (step.do === 'type') talk.say(`this is number ${typed}`)
    else if (step.do === 'interrupt') talk.widget.send({ type: 'interrupt' })
    else if (way === 'voice') await fault({ kind: 'close_sideband', call: await providerRef(talk.session) })
    await wait(pauseMs)
  }
  const open = (items: Item[]) =>
    calls(items).filter(({ status }) => status === 'completed').length - results(items).length
  let before = ''
  await vi.waitUntil(
    async () => {
      const items = await talk.stored()
      const isQuiet = JSON.stringify(items) === before
      before = JSON.stringify(items)
      return isQuiet && open(items) === 0 && items.every(({ status }) => status !== 'in_progress')
    },
    { timeout: 60_000, interval: 500 },
  )
  const items = await talk.stored()
  const callIds = results(items).map(({ tool }) => tool?.callId)
  expect(new Set(callIds).size).toBe(callIds.length)
  return callIds.length
}

it('each call has one result, and there is one answer at a time', { timeout: 600_000 }, async () => {
  const seed = inject('seed')
  const made = { runs: 0, calls: 0, outputs: 0 }
  for (const way of ['text', 'relay', 'voice'] satisfies Way[]) {
    const plans = fc.sample(plan, { seed, numRuns: RUNS[way] })
    for (let at = 0; at < plans.length; at += AT_ONCE[way]) {
      const from = await newestEntry()
      const counts = await Promise.all(plans.slice(at, at + AT_ONCE[way]).map((steps) => run(way, steps)))
      made.runs += counts.length
      made.calls += counts.reduce((sum, count) => sum + count, 0)
      const entries = await journal(from)
      for (const seen of byCall(entries)) {
        expect(refusals(seen).filter((code) => !HARMLESS.includes(code))).toEqual([])
        expect(mostAtOnce(seen)).toBeLessThanOrEqual(1)
        const sent = outputs(seen).map(({ callId }) => callId)
        expect(new Set(sent).size).toBe(sent.length)
        made.outputs += sent.length
      }
      await discardAll()
    }
  }
  expect(made.runs).toBe(ALL)
  expect(made.calls).toBeGreaterThan(ALL / 2)
  expect(made.outputs).toBeGreaterThanOrEqual(made.calls)
})
