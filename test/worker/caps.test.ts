import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import { LEASE_MS } from '../../worker/ledger/budget.ts'
import { capsOf } from '../../worker/ledger/desk.ts'
import { microUsd } from '../../worker/ledger/money.ts'
import { brokerWith, held } from './agents.ts'
import { answers, ask, BROKERED, connect, fault, isUp, journal, type Widget } from './support.ts'

const type = (text: string) => ({ type: 'text', id: newId('txt_'), text }) as const
const ended = (frame: ServerFrame) => frame.type === 'notice' && frame.code === 'call_ended'
const last = async () => (await journal()).at(-1)?.n ?? 0
const opened = async (from: number) =>
  (await journal(from)).filter((entry) => entry.kind === 'request' && entry.path === '/v1/realtime/calls')

/** Assistant turns that are finished; an interrupted one is told of more than once. */
const turns = (frames: ServerFrame[]) =>
  new Set(
    frames.flatMap((frame) =>
      frame.type === 'update' && frame.item.role === 'assistant' && frame.item.status !== 'in_progress'
        ? [frame.item.id]
        : [],
    ),
  ).size

async function say(widget: Widget, text: string): Promise<void> {
  const before = turns(widget.frames)
  widget.send(type(text))
  await widget.until((frames) => turns(frames) > before, `an answer to ${text}`)
}

async function spentOf(stub: DurableObjectStub): Promise<number> {
  return runInDurableObject(stub, (_, state) =>
    Number(state.storage.sql.exec('SELECT micro_usd FROM spent').one().micro_usd),
  )
}

async function providerRef(stub: DurableObjectStub): Promise<string> {
  return runInDurableObject(stub, (_, state) => {
    const rows = state.storage.sql.exec("SELECT data FROM calls WHERE state = 'live'").toArray()
    return String(JSON.parse(String(rows[0]?.data)).ref)
  })
}

