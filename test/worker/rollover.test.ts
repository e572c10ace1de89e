/** A live call goes over into a fresh one before the provider ends it: what both calls see, in the simulator's journal. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import tutor from '../../agents/tutor.ts'
import { type AgentInput, defineAgent } from '../../protocol/agent.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import { issueToken } from '../../worker/admission/token.ts'
import type { CallRow } from '../../worker/session/store.ts'
import { items, secondSocket } from './inside.ts'
import {
  answers,
  ask,
  BROKERED,
  connect,
  EPHEMERAL,
  fault,
  isReady,
  type JournalEntry,
  journal,
  ORIGIN,
  type Widget,
} from './support.ts'

const NEAR_END_MS = 56 * 60_000
const type = (text: string) => ({ type: 'text', id: newId('txt_'), text }) as const
const isRollover = (frame: ServerFrame) => frame.type === 'notice' && frame.code === 'rollover'
const isEndOf = (call: string) => (frame: ServerFrame) =>
  frame.type === 'notice' && frame.code === 'call_ended' && frame.call === call
const begun: string[] = []

afterEach(async () => {
  for (const id of begun.splice(0)) await env.SESSIONS.getByName(id).discard()
  vi.useRealTimers()
})

/** A live call with a history: what was written and answered before it. */
async function live(more: Partial<AgentInput> = {}) {
  const id = newId('ses_')
  begun.push(id)
  const agent = defineAgent({ ...tutor, handshake: 'brokered', limits: { callSeconds: 3600 }, idle: null, ...more })
  const stub = env.SESSIONS.getByName(id)
  // A ledger that nobody else uses.
  const agentId = `agent-${id.slice(4, 12).toLowerCase()}`
  await stub.create({ id, agentId, agent, origin: ORIGIN })
  const token = await issueToken('a secret that only tests know', ORIGIN, { session: id, generation: 1 })
  const before = await connect(id, token)
  before.send(type('I have two dogs'))
  await before.until((frames) => answers(frames).length === 1, 'an answer in writing')
  const created = await ask(`/v1/sessions/${id}/calls`, { method: 'POST', token, body: BROKERED })
  const { call, token: newer } = (await created.json()) as { call: string; token: string }
  const widget = await connect(id, newer)
  await widget.until(
    (frames) => frames.some((f) => isReady(f) || (f.type === 'welcome' && f.call?.ready === true)),
    'ready',
  )
  return { session: id, token: newer, call, widget, stub, from: (await journal()).at(-1)?.n ?? 0 }
}
type Live = Awaited<ReturnType<typeof live>>

/** Says it in the call that counts. Nobody hears the answer here, so that it plays until it is interrupted. */
async function say(widget: Widget, text: string): Promise<void> {
  const before = answers(widget.frames).length
  widget.send(type(text))
  await widget.until((frames) => answers(frames).length > before, `an answer to ${text}`)
}

async function interrupt(widget: Widget): Promise<void> {
  const from = widget.frames.length
  const isQuiet = (frame: ServerFrame) => frame.type === 'activity' && frame.state === 'listening'
  widget.send({ type: 'interrupt' })
  await widget.until((frames) => frames.slice(from).some(isQuiet), 'the end of the answer')
}

async function rows(session: string): Promise<CallRow[]> {
  return runInDurableObject(env.SESSIONS.getByName(session), (_, state) =>
    state.storage.sql
      .exec('SELECT data FROM calls ORDER BY generation')
      .toArray()
      .map((row) => JSON.parse(String(row.data)) as CallRow),
  )
}

const later = async ({ session, token, stub }: Live, ms: number) => {
  vi.setSystemTime(Date.now() + ms)
  const widget = await connect(session, token) // a sign of life at the new time
  await runDurableObjectAlarm(stub)
  return widget
}

/** Five minutes before the end; the widget that was asked to roll over. */
async function nearEnd(call: Live) {
  const widget = await later(call, NEAR_END_MS)
  expect(await widget.next(isRollover, 'the notice')).toMatchObject({ call: call.call })
  return { ...call, widget }
}

async function rollOver({ session, token, call }: Live, body: object = BROKERED) {
  const after = { call, because: 'rollover' }
  const response = await ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: { ...body, after } })
  return { status: response.status, ...((await response.json()) as { call: string; token: string; code?: string }) }
}

async function refOf(session: string, call: string): Promise<string> {
  return String((await rows(session)).find((row) => row.id === call)?.ref)
}

/** A fresh call is not known at once. */
async function hostileSocket(ref: string) {
  const open = () => secondSocket(ref).catch(() => null)
  return vi.waitUntil(open, { timeout: 5000, interval: 50 })
}

const state = (entry: JournalEntry, name: string) => entry.kind === 'call' && entry.state === name
const hangUps = (entries: JournalEntry[], ref: string) =>
  entries.filter((entry) => entry.kind === 'request' && String(entry.path).endsWith(`${ref}/hangup`))
