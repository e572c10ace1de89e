/** What one visitor may have: the money of a day, and starts in an hour. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ERRORS } from '../../protocol/errors.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import { microUsd } from '../../worker/ledger/money.ts'
import { claims, SHARED, signShared } from './admission/guarded.ts'
import { brokerWith, held } from './agents.ts'
import { items } from './inside.ts'
import { answers, BROKERED, fault, isReady, journal, type Widget } from './support.ts'

const type = (text: string) => ({ type: 'text', id: newId('txt_'), text }) as const
const ended = (frame: ServerFrame) => frame.type === 'notice' && frame.code === 'call_ended'
const isSettled = (frame: ServerFrame) => frame.type === 'ack' || frame.type === 'error'
const last = async () => (await journal()).at(-1)?.n ?? 0
/** Calls and secrets asked of the provider since. */
const asked = async (from: number) =>
  (await journal(from)).filter(
    ({ kind, path }) => kind === 'request' && /^\/v1\/realtime\/(calls|client_secrets)$/.test(String(path)),
  )
const from = (address: string) => ({ 'CF-Connecting-IP': address })
const ANNA = from('203.0.113.9')
const BEN = from('198.51.100.7')

beforeAll(async () => {
  await last()
})
afterEach(() => {
  vi.useRealTimers()
})

async function talkUntil(widget: Widget, isOver: (frames: ServerFrame[]) => boolean): Promise<void> {
  for (let turn = 0; turn < 60 && !isOver(widget.frames); turn++) {
    widget.send(type(`turn ${turn} of a conversation that goes on and on`))
    await widget.until((frames) => answers(frames).length > turn || isOver(frames), `turn ${turn}`)
  }
}

