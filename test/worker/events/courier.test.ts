/** The courier by a clock and a die of the test's own: how often, how long, and what it costs in rows. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import type { EventsConfig, EventType } from '../../../protocol/events.ts'
import { newId } from '../../../protocol/ids.ts'
import { Courier } from '../../../worker/events/courier.ts'
import { Outbox } from '../../../worker/events/outbox.ts'
import { createLog } from '../../../worker/log.ts'
import { HandClock } from '../relay/hand-clock.ts'
import { testVault } from '../support.ts'
import { receiver } from './receiver.ts'

const HOUR_MS = 3_600_000

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'log').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

interface Lab {
  outbox: Outbox
  courier: Courier
  clock: HandClock
  put(type: EventType, data?: object): void
  /** Rows written so far. */
  rows(): number
}

/** An outbox in an object of its own. */
function inLab(config: EventsConfig | undefined, run: (lab: Lab) => Promise<void>, random = 0.5): Promise<void> {
  return runInDurableObject(env.SESSIONS.getByName(newId('ses_')), async (_, { storage: { sql } }) => {
    const clock = new HandClock()
    let rows = 0
    const counting = {
      exec: ((query: string, ...bindings: unknown[]) => {
        const cursor = sql.exec(query, ...bindings)
        rows += cursor.rowsWritten
        return cursor
      }) as typeof sql.exec,
    }
    const outbox = new Outbox(counting, testVault(sql))
    const courier = new Courier({
      ...{ outbox, clock, env: { ...env }, random: () => random, log: createLog() },
      config: () => config,
      onWaiting: () => {},
      onGivenUp: () => {},
    })
    const put = (type: EventType, data = {}) => {
      outbox.put({ type, session: newId('ses_'), agent: 'lab', at: clock.now(), data }, type === 'hand_over')
    }
    await run({ outbox, courier, clock, put, rows: () => rows })
  })
}

/** Rings whenever something is due, until nothing waits. Answers when (ms since the first event). */
async function untilQuiet({ courier, clock, outbox }: Lab, began: number): Promise<number[]> {
  const tries: number[] = []
  for (;;) {
    const due = courier.dueAt()
    if (due === null || tries.length > 50) return tries
    clock.pass(Math.max(0, due - clock.now()))
    tries.push(clock.now() - began)
    await courier.deliver()
    expect(outbox.head() === null).toBe(courier.dueAt() === null)
  }
}

const refused = (url: string): EventsConfig => ({ url, secret: 'EVENTS_TEST' })

describe('the courier', () => {
  it.each([0, 0.5, 1])('tries for two days and gives up then (die: %d)', async (random) => {
    const { events, requests } = receiver('broken')
    await inLab(
      events,
      async (lab) => {
        const began = lab.clock.now()
        lab.put('session.started', { origin: 'x', identified: false })
        const tries = await untilQuiet(lab, began)
        expect(tries).toHaveLength(10)
        expect(await requests()).toHaveLength(10)
        expect(tries[0]).toBe(1000)
        expect(tries[1]).toBe(1000 + 5000 * (0.9 + 0.2 * random))
        expect((tries.at(-1) ?? 0) / HOUR_MS).toBeGreaterThan(43)
        expect((tries.at(-1) ?? 0) / HOUR_MS).toBeLessThan(53)
        expect(lab.outbox.dead()).toMatchObject([{ type: 'session.started', cause: 'status_500' }])
      },
      random,
    )
  })

  it('gives up all that has waited as long with one try, and tries soon for what is new', async () => {
    const { events } = receiver('broken')
    await inLab(events, async (lab) => {
      const began = lab.clock.now()
      for (let n = 0; n < 20; n++) lab.put('tool.failed')
      expect(await untilQuiet(lab, began)).toHaveLength(10)
      expect(lab.outbox.dead()).toHaveLength(20)
      lab.put('tool.failed')
      lab.courier.hurry(lab.clock.now())
      expect((lab.courier.dueAt() ?? 0) - lab.clock.now()).toBe(60_000)
    })
  })

  it('gives a receiver that hangs five seconds, and one that is not there none', async () => {
    const { events, requests } = receiver('silent')
    await inLab(events, async ({ put, courier, clock, outbox }) => {
      put('session.started')
      clock.pass(1000)
      const delivering = courier.deliver()
      await vi.waitUntil(async () => (await requests()).length === 1)
      clock.pass(4_999)
      expect(outbox.trouble()).toBeNull()
      clock.pass(1)
      await delivering
      expect(outbox.trouble()).toMatchObject({ failures: 1, nextAt: clock.now() + 5000 })
      expect(clock.waiting).toBe(0)
    })
    await inLab(refused('http://localhost:9/x'), async ({ put, courier, clock, outbox }) => {
      put('session.started')
      clock.pass(1000)
      await courier.deliver()
      expect(outbox.trouble()).toMatchObject({ failures: 1 })
    })
  })

  it.each([
    ['an address that is refused', refused('http://127.0.0.1:1/x'), 'WebhookTargetRefused'],
    ['a local server that the deployment does not name', refused('http://localhost:9/x'), 'WebhookTargetRefused'],
    ['a secret that is not set', { url: 'RECEIVER', secret: 'EVENTS_NOBODY' }, 'WebhookSecretMissing'],
  ])('does not ask %s', async (_, config, cause) => {
    const url = config.url.replace('RECEIVER', `${inject('receiver')}/ok/${newId('itm_')}`)
    const sent = vi.spyOn(globalThis, 'fetch')
    await inLab({ ...config, url }, async (lab) => {
      lab.put('session.started')
      await untilQuiet(lab, lab.clock.now())
      expect(lab.outbox.dead()).toMatchObject([{ cause }])
    })
    expect(sent).not.toHaveBeenCalled()
  })

  it('forgets what waits for a receiver that the agent has no more', async () => {
    await inLab(undefined, async ({ put, courier, clock, outbox }) => {
      put('session.started')
      clock.pass(1000)
      await courier.deliver()
      expect(outbox.head()).toBeNull()
      expect(outbox.dead()).toEqual([])
    })
  })

  it('writes two rows for an event that is taken, and little for one that is not', async () => {
    const well = receiver('empty')
    await inLab(well.events, async (lab) => {
      lab.put('session.started') // and the table
      await untilQuiet(lab, lab.clock.now())
      const before = lab.rows()
      for (let n = 0; n < 10; n++) lab.put('tool.failed')
      await untilQuiet(lab, lab.clock.now())
      expect(lab.rows() - before).toBe(20)
    })
    await inLab(receiver('broken').events, async (lab) => {
      lab.put('session.started')
      await untilQuiet(lab, lab.clock.now())
      expect(lab.rows()).toBeLessThanOrEqual(20)
    })
  })

  it('keeps the words of a hand-over sealed', async () => {
    const well = receiver('ok')
    await inLab(well.events, async ({ put, courier, clock, outbox }) => {
      const data = { call: null, summary: 'tamarind', reply_url: null, reply_expires_at: 1 }
      put('hand_over', data)
      expect(JSON.stringify(outbox.head())).not.toContain('tamarind')
      clock.pass(1000)
      await courier.deliver()
      const [request] = await well.requests()
      expect(JSON.parse(request?.body ?? '').data).toMatchObject(data)
    })
  })
})