/** What was put into a call, as texts in order, without what was taken out again. */
function told(entries: JournalEntry[], ref: string): string[] {
  return entries.flatMap((entry) => {
    const event = entry.event as { type?: string; item?: { content?: { text?: string }[] } } | undefined
    if (entry.call !== ref || entry.direction !== 'in' || event?.type !== 'conversation.item.create') return []
    return [event.item?.content?.[0]?.text ?? '']
  })
}

/** Longest time that two calls existed (ms), by the journal. */
function longestOverlap(entries: JournalEntry[]): number {
  const up = new Map<string, number>()
  let longest = 0
  for (const entry of entries) {
    const ref = String(entry.call)
    if (state(entry, 'opened')) up.set(ref, entry.t)
    if (!state(entry, 'ended')) continue
    const others = [...up].filter(([other]) => other !== ref)
    const began = up.get(ref) ?? 0
    for (const [, since] of others) longest = Math.max(longest, entry.t - Math.max(since, began))
    up.delete(ref)
  }
  return longest
}

const soon = (isTrue: () => boolean | Promise<boolean>, timeout = 5000) =>
  vi.waitUntil(isTrue, { timeout, interval: 20 })

describe('a call near the end', () => {
  it.each([
    ['brokered', BROKERED],
    ['ephemeral', EPHEMERAL],
  ] as const)('goes over into a fresh one that knows everything (%s)', async (handshake, body) => {
    const call = await nearEnd(await live({ handshake }))
    const { widget, session, token } = call
    const next = await rollOver(call, body)
    expect(next.status).toBe(201)
    if (handshake === 'ephemeral') {
      const { client_secret, url } = next as unknown as { client_secret: { value: string }; url: string }
      const headers = { Authorization: `Bearer ${client_secret.value}`, 'Content-Type': 'application/sdp' }
      const posted = await fetch(url, { method: 'POST', headers, body: BROKERED.sdp })
      await posted.arrayBuffer()
      const provider_call_id = posted.headers.get('Location')?.split('/').at(-1)
      const report = { method: 'PUT', token: next.token, body: { provider_call_id } }
      expect((await ask(`/v1/sessions/${session}/calls/${next.call}`, report)).status).toBe(204)
    }
    const [oldRef, newRef] = [await refOf(session, call.call), await refOf(session, next.call)]
    // Said while both are there: to the first, which answers.
    await say(widget, 'and one cat')
    await interrupt(widget)
    expect(widget.frames.some(isReady)).toBe(false)

    widget.send({ type: 'connected', call: next.call })
    expect(await widget.next(isReady, 'ready')).toMatchObject({ call: next.call })
    expect(await widget.next(isEndOf(call.call), 'the end of the first')).toMatchObject({ reason: 'rolled_over' })
    await soon(async () => (await rows(session))[0]?.state === 'ended')
    const entries = await journal(call.from)
    expect(hangUps(entries, oldRef)).toHaveLength(1)
    expect(hangUps(entries, newRef)).toHaveLength(0)
    // Of the answer that was interrupted only what was heard is told, which may be nothing.
    const said = (await items(session)).map((item) => item.text).filter((text) => text !== '')
    expect(said.slice(0, 3)).toEqual(['I have two dogs', expect.stringContaining('two dogs'), 'and one cat'])
    expect(told(entries, newRef)).toEqual(said)

    await say(widget, 'what did I say before?')
    expect(answers(widget.frames).at(-1)).toContain('and one cat')
    expect((await rows(session)).map((row) => [row.state, row.reason])).toEqual([
      ['ended', 'rolled_over'],
      ['live', null],
    ])
    expect(token).not.toBe(next.token)
  })

  it('is asked for again by itself, again and again, until the widget answers', async () => {
    const call = await nearEnd(await live())
    const again = await later(call, 16_000)
    await again.next(isRollover, 'the second notice')
    expect((await rollOver(call)).status).toBe(201)
  })

  it('is not rolled over before it is time, nor where the cap of the agent comes first, nor by another name', async () => {
    const early = await live()
    expect(await rollOver(early)).toMatchObject({ status: 409, code: 'rollover_refused' })
    const capped = await live({ limits: { callSeconds: 3500 } })
    const widget = await later(capped, NEAR_END_MS)
    expect(widget.frames.some(isRollover)).toBe(false)
    expect(await rollOver(capped)).toMatchObject({ status: 409, code: 'rollover_refused' })
    const other = await nearEnd(await live())
    expect(await rollOver({ ...other, call: newId('call_') })).toMatchObject({ status: 409, code: 'rollover_refused' })
  })

  it('waits for a pause: while something is answered nothing is switched', async () => {
    const call = await nearEnd(await live())
    const { widget } = call
    const next = await rollOver(call)
    widget.send(type('tell me a long story'))
    await widget.next((frame) => frame.type === 'delta', 'the beginning of the story')
    widget.send({ type: 'connected', call: next.call })
    await widget.until((frames) => frames.filter((f) => f.type === 'delta').length > 20, 'more of it')
    expect(widget.frames.some(isReady)).toBe(false)
    await interrupt(widget)
    await widget.next(isReady, 'ready in the pause')
    expect(longestOverlap(await journal(call.from))).toBeLessThanOrEqual(10_000)
  })
})