describe('the day of one visitor', () => {
  it('holds for 50 parallel starts of one visitor, and leaves room for others', async () => {
    const broker = brokerWith({ visitorDayUsd: 0.5, dayUsd: 20, concurrentCalls: 100 })
    const before = await last()
    const responses = await Promise.all(Array.from({ length: 50 }, () => broker.start(ANNA)))
    const started = responses.filter(({ status }) => status === 201)
    const refusals = await Promise.all(responses.filter(({ status }) => status !== 201).map((one) => one.json()))
    expect(started.length).toBeGreaterThan(0)
    expect(started.length).toBeLessThan(50)
    expect(refusals).toEqual(
      refusals.map(() => expect.objectContaining({ status: 402, code: 'visitor_budget_exhausted' })),
    )
    expect(await asked(before)).toHaveLength(started.length)
    const books = await broker.books()
    expect(books.daySpent + held(books)).toBeLessThanOrEqual(microUsd(0.5))
    expect((await broker.start(BEN)).status).toBe(201)
  })

  it('and the day of all hold together for parallel starts of many', async () => {
    const broker = brokerWith({ visitorDayUsd: 0.2, dayUsd: 1, concurrentCalls: 100 })
    const before = await last()
    const many = Array.from({ length: 10 }, (_, n) => from(`203.0.${n}.5`))
    const responses = await Promise.all(
      many.flatMap((visitor) => Array.from({ length: 5 }, () => broker.start(visitor))),
    )
    const started = responses.filter(({ status }) => status === 201)
    expect(await asked(before)).toHaveLength(started.length)
    const books = await broker.books()
    expect(books.daySpent + held(books)).toBeLessThanOrEqual(microUsd(1))
    const leases = Object.values(books.leases)
    expect(leases).toHaveLength(started.length)
    expect(new Set(leases.map(({ visitor }) => visitor)).size).toBeGreaterThan(1)
    for (const { visitor } of leases) {
      const theirs = leases.filter((lease) => lease.visitor === visitor).reduce((sum, lease) => sum + lease.held, 0)
      expect(theirs).toBeLessThanOrEqual(microUsd(0.2))
    }
  })

  it('ends a call that talks on, tells the visitor so, and refuses the next, from a new session, too', async () => {
    const broker = brokerWith({ visitorDayUsd: 0.1, dayUsd: 5 })
    const { call, widget, session, token } = await broker.live(ANNA)
    await talkUntil(widget, (frames) => frames.some(ended))
    expect(await widget.next(ended, 'the end')).toMatchObject({ call, reason: 'visitor_cap' })
    expect(widget.frames).toContainEqual(expect.objectContaining({ code: 'limit_near', cap: 'visitor_cap' }))
    await vi.waitUntil(async () => Object.keys((await broker.books()).leases).length === 0, { timeout: 5000 })
    expect((await broker.books()).daySpent).toBeLessThanOrEqual(microUsd(0.1))
    const again = await broker.ask(`/v1/sessions/${session}/calls`, {
      method: 'POST',
      token,
      body: BROKERED,
      headers: ANNA,
    })
    expect(again.status).toBe(402)
    expect(await again.json()).toMatchObject({
      code: 'visitor_budget_exhausted',
      title: ERRORS.visitor_budget_exhausted.title,
    })
    expect(again.headers.get('Retry-After')).toBeNull()
    expect((await broker.start(ANNA)).status).toBe(402)
    expect((await broker.start(BEN)).status).toBe(201)
  })

  it('counts typed text of the visitor at the widget', async () => {
    const broker = brokerWith({ visitorDayUsd: 0.1, dayUsd: 5 })
    const isOver = (frame: ServerFrame) => frame.type === 'notice' && frame.code === 'limit_reached'
    const { widget } = await broker.textSession(ANNA)
    await talkUntil(widget, (frames) => frames.some(isOver))
    expect(await widget.next(isOver, 'a notice')).toMatchObject({ cap: 'visitor_cap', call: null })
    expect(answers(widget.frames).length).toBeGreaterThan(0)
    expect((await broker.books()).daySpent).toBeLessThanOrEqual(microUsd(0.1))
    const ben = await broker.textSession(BEN)
    ben.widget.send(type('hello'))
    await ben.widget.until((frames) => answers(frames).length > 0, 'an answer')
  })

  it('is over at midnight, and so is every trace of the visitor', async () => {
    const broker = brokerWith({ visitorDayUsd: 0.1, dayUsd: 5 })
    const ledger = env.LEDGERS.getByName(broker.id)
    const { widget, stub } = await broker.live(ANNA)
    await talkUntil(widget, (frames) => frames.some(ended))
    // What was typed last may still be answered in writing, which needs less.
    await stub.discard()
    await vi.waitUntil(async () => Object.keys((await broker.books()).leases).length === 0, { timeout: 5000 })
    expect((await broker.start(ANNA)).status).toBe(402)
    const dump = () =>
      runInDurableObject(ledger, (_, { storage: { sql } }) =>
        ['days', 'today', 'leases', 'visitors'].map((table) => sql.exec(`SELECT * FROM ${table}`).toArray()),
      )
    const [, , , visitors] = await dump()
    expect(visitors).toHaveLength(1)
    expect(String(visitors?.[0]?.visitor)).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(await dump())).not.toContain('203.0.113')
    await runDurableObjectAlarm(ledger) // for the lease, which is over already
    const next = await runInDurableObject(ledger, (_, { storage }) => storage.getAlarm())
    expect(next).toBe(new Date().setUTCHours(24, 0, 0, 0))
    vi.setSystemTime(Number(next))
    await runDurableObjectAlarm(ledger)
    expect((await dump())[3]).toEqual([])
    expect((await broker.start(ANNA)).status).toBe(201)
  })

  it('is that of the person where one is signed: wherever they are, and whoever else is there', async () => {
    const identity = { keys: 'secret', secretName: 'IDENTITY_TEST' } as const
    const broker = brokerWith({ visitorDayUsd: 0.1, dayUsd: 5 }, { identity }, { IDENTITY_TEST: SHARED })
    const as = async (sub: string, where: Record<string, string>) =>
      broker.start({ ...where, 'Parley-Identity': await signShared(claims(broker.id, { sub })) })
    expect((await as('anna', ANNA)).status).toBe(201)
    const elsewhere = await as('anna', BEN)
    expect(elsewhere.status).toBe(402)
    expect(await elsewhere.json()).toMatchObject({ code: 'visitor_budget_exhausted' })
    expect((await as('zoe', ANNA)).status).toBe(201)
    // A stranger at the same place is neither of them.
    expect((await broker.start(ANNA)).status).toBe(201)
    expect((await broker.start(ANNA)).status).toBe(402)
  })

  it('may be switched off', async () => {
    const broker = brokerWith({ visitorDayUsd: null, dayUsd: 1, concurrentCalls: 100 })
    const responses = await Promise.all(Array.from({ length: 20 }, () => broker.start(ANNA)))
    const codes = await Promise.all(
      responses.map(async (one) => (one.status === 201 ? '' : (await one.json<{ code: string }>()).code)),
    )
    expect(new Set(codes)).toEqual(new Set(['', 'budget_exhausted']))
  })
})

