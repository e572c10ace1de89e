/** When the meter warns of the end of a call's time, with a clock of its own. */
import { describe, expect, it } from 'vitest'
import { type AgentInput, defineAgent } from '../../protocol/agent.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { emptyBooks, type Hold, hold, release } from '../../worker/ledger/budget.ts'
import { readPrices } from '../../worker/ledger/prices.ts'
import { createLog } from '../../worker/log.ts'
import { Meter } from '../../worker/session/meter.ts'
import type { SessionRow } from '../../worker/session/store.ts'
import type { Near } from '../../worker/session/wrap-up.ts'

function meterFor(limits: AgentInput['limits'], person?: string) {
  const agent = defineAgent({ name: 'Test', instructions: 'Be kind.', origins: ['https://example.com'], limits })
  const session: SessionRow = {
    ...{ id: 'ses_0', agentId: 'test', agent, origin: '', createdAt: 0, tokenUsed: 0, callGeneration: 1 },
    ...{ widgetGoneAt: null, leased: false },
    ...(person ? { person } : {}),
  }
  const [frames, nears, holds]: [ServerFrame[], Near[], Hold[]] = [[], [], []]
  const slow = { release: Promise.resolve() }
  let now = Date.UTC(2026, 10, 20, 12)
  let books = emptyBooks(now)
  const timers = new Set<{ at: number; run: () => void }>()
  const start = () =>
    new Meter({
      ledger: () => ({
        hold: async (ask) => {
          holds.push(ask)
          const { books: after, answer } = hold(books, ask, now)
          books = after
          return answer
        },
        release: async (id, spent) => {
          await slow.release
          books = release(books, id, spent, now)
        },
      }),
      prices: readPrices(''),
      store: { spent: () => 0, addSpent: () => {}, itemCount: () => 0 },
      clock: {
        now: () => now,
        after: (ms, run) => {
          const timer = { at: now + ms, run }
          timers.add(timer)
          return () => timers.delete(timer)
        },
      },
      log: createLog(),
      send: (frame) => frames.push(frame),
      visitor: () => 'whoever sits there',
      onNear: (near) => nears.push(near),
      onCap: () => {},
    })
  const meter = start()
  const pass = (ms: number) => {
    now += ms
    for (const timer of [...timers]) {
      if (timer.at > now) continue
      timers.delete(timer)
      timer.run()
    }
  }
  return { slow, meter, session, frames, nears, holds, timers, pass, restarted: start, books: () => books }
}

describe('the time of a call', () => {
  it('is warned of at 80 %, also of a call that is over before the watchdog comes by', async () => {
    const { meter, session, frames, nears, pass } = meterFor({ callSeconds: 10 })
    await meter.reserve(session, 'call_0', 'call')
    pass(8000)
    expect(frames).toEqual([])
    pass(500)
    const warning = { cap: 'time_cap', call: 'call_0', seconds: 2 } // 1.5 s, rounded
    expect(frames).toEqual([{ type: 'notice', code: 'limit_near', share: 0.85, ...warning }])
    expect(nears).toEqual([{ session, ...warning }])
    meter.watch('call_0', Date.UTC(2026, 10, 20, 12))
    expect(frames).toHaveLength(1)
  })

  it('is nobody’s business after the end', async () => {
    const { meter, session, frames, timers, pass } = meterFor({ callSeconds: 10 })
    await meter.reserve(session, 'call_0', 'call')
    meter.close('call_0')
    expect(timers.size).toBe(0)
    pass(9000)
    expect(frames).toEqual([])
  })

  it('is without end where the provider’s own limit is the only one', async () => {
    const { meter, session, frames, pass } = meterFor({ callSeconds: 3600 })
    await meter.reserve(session, 'call_0', 'call')
    for (let second = 0; second < 3599; second += 30) {
      pass(30_000)
      meter.watch('call_0', Date.UTC(2026, 10, 20, 12))
    }
    expect(frames).toEqual([])
  })
})

describe('who a call counts for', () => {
  it.each([
    ['the person whom the session belongs to', 'anna', 'an address', 'anna'],
    ['else who asks', undefined, 'an address', 'an address'],
    ['else who sits at the widget', undefined, null, 'whoever sits there'],
  ])('%s', async (_, person, asks, expected) => {
    const { meter, session, holds } = meterFor({}, person)
    await meter.reserve(session, 'call_0', 'call', asks)
    await meter.reserve(session, 'ses_0', 'text')
    expect(holds.map(({ visitor, starts }) => ({ visitor, starts }))).toEqual([
      { visitor: expected, starts: ['call'] },
      { visitor: person ?? 'whoever sits there', starts: [] },
    ])
  })
})

describe('a text line after a crash', () => {
  it('is charged for what the one before had set aside: nobody knows what it has spent of that', async () => {
    const { meter, session, holds, restarted, books } = meterFor({})
    await meter.reserve(session, 'ses_0', 'text')
    const aside = books().leases.ses_0?.held ?? 0
    expect(aside).toBeGreaterThan(0)
    expect(books().daySpent).toBe(0)

    const next = restarted()
    await next.reserve(session, 'ses_0', 'text')
    expect(books().daySpent).toBe(aside)
    next.close('ses_0')
    await Promise.resolve()
    await next.reserve(session, 'ses_0', 'text') // not again: this one knows
    expect(books().daySpent).toBe(aside)
    expect(holds.map(({ spent }) => spent)).toEqual([null, null, 0])
  })
})

describe('a text line right after the one before', () => {
  it('keeps what it set aside, however late that one is given back', async () => {
    const { meter, session, books, slow } = meterFor({})
    await meter.reserve(session, 'ses_0', 'text')
    const gate = Promise.withResolvers<void>()
    slow.release = gate.promise
    meter.close('ses_0')
    const next = meter.reserve(session, 'ses_0', 'text')
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    gate.resolve()
    expect(await next).toEqual({ ok: true })
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    expect(books().leases.ses_0?.held).toBeGreaterThan(0)
  })
})