// The agent's files are loaded, and the simulator answered once, before anything is counted.
beforeAll(async () => {
  await last()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the budget of a day', () => {
  it('lets only so many of 50 parallel starts through as it can pay for, and the rest reach no provider', async () => {
    const broker = brokerWith({ dayUsd: 1, concurrentCalls: 100 })
    const from = await last()
    const answers = await Promise.all(Array.from({ length: 50 }, () => broker.start()))
    const started = answers.filter((response) => response.status === 201)
    const refusals = answers.filter((response) => response.status !== 201)
    expect(started.length).toBeGreaterThan(0)
    expect(await Promise.all(refusals.map((response) => response.json()))).toEqual(
      refusals.map(() => expect.objectContaining({ status: 402, code: 'budget_exhausted' })),
    )
    expect(await opened(from)).toHaveLength(started.length)
    const books = await broker.books()
    expect(books.daySpent + held(books)).toBeLessThanOrEqual(microUsd(1))
    expect(Object.keys(books.leases)).toHaveLength(started.length)
  })

  it('is never exceeded by calls that go on talking, with usage told twice', async () => {
    const broker = brokerWith({ dayUsd: 0.1 })
    const { call, widget, stub } = await broker.live()
    const ref = await providerRef(stub)
    await fault({ kind: 'repeat_event', type: 'response.done', call: ref, count: 100, channel: 'sideband' })
    for (let turn = 0; turn < 60 && !widget.frames.some(ended); turn++) {
      widget.send(type(`turn ${turn} of a conversation that goes on and on`))
      await widget.until((frames) => answers(frames).length > turn || frames.some(ended), `turn ${turn}`)
      const books = await broker.books()
      expect(books.daySpent + held(books)).toBeLessThanOrEqual(microUsd(0.1))
    }
    expect(await widget.next(ended, 'the end')).toMatchObject({ call, reason: 'day_cap' })
    expect(widget.frames).toContainEqual(expect.objectContaining({ code: 'limit_near', cap: 'day_cap' }))
    await vi.waitUntil(async () => !Object.hasOwn((await broker.books()).leases, call), { timeout: 5000 })
  })

  it('holds for many calls that all talk at once, with usage lost here and told twice there', async () => {
    const broker = brokerWith({ dayUsd: 0.5 })
    const from = await last()
    const started = (await Promise.all(Array.from({ length: 12 }, () => broker.start()))).filter(
      ({ status }) => status === 201,
    )
    const calls = await Promise.all(
      started.map(async (response, n) => {
        const { session, token, call } = (await response.json()) as Record<'session' | 'token' | 'call', string>
        const widget = await connect(session, token)
        await widget.next(isUp, 'ready')
        const kind = n % 2 === 0 ? 'lose_event' : 'repeat_event'
        const ref = await providerRef(env.SESSIONS.getByName(session))
        await fault({ kind, type: 'response.done', call: ref, count: 100, channel: 'sideband' })
        return { session, token, call, widget, ref, silent: kind === 'lose_event' }
      }),
    )
    expect(calls.length).toBeGreaterThan(2)
    await Promise.all(
      calls.map(async ({ widget, silent }) => {
        for (let turn = 0; turn < (silent ? 1 : 4) && !widget.frames.some(ended); turn++) {
          widget.send(type(`everybody talks, turn ${turn}`))
          await widget.until((frames) => answers(frames).length > turn || frames.some(ended), `turn ${turn}`)
        }
      }),
    )
    const talking = await broker.books()
    expect(talking.daySpent + held(talking)).toBeLessThanOrEqual(microUsd(0.5))
    for (const { session, token, call } of calls) {
      await ask(`/v1/sessions/${session}/calls/${call}/end`, { method: 'POST', token })
    }
    const ids = calls.map(({ call }) => call)
    const open = async () => Object.keys((await broker.books()).leases).filter((id) => ids.includes(id))
    await vi.waitUntil(async () => (await open()).length === 0, { timeout: 5000 })
    const { daySpent } = await broker.books()
    const told = await billed(from, new Set(calls.map(({ ref }) => ref)))
    expect(daySpent).toBeLessThanOrEqual(microUsd(0.5))
    // Every call that was silent has been estimated, so more is counted than was told.
    expect(daySpent).toBeGreaterThan(told)
  })

  it('is given back when the provider does not create the call', async () => {
    const broker = brokerWith({})
    await fault({ kind: 'fail_next', count: 1, status: 500, route: 'calls' })
    expect((await broker.start()).status).toBe(503)
    await vi.waitUntil(async () => Object.keys((await broker.books()).leases).length === 0, { timeout: 5000 })
    expect((await broker.books()).daySpent).toBe(0)
  })
})

describe('calls at the same time', () => {
  it('are counted, and the refusal says when to come back', async () => {
    const broker = brokerWith({ concurrentCalls: 2 })
    const responses = await Promise.all(Array.from({ length: 5 }, () => broker.start()))
    expect(responses.filter((response) => response.status === 201)).toHaveLength(2)
    const refused = responses.find((response) => response.status !== 201)
    expect(refused?.status).toBe(429)
    expect(refused?.headers.get('Retry-After')).toBe('30')
  })

  it('let a session replace its own call, and take another when one has ended', async () => {
    const broker = brokerWith({ concurrentCalls: 1 })
    const { session, token, call, widget } = await broker.live()
    const again = await ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: BROKERED })
    expect(again.status).toBe(201)
    expect(await widget.next(ended, 'the older call ends')).toMatchObject({ call, reason: 'superseded' })
    const next = (await again.json()) as { call: string; token: string }
    expect((await broker.start()).status).toBe(429)
    await ask(`/v1/sessions/${session}/calls/${next.call}/end`, { method: 'POST', token: next.token })
    await vi.waitUntil(async () => Object.keys((await broker.books()).leases).length === 0, { timeout: 5000 })
    expect((await broker.start()).status).toBe(201)
  })

  it('do not leak when a session never comes back', async () => {
    const broker = brokerWith({ concurrentCalls: 1 })
    const call = newId('call_')
    const ledger = env.LEDGERS.getByName(broker.id)
    const lost = { id: call, session: 'ses_lost', kind: 'call', visitor: 'ses_lost', starts: [] } as const
    await ledger.hold({ ...lost, spent: 0, need: 1000, wish: 1000, caps: capsOf(broker.agent) })
    expect((await broker.start()).status).toBe(429)
    vi.setSystemTime(Date.now() + LEASE_MS)
    await runDurableObjectAlarm(ledger)
    expect(await broker.books()).toMatchObject({ daySpent: 1000, leases: {} })
    expect((await broker.start()).status).toBe(201)
  })
})