describe('starts in an hour', () => {
  it('a loop of calls is slowed down, and told how long; the provider hears nothing of it', async () => {
    const broker = brokerWith({ visitorCallsPerHour: 6 })
    const { session, token } = await broker.textSession(ANNA)
    const before = await last()
    const again = () =>
      broker.ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: BROKERED, headers: ANNA })
    const statuses: number[] = []
    let refused: Response | undefined
    for (let n = 0; n < 8; n++) {
      const response = await again()
      statuses.push(response.status)
      if (response.status !== 201) refused = response
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 201, 429, 429])
    expect(await refused?.json()).toMatchObject({ code: 'rate_limited' })
    expect(await asked(before)).toHaveLength(6)
    const wait = Number(refused?.headers.get('Retry-After'))
    expect(wait).toBeGreaterThan(590) // 60 min ÷ 6, less the time that the calls have taken
    expect(wait).toBeLessThanOrEqual(600)
    vi.setSystemTime(Date.now() + wait * 1000)
    expect((await again()).status).toBe(201)
  })

  it('a session for each call does not help', async () => {
    const broker = brokerWith({ visitorCallsPerHour: 3 })
    const statuses: number[] = []
    for (let n = 0; n < 5; n++) statuses.push((await broker.start(ANNA)).status)
    expect(statuses).toEqual([201, 201, 201, 429, 429])
    expect((await broker.start(BEN)).status).toBe(201)
  })

  it('sessions in writing are counted as well', async () => {
    const broker = brokerWith({ visitorSessionsPerHour: 2 })
    const responses = await Promise.all(Array.from({ length: 4 }, () => broker.start(ANNA, null)))
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429])
    const refused = responses.find(({ status }) => status === 429)
    expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThan(1790)
  })

  it('all visitors together have an allowance of their own', async () => {
    const broker = brokerWith({ sessionsPerHour: 2 })
    expect((await broker.start(ANNA)).status).toBe(201)
    expect((await broker.start(BEN)).status).toBe(201)
    const third = await broker.start(from('192.0.2.1'))
    expect(third.status).toBe(429)
    expect(await third.json()).toMatchObject({ code: 'rate_limited' })
  })

  it('what the provider did not create was a start all the same', async () => {
    const broker = brokerWith({ visitorCallsPerHour: 2 })
    await fault({ kind: 'fail_next', count: 2, status: 500, route: 'calls' })
    expect((await broker.start(ANNA)).status).toBe(503)
    expect((await broker.start(ANNA)).status).toBe(503)
    expect((await broker.start(ANNA)).status).toBe(429)
  })
})

describe('the same start sent again', () => {
  it.each([
    ['with a call', BROKERED],
    ['without', null],
  ])('%s is no start of its own', async (_, call) => {
    const broker = brokerWith({ visitorSessionsPerHour: 2, concurrentCalls: 2 })
    const once = { ...ANNA, 'Idempotency-Key': newId('itm_') }
    for (let i = 0; i < 4; i++) expect((await broker.start(once, call)).status, `time ${i}`).toBe(201)
    expect((await broker.start(ANNA, call)).status).toBe(201)
    expect((await broker.start(ANNA, call)).status).toBe(429)
    expect(Object.keys((await broker.books()).leases)).toHaveLength(call ? 2 : 0)
  })
})

describe('the items of a session', () => {
  it('grow no more when texts are typed on and on, and a repeat is still acknowledged', async () => {
    const broker = brokerWith({ sessionItems: 3 })
    const { session, widget } = await broker.textSession()
    // Fewer than a flood, which is another matter.
    const typed = Array.from({ length: 28 }, (_, i) => type(`text ${i}`))
    for (const [i, text] of typed.entries()) {
      widget.send(text)
      await widget.until((frames) => frames.filter(isSettled).length > i, `text ${i} to be settled`)
    }
    const refused = widget.frames.flatMap((frame) => (frame.type === 'error' ? [frame] : []))
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.every(({ code }) => code === 'budget_exhausted')).toBe(true)
    expect(refused.map(({ id }) => id)).toEqual(typed.slice(-refused.length).map(({ id }) => id))
    // Where it is reached, what is being said is finished.
    expect((await items(session)).length).toBeLessThanOrEqual(23 + 2)
    const acks = widget.frames.filter((frame) => frame.type === 'ack').length
    if (typed[0]) widget.send(typed[0])
    await widget.until((frames) => frames.filter((frame) => frame.type === 'ack').length === acks + 1, 'the repeat')
  })

  it('end the call when they are as many as there may be, and no other begins', async () => {
    const broker = brokerWith({ sessionItems: 6 })
    const { call, widget, session, token } = await broker.live()
    await widget.next(isReady, 'ready')
    await talkUntil(widget, (frames) => frames.some(ended))
    expect(await widget.next(ended, 'the end')).toMatchObject({ call, reason: 'cost_cap' })
    const items = new Set(widget.frames.flatMap((frame) => (frame.type === 'update' ? [frame.item.id] : [])))
    // Where it is reached, what is being said is finished.
    expect(items.size).toBeGreaterThanOrEqual(6)
    expect(items.size).toBeLessThanOrEqual(8)
    const next = await broker.ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: BROKERED })
    expect(next.status).toBe(402)
    expect(await next.json()).toMatchObject({ code: 'budget_exhausted' })
  })
})