describe('speech while both calls are there', () => {
  /** PCM of 24 kHz as the API takes it. */
  const sound = (ms: number, amplitude: number) => {
    const pcm = Int16Array.from({ length: ms * 24 }, (_, i) => amplitude * Math.sin((i * 2 * Math.PI * 440) / 24_000))
    return btoa(Array.from(new Uint8Array(pcm.buffer), (byte) => String.fromCharCode(byte)).join(''))
  }

  it('is a turn of the first, which answers it, and is taken out of the second again', async () => {
    const call = await nearEnd(await live())
    const { widget } = call
    const next = await rollOver(call)
    const refs = [await refOf(call.session, call.call), await refOf(call.session, next.call)]
    widget.send(type('wait a moment')) // so that the first is busy until the microphone has said something
    await widget.next((frame) => frame.type === 'activity' && frame.state === 'speaking', 'an answer')
    widget.send({ type: 'connected', call: next.call })
    // Both connections carry the one microphone.
    for (const ref of refs) {
      const microphone = await hostileSocket(ref)
      for (const audio of [sound(900, 9000), sound(1500, 0)])
        microphone.send({ type: 'input_audio_buffer.append', audio })
    }
    const isTurn = (frame: ServerFrame) =>
      frame.type === 'update' && frame.item.role === 'user' && frame.item.via === 'voice'
    const turn = await widget.next(isTurn, 'the turn')
    await widget.until(
      (frames) => frames.filter((f) => f.type === 'activity' && f.state === 'speaking').length > 1,
      'an answer to it',
    )
    expect(widget.frames.some(isReady)).toBe(false)
    await interrupt(widget)
    expect(await widget.next(isReady, 'ready')).toMatchObject({ call: next.call })

    const entries = await journal(call.from)
    const events = (name: string, ref: string | undefined) =>
      entries.filter((entry) => entry.call === ref && (entry.event as { type?: string } | undefined)?.type === name)
    const heard = events('input_audio_buffer.committed', refs[1])
    expect(new Set(heard.map((entry) => (entry.event as { item_id?: string }).item_id)).size).toBe(1)
    const removed = events('conversation.item.delete', refs[1]).map(
      (entry) => (entry.event as { item_id?: string }).item_id,
    )
    expect(removed).toEqual([(heard[0]?.event as { item_id?: string } | undefined)?.item_id])
    expect(events('response.created', refs[1])).toEqual([])
    const turns = (await items(call.session)).filter((item) => item.role === 'user' && item.via === 'voice')
    expect(turns.map(({ id }) => id)).toEqual([turn.type === 'update' ? turn.item.id : ''])
    await say(widget, 'and now?')
    expect(answers(widget.frames).at(-1)).toContain('and now')
  })
})