describe('the budget of a call', () => {
  it('counts a usage that is told twice once', async () => {
    const broker = brokerWith({})
    const { widget, stub, session, token, call } = await broker.live()
    const ref = await providerRef(stub)
    await fault({ kind: 'repeat_event', type: 'response.done', call: ref, count: 100, channel: 'sideband' })
    const from = await last()
    for (const words of ['one', 'two', 'three']) {
      await say(widget, words)
      await scheduler.wait(200) // the usage comes after the words
    }
    await ask(`/v1/sessions/${session}/calls/${call}/end`, { method: 'POST', token })
    const spent = await spentOf(stub)
    expect(spent).toBeGreaterThan(0)
    expect(spent).toBe(await billed(from, new Set([ref])))
    await vi.waitUntil(async () => !Object.hasOwn((await broker.books()).leases, call), { timeout: 5000 })
    expect((await broker.books()).daySpent).toBe(spent)
  })

  it('ends it when the next answer might not fit any more', async () => {
    const broker = brokerWith({ callUsd: 0.1 })
    const { widget, stub, call } = await broker.live()
    for (let turn = 0; turn < 60 && !widget.frames.some(ended); turn++) {
      widget.send(type(`turn ${turn}, tell me more about it`))
      await widget.until((frames) => answers(frames).length > turn || frames.some(ended), `turn ${turn}`)
    }
    expect(await widget.next(ended, 'the end')).toMatchObject({ call, reason: 'cost_cap' })
    expect(widget.frames).toContainEqual(expect.objectContaining({ code: 'limit_near', cap: 'cost_cap', call }))
    const spent = await spentOf(stub)
    expect(spent).toBeGreaterThan(0)
    expect(spent).toBeLessThanOrEqual(microUsd(0.1))
  })

  it('of the session holds over several calls: the next one is refused', async () => {
    const broker = brokerWith({ sessionUsd: 0.1 })
    const { session, token, widget } = await broker.live()
    for (let turn = 0; turn < 60 && !widget.frames.some(ended); turn++) {
      widget.send(type(`turn ${turn}, tell me more about it`))
      await widget.until((frames) => answers(frames).length > turn || frames.some(ended), `turn ${turn}`)
    }
    expect(await widget.next(ended, 'the end')).toMatchObject({ reason: 'cost_cap' })
    const next = await ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: BROKERED })
    expect(next.status).toBe(402)
    expect(await next.json()).toMatchObject({ code: 'budget_exhausted' })
  })
})

describe('the time of a call', () => {
  it('ends it even when the provider has fallen silent, and what it never told is estimated', async () => {
    const broker = brokerWith({ callSeconds: 60 })
    const { session, token, widget, stub } = await broker.live()
    await fault({ kind: 'lose_event', type: 'response.done', call: await providerRef(stub), count: 100 })
    await say(widget, 'hello there')
    // The widget is there all the time: a fresh socket is a sign of life at the new time.
    const later = async (ms: number) => {
      vi.setSystemTime(Date.now() + ms)
      const again = await connect(session, token)
      await runDurableObjectAlarm(stub)
      return again
    }
    await later(50_000)
    expect(await widget.next((frame) => frame.type === 'notice', 'a warning')).toMatchObject({
      code: 'limit_near',
      cap: 'time_cap',
      seconds: expect.toSatisfy((seconds: number) => seconds > 0 && seconds <= 10),
    })
    await later(11_000) // plays out …
    await later(11_000) // … and not for ever
    expect(await widget.next(ended, 'the end')).toMatchObject({ reason: 'time_cap' })
    await vi.waitUntil(async () => (await broker.books()).daySpent > 0, { timeout: 5000 })
  })
})

