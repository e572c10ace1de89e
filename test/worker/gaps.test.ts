import { describe, expect, it, vi } from 'vitest'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import type { Item } from '../../protocol/item.ts'
import type { CallEvent, PlacedItem } from '../../worker/provider/provider.ts'
import { Gaps } from '../../worker/session/gaps.ts'
import type { Recorder } from '../../worker/session/recorder.ts'
import { items, providerRef, secondSocket } from './inside.ts'
import { answers, BROKERED, connect, createCall, createSession, fault, isReady, journal } from './support.ts'

const assistant = (id: string): PlacedItem => ({ id, role: 'assistant', kind: 'message', via: 'voice', text: '' })
const placed = (id: string, after: string | null | undefined): CallEvent => ({
  type: 'placed',
  item: assistant(id),
  after,
})
const ended = (...ids: string[]): CallEvent => ({
  type: 'answer_ended',
  response: 'r',
  outcome: 'completed',
  cause: undefined,
  items: ids,
  audioMs: undefined,
  usage: null,
})
const type = (text: string) => ({ type: 'text', id: newId('txt_'), text }) as const
const texts = (all: Item[]) => all.map(({ role, text, status }) => [role, text, status])
const callEnded = (frame: ServerFrame) => frame.type === 'notice' && frame.code === 'call_ended'

describe('Gaps', () => {
  const known = (...ids: string[]) => new Gaps((id) => (ids.includes(id) ? ({ id } as Item) : null))

  it('asks once for what another item names as its predecessor', () => {
    const gaps = known('a', 'c')
    expect(gaps.missing(placed('c', 'b'))).toEqual(['b'])
    expect(gaps.missing(placed('c', 'b'))).toEqual([])
    expect(gaps.behind('b')).toBe('c')
  })

  it('does not miss what is no part of a transcript, and puts what follows behind the item before it', () => {
    const gaps = known('a')
    const recorded: CallEvent[] = []
    // Nothing else of a recorder is asked for.
    const recorder = { record: (event: CallEvent) => recorded.push(event) } as unknown as Recorder
    const passed = (id: string, after: string): CallEvent => ({ type: 'passed', id, after })
    expect(gaps.record(passed('tools', 'a'), recorder)).toEqual([])
    expect(gaps.record(passed('approval', 'tools'), recorder)).toEqual([])
    expect(gaps.record(placed('b', 'approval'), recorder)).toEqual([])
    expect(recorded.at(-1)).toEqual(placed('b', 'a'))
  })

  it('asks for the items of an answer that were never told of', () => {
    const gaps = known('a')
    expect(gaps.missing(ended('a', 'b'))).toEqual(['b'])
    expect(gaps.behind('b')).toBeUndefined()
  })

  it('misses nothing at the front, where no place is told, and what is known', () => {
    const gaps = known('a')
    for (const after of [null, undefined, 'a']) expect(gaps.missing(placed('b', after))).toEqual([])
  })

  it('has lost what the provider refuses to give back, once, and only what was asked for', () => {
    const ids = ['c']
    const gaps = new Gaps((id) => (ids.includes(id) ? ({ id } as Item) : null))
    gaps.missing(placed('c', 'b'))
    gaps.missing(ended('d'))
    ids.push('d') // came late by itself
    expect([gaps.isLost('b'), gaps.isLost('b'), gaps.isLost('d'), gaps.isLost('x')]).toEqual([
      true,
      false,
      false,
      false,
    ])
  })
})

/** A live call of the tutor, who waits for the visitor to speak first. */
async function liveCall() {
  const created = await createSession({ agent: 'tutor', call: BROKERED })
  const widget = await connect(created.session, created.token)
  await widget.next(isReady, 'ready')
  return { ...created, widget, ref: await providerRef(created.session) }
}

/** The sideband misses the next `count` events of a type. */
const lose = (call: string, event: string, count: number) =>
  fault({ kind: 'lose_event', call, type: event, count, channel: 'sideband' })
const soon = (isTrue: () => boolean | Promise<boolean>) => vi.waitUntil(isTrue, { timeout: 10_000, interval: 20 })
/** A fresh call is unknown to sidebands for a moment. */
const secondSocketSoon = (call: string) => vi.waitFor(() => secondSocket(call), { timeout: 5000, interval: 20 })