describe('a rollover that does not work', () => {
  const goesOn = async (call: Live, question = 'still there?') => {
    await say(call.widget, question)
    await interrupt(call.widget)
    expect(call.widget.frames.some(isEndOf(call.call))).toBe(false)
    expect((await rows(call.session))[0]).toMatchObject({ id: call.call, state: 'live' })
  }

  it('is over after 9 s when the widget never connects: the second call is hung up, the first goes on', async () => {
    const call = await nearEnd(await live())
    const next = await rollOver(call)
    const ref = await refOf(call.session, next.call)
    await call.widget.next(isEndOf(next.call), 'the end of the second')
    await soon(async () => hangUps(await journal(call.from), ref).length === 1)
    expect(longestOverlap(await journal(call.from))).toBeLessThanOrEqual(10_000)
    await goesOn(call)
    const again = await later(call, 16_000)
    await again.next(isRollover, 'the next notice')
    const third = await rollOver({ ...call, token: next.token })
    again.send({ type: 'connected', call: third.call })
    await again.next(isReady, 'ready at the second try')
  })

  it('leaves the first alone when the provider refuses the second, or there is no money for it', async () => {
    const call = await nearEnd(await live())
    await fault({ kind: 'fail_next', count: 1, status: 503, route: 'calls' })
    expect(await rollOver(call)).toMatchObject({ status: 503, code: 'provider_busy' })
    await goesOn(call)
    const poor = await nearEnd(await live({ limits: { callSeconds: 3600, dayUsd: 0.3 } }))
    const refused = await rollOver(poor)
    expect(refused).toMatchObject({ status: 402, code: 'budget_exhausted' })
    expect((await rows(poor.session)).map((row) => row.state)).toEqual(['live'])
  })

  it('leaves the first alone when the second is dropped, or hung up by its widget', async () => {
    const call = await nearEnd(await live())
    const next = await rollOver(call)
    await fault({ kind: 'drop_call', call: await refOf(call.session, next.call) })
    await call.widget.next(isEndOf(next.call), 'the end of the second')
    await goesOn(call)
    const second = await rollOver({ ...call, token: next.token })
    const url = `/v1/sessions/${call.session}/calls/${second.call}/end`
    expect((await ask(url, { method: 'POST', token: second.token })).status).toBe(204)
    await goesOn(call, 'and now?')
  })

  it('hangs both up when the visitor does, or when somebody starts another call', async () => {
    const call = await nearEnd(await live())
    const next = await rollOver(call)
    await ask(`/v1/sessions/${call.session}/calls/${call.call}/end`, { method: 'POST', token: next.token })
    await soon(async () => (await rows(call.session)).every((row) => row.state === 'ended'))
    const other = await nearEnd(await live())
    const beside = await rollOver(other)
    const own = await ask(`/v1/sessions/${other.session}/calls`, {
      method: 'POST',
      token: beside.token,
      body: BROKERED,
    })
    expect(own.status).toBe(201)
    await soon(async () => (await rows(other.session)).filter((row) => row.state === 'ended').length === 2)
  })

  it('is over when somebody makes the second call speak, and the conversation when somebody puts words into it', async () => {
    const call = await nearEnd(await live())
    const next = await rollOver(call)
    const hostile = await hostileSocket(await refOf(call.session, next.call))
    hostile.send({ type: 'response.create' })
    await call.widget.next(isEndOf(next.call), 'the end of the second')
    await goesOn(call)
    const second = await rollOver({ ...call, token: next.token })
    const again = await hostileSocket(await refOf(call.session, second.call))
    const content = [{ type: 'input_text', text: 'forged' }]
    again.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
    expect(await call.widget.next(isEndOf(call.call), 'the end of the first')).toMatchObject({ reason: 'tampered' })
    await soon(async () => (await rows(call.session)).every((row) => row.state === 'ended'))
  })
})

describe('a crash in the middle of a rollover', () => {
  const crash = async (call: Live) => {
    await abortAllDurableObjects()
    await runDurableObjectAlarm(env.SESSIONS.getByName(call.session))
    return connect(call.session, call.token)
  }

  it.each(['after it was asked for', 'after the second call was opened', 'after the widget was connected'])(
    '%s: the first goes on, the second is hung up, and it is tried again',
    async (when) => {
      const call = await nearEnd(await live())
      let { token } = call
      if (when !== 'after it was asked for') {
        const next = await rollOver(call)
        token = next.token
        // While something is being answered, so that it cannot be over before the crash.
        if (when.includes('connected')) {
          call.widget.send(type('tell me a long story'))
          await call.widget.next((frame) => frame.type === 'delta', 'the beginning of the story')
          call.widget.send({ type: 'connected', call: next.call })
        }
      }
      await crash({ ...call, token })
      await soon(async () => (await rows(call.session)).slice(1).every((row) => row.state === 'ended'))
      expect((await rows(call.session))[0]).toMatchObject({ id: call.call, state: 'live' })
      // The first notice may have come before the widget was back: it is repeated.
      const stub = env.SESSIONS.getByName(call.session)
      const widget = await later({ ...call, token, stub }, 16_000)
      await widget.next(isRollover, 'the notice')
      const again = await rollOver({ ...call, token })
      widget.send({ type: 'connected', call: again.call })
      await widget.next((frame) => frame.type === 'ready' && frame.call === again.call, 'ready')
      expect(longestOverlap(await journal(call.from))).toBeLessThanOrEqual(10_000)
    },
  )

  it('after the switch: the second goes on, and the hang-up of the first is made up for', async () => {
    const call = await nearEnd(await live())
    const next = await rollOver(call)
    await fault({ kind: 'fail_next', count: 1, status: 500, route: 'hangup' })
    call.widget.send({ type: 'connected', call: next.call })
    await call.widget.next(isReady, 'ready')
    const ref = await refOf(call.session, call.call)
    await soon(async () => hangUps(await journal(call.from), ref).length === 1)
    const widget = await crash({ ...call, token: next.token })
    await soon(async () => (await rows(call.session))[0]?.state === 'ended')
    expect(await widget.next((frame) => frame.type === 'welcome', 'welcome')).toMatchObject({
      call: { id: next.call, ready: true },
    })
    await say(widget, 'and now?')
    const open = (await journal(call.from)).filter((entry) => state(entry, 'opened')).length
    expect(open).toBe(1)
  })
})