describe('text typed right before the time of a call is over', () => {
  it('is answered in writing: there is still money for that', async () => {
    const broker = brokerWith({ callSeconds: 60 })
    const { session, token, widget, stub } = await broker.live()
    // What is being said goes on while the time runs out.
    await fault({ kind: 'lose_event', type: 'response.done', call: await providerRef(stub), count: 100 })
    await say(widget, 'hello there')
    vi.setSystemTime(Date.now() + 61_000)
    const again = await connect(session, token)
    await runDurableObjectAlarm(stub)
    again.send(type('the violet umbrella'))
    expect(await again.next(ended, 'the end')).toMatchObject({ reason: 'time_cap' })
    const isWritten = (frame: ServerFrame) =>
      frame.type === 'update' &&
      frame.item.role === 'assistant' &&
      frame.item.via === 'text' &&
      frame.item.text.includes('the violet umbrella')
    await again.until((frames) => frames.some(isWritten), 'the answer')
  })
})

describe('typed text', () => {
  it('is metered like speech, and not answered when there is no money for it', async () => {
    const broker = brokerWith({ sessionUsd: 0.1 })
    const { widget } = await broker.textSession()
    let turns = 0
    const over = (frames: ServerFrame[]) =>
      frames.some((frame) => frame.type === 'notice' && frame.code === 'limit_reached')
    for (; turns < 60 && !over(widget.frames); turns++) {
      widget.send(type(`a ${'long '.repeat(300)} message, number ${turns}`))
      await widget.until((frames) => answers(frames).length > turns || over(frames), `turn ${turns}`)
    }
    expect(turns).toBeGreaterThan(1)
    const notice = await widget.next((frame) => over([frame]), 'a notice')
    expect(notice).toMatchObject({ cap: 'cost_cap', call: null })
    await vi.waitUntil(async () => Object.keys((await broker.books()).leases).length === 0, { timeout: 5000 })
    const { daySpent } = await broker.books()
    expect(daySpent).toBeGreaterThan(0)
    expect(daySpent).toBeLessThanOrEqual(microUsd(0.1))
    const answered = answers(widget.frames).length
    const late = type('and now?')
    widget.send(late)
    await widget.next((frame) => frame.type === 'ack' && frame.id === late.id, 'stored all the same')
    await widget.until((frames) => frames.filter((frame) => over([frame])).length > 1, 'a second notice')
    expect(answers(widget.frames)).toHaveLength(answered)
  })
})

describe('a session that crashed', () => {
  it('goes on with its lease, and what it did not know any more counts as spent', async () => {
    const broker = brokerWith({})
    const { session, token, widget } = await broker.live()
    await say(widget, 'before the crash')
    const before = await broker.books()
    await abortAllDurableObjects()
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    const again = await connect(session, token)
    await say(again, 'after the crash')
    await vi.waitUntil(async () => (await broker.books()).daySpent > 0, { timeout: 5000 })
    const after = await broker.books()
    expect(Object.keys(after.leases)).toEqual(Object.keys(before.leases))
    expect(after.daySpent).toBeGreaterThanOrEqual(before.daySpent + held(before))
  })
})

/** What the simulator has told of the calls' answers, each once. */
async function billed(from: number, refs: ReadonlySet<string>): Promise<number> {
  const costs = new Map<string, number>()
  for (const entry of await journal(from)) {
    const event = entry.event as { type?: string; response?: { id: string; usage: Record<string, unknown> | null } }
    if (event?.type !== 'response.done' || !event.response?.usage || !refs.has(String(entry.call))) continue
    costs.set(event.response.id, priceOf(event.response.usage))
  }
  return [...costs.values()].reduce((sum, cost) => sum + cost, 0)
}

/** gpt-realtime-2.1, by hand: what the meter says is held against this. */
function priceOf(usage: Record<string, unknown>): number {
  const input = usage.input_token_details as Record<string, number> & { cached_tokens_details: Record<string, number> }
  const output = usage.output_token_details as Record<string, number>
  const cached = input.cached_tokens_details
  const part = (name: string, full: number, less: number) =>
    ((input[name] ?? 0) - (cached[name] ?? 0)) * full + (cached[name] ?? 0) * less
  const exact =
    part('text_tokens', 4, 0.4) +
    part('audio_tokens', 32, 0.4) +
    (output.text_tokens ?? 0) * 24 +
    (output.audio_tokens ?? 0) * 64
  return Math.ceil(Math.round(exact * 1000) / 1000)
}