/** Breaks the broker's sideband and holds it off for `ms`; meanwhile there is another socket. */
async function inGap(call: string, ms: number) {
  await fault({ kind: 'delay_next', count: 1, ms, route: 'sideband' })
  const from = (await journal()).at(-1)?.n ?? 0
  await fault({ kind: 'close_sideband', call })
  await soon(async () => (await journal(from)).some((entry) => String(entry.path).includes('call_id=')))
  return secondSocket(call)
}

describe('events that are lost', () => {
  it('an answer of which only the end was told is asked for', async () => {
    const { session, widget, ref } = await liveCall()
    // One of each for the typed text, one for the answer.
    for (const event of ['conversation.item.added', 'conversation.item.done']) await lose(ref, event, 2)
    widget.send(type('good morning'))
    await widget.until((frames) => answers(frames).length === 1, 'the answer')
    expect(texts(await items(session))).toEqual([
      ['user', 'good morning', 'completed'],
      ['assistant', expect.stringContaining('good morning'), 'completed'],
    ])
    expect(widget.frames.some(callEnded)).toBe(false)
  })
})

describe('a gap in the sideband', () => {
  it('what was said meanwhile is found by what follows it, at its place', async () => {
    const { session, widget, ref } = await liveCall()
    widget.send(type('hello'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    const second = await inGap(ref, 2500)
    // Stands for an answer to a spoken turn, which cannot be had without WebRTC.
    second.send({ type: 'response.create' })
    await soon(() => second.events.some((event) => event.type === 'response.done'))
    expect(await items(session)).toHaveLength(2)
    widget.send(type('anything else?'))
    await widget.until((frames) => answers(frames).length === 3, 'the missed answer and the next one')
    expect((await items(session)).map((item) => item.role)).toEqual([
      'user',
      'assistant',
      'assistant',
      'user',
      'assistant',
    ])
    expect((await items(session))[2]).toMatchObject({ status: 'completed', text: expect.stringMatching(/\w/) })
    expect(widget.frames.some(callEnded)).toBe(false)
  })

  it('marks what the provider does not know any more', async () => {
    const { session, widget, ref } = await liveCall()
    widget.send(type('tell me a long story'))
    await widget.next((frame) => frame.type === 'delta', 'the beginning of the story')
    const second = await inGap(ref, 2000)
    const story = (await items(session)).find((item) => item.role === 'assistant')
    second.send({ type: 'response.cancel' })
    second.send({ type: 'conversation.item.delete', item_id: story?.id })
    await soon(() => second.events.some((event) => event.type === 'conversation.item.deleted'))
    expect(story).toMatchObject({ status: 'in_progress' })
    await soon(async () => (await items(session)).every((item) => item.status !== 'in_progress'))
    expect(texts(await items(session))).toEqual([
      ['user', 'tell me a long story', 'completed'],
      ['assistant', expect.stringMatching(/\w/), 'interrupted'],
    ])
    expect(widget.frames.some(callEnded)).toBe(false)
  })

  it('what a page put in before the broker was there is found by what follows it', async () => {
    const { session, token } = await createSession({ agent: 'tutor' })
    const widget = await connect(session, token)
    await fault({ kind: 'delay_next', count: 1, ms: 1500, route: 'sideband' })
    await createCall(session, token)
    const early = await secondSocketSoon(await providerRef(session))
    const content = [{ type: 'input_text', text: 'the rooms are free today' }]
    early.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
    await soon(() => early.events.some((event) => event.type === 'conversation.item.added'))
    expect(widget.frames.some(isReady)).toBe(false)
    await widget.next(isReady, 'ready')
    widget.send(type('good morning'))
    expect(await widget.next(callEnded, 'call_ended')).toMatchObject({ reason: 'tampered' })
    expect((await items(session)).filter((item) => item.role !== 'assistant')).toMatchObject([
      { text: 'the rooms are free today', source: 'client' },
      { text: 'good morning' },
      { role: 'notice', text: 'tampered' },
    ])
  })
})
