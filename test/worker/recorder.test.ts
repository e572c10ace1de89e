import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import type { Item } from '../../protocol/item.ts'
import type { CallEvent, PlacedItem } from '../../worker/provider/provider.ts'
import { Recorder } from '../../worker/session/recorder.ts'
import { Store } from '../../worker/session/store.ts'
import { testVault } from './support.ts'

/** A recorder on real rows. */
async function withRecorder(
  test: (tools: {
    record: (...events: CallEvent[]) => void
    recorder: Recorder
    thread: () => Item[]
    frames: ServerFrame[]
    tick: (ms: number) => void
    rowsWritten: () => number
  }) => void,
) {
  await runInDurableObject(env.SESSIONS.getByName(newId('ses_')), (_, state) => {
    let now = 1000
    let rows = 0
    const sql = {
      exec: (query: string, ...bindings: unknown[]) => {
        const cursor = state.storage.sql.exec(query, ...bindings)
        if (query.startsWith('INSERT')) rows += cursor.rowsWritten
        return cursor
      },
    }
    const store = new Store(sql as unknown as SqlStorage, testVault(state.storage.sql))
    const frames: ServerFrame[] = []
    const clock = { now: () => now, after: () => () => {} }
    const recorder = new Recorder({ store, clock, send: (frame) => frames.push(frame) })
    test({
      recorder,
      frames,
      record: (...events) => {
        for (const event of events) recorder.record(event)
      },
      thread: () => store.itemsAfter(0, 1000),
      tick: (ms) => {
        now += ms
      },
      rowsWritten: () => rows,
    })
  })
}

const user = (id: string, text?: string): PlacedItem => ({ id, role: 'user', kind: 'message', via: 'voice', text })
const assistant = (id: string, text?: string): PlacedItem => ({ ...user(id, text), role: 'assistant' })
const placed = (item: PlacedItem, after?: string | null): CallEvent => ({ type: 'placed', item, after })
const finished = (item: PlacedItem): CallEvent => ({ type: 'finished', item, cut: false })
const words = (id: string, ...texts: string[]): CallEvent[] => texts.map((text) => ({ type: 'fragment', id, text }))
const ended = (items: string[], audioMs?: number, outcome: 'completed' | 'cancelled' = 'completed'): CallEvent => ({
  type: 'answer_ended',
  response: 'r1',
  outcome,
  cause: undefined,
  items,
  audioMs,
  usage: null,
})
const began: CallEvent = { type: 'answer_began', response: 'r1', nonce: undefined }
const SAYING = 'One two three four five six seven eight nine ten.'

describe('Recorder', () => {
  it('keeps conversation order although the words of the visitor come last', () =>
    withRecorder(({ record, thread }) => {
      record(placed(user('u1'), null), placed(assistant('a1'), 'u1'), finished(assistant('a1', 'Hello.')))
      record({ type: 'transcribed', id: 'u1', text: 'Hi there' })
      expect(thread().map(({ role, text, status }) => [role, text, status])).toEqual([
        ['user', 'Hi there', 'completed'],
        ['assistant', 'Hello.', 'completed'],
      ])
    }))

  it('puts a late item behind the one it follows', () =>
    withRecorder(({ record, thread }) => {
      record(placed(user('u1', 'a'), null), placed(assistant('a2'), 'u2'), placed(user('u2', 'b'), 'u1'))
      expect(thread().map((item) => item.id)).toEqual(['u1', 'u2', 'a2'])
    }))

  it('takes every event twice without a second item, a lost word or a second row', () =>
    withRecorder(({ record, thread, rowsWritten }) => {
      const turn = [placed(user('u1'), null), { type: 'transcribed', id: 'u1', text: 'Hi' } as const]
      const answer = [placed(assistant('a1'), 'u1'), finished(assistant('a1', 'Hello.')), ended(['a1'], 600)]
      record(...turn, ...answer)
      const rows = rowsWritten()
      record(...turn, ...answer)
      expect(thread().map((item) => item.text)).toEqual(['Hi', 'Hello.'])
      expect(rowsWritten()).toBe(rows)
      expect(rows).toBe(4) // a placeholder and the finished item, for each of the two
    }))

  it('streams captions with their offset and stores the turn once it is complete', () =>
    withRecorder(({ record, frames }) => {
      record(began, placed(assistant('a1'), null), ...words('a1', 'Hel', 'lo'), finished(assistant('a1', 'Hello')))
      expect(frames.filter((frame) => frame.type === 'delta')).toEqual([
        { type: 'delta', item: 'a1', at: 0, text: 'Hel' },
        { type: 'delta', item: 'a1', at: 3, text: 'lo' },
      ])
      expect(frames.at(-1)).toMatchObject({ type: 'update', seq: 2, item: { text: 'Hello', status: 'completed' } })
    }))

  it('never overwrites known words with fewer', () =>
    withRecorder(({ record, thread }) => {
      record(began, placed(assistant('a1'), null), ...words('a1', 'Hello ', 'there.'), finished(assistant('a1', '')))
      expect(thread()[0]?.text).toBe('Hello there.')
    }))

  it('cuts an interrupted turn to what was heard, whichever event comes first', () =>
    withRecorder(({ record, thread }) => {
      const cut: CallEvent = { type: 'truncated', id: 'a1', ms: 2000 }
      const start = [began, placed(assistant('a1'), null), ...words('a1', SAYING)]
      record(...start, cut, ended(['a1'], 4000, 'cancelled'))
      const first = thread()[0]
      expect(first).toMatchObject({ status: 'interrupted', heard: { ms: 2000, estimated: false } })
      expect(SAYING.startsWith(first?.text ?? '?')).toBe(true)
      expect(first?.text.split(' ').length).toBeGreaterThan(3)
      expect(first?.text.split(' ').length).toBeLessThan(7)
    }))

  it('cuts the same when the answer had ended before it was interrupted', () =>
    withRecorder(({ record, thread }) => {
      record(began, placed(assistant('a1'), null), ...words('a1', SAYING), finished(assistant('a1', SAYING)))
      record(ended(['a1'], 4000))
      expect(thread()[0]?.text).toBe(SAYING)
      record({ type: 'truncated', id: 'a1', ms: 2000 }, finished(assistant('a1')))
      expect(thread()[0]).toMatchObject({ status: 'interrupted' })
      expect(thread()[0]?.text.length).toBeLessThan(SAYING.length)
    }))

  it('measures with its own clock when only told that playback was cleared, and marks that', () =>
    withRecorder(({ record, thread, tick }) => {
      record(began, placed(assistant('a1'), null), ...words('a1', SAYING), ended(['a1'], 4000))
      record({ type: 'playback', state: 'began', response: 'r1' })
      tick(2000)
      record({ type: 'playback', state: 'cleared', response: 'r1' })
      expect(thread()[0]).toMatchObject({ status: 'interrupted', heard: { ms: 2000, estimated: true } })
    }))

  it('ignores a truncation of a turn that was played to its end, or that was only seeded', () =>
    withRecorder(({ record, thread }) => {
      record(began, placed(assistant('a1'), null), finished(assistant('a1', SAYING)), ended(['a1'], 4000))
      record({ type: 'playback', state: 'began', response: 'r1' })
      record({ type: 'playback', state: 'drained', response: 'r1' })
      record({ type: 'truncated', id: 'a1', ms: 100 }, { type: 'truncated', id: 'nobody', ms: 1 })
      expect(thread()).toMatchObject([{ id: 'a1', text: SAYING, status: 'completed' }])
    }))

  it('takes a known id as an acknowledgement, not as a new turn', () =>
    withRecorder(({ record, recorder, thread, frames }) => {
      recorder.typed('txt_1', 'Hello')
      const count = frames.length
      record(placed({ ...user('txt_1', 'Hello'), via: 'text' }, null), finished(user('txt_1', 'Hello')))
      expect(thread()).toHaveLength(1)
      expect(frames).toHaveLength(count)
    }))

  it('stores typed text once, however often it is sent', () =>
    withRecorder(({ recorder, thread }) => {
      expect(recorder.typed('txt_1', 'Hello')).toBe(true)
      expect(recorder.typed('txt_1', 'Hello')).toBe(false)
      expect(thread()).toHaveLength(1)
    }))

  it('puts what was asked for before the item that named it, and a gap where nothing came', () =>
    withRecorder(({ record, recorder, thread }) => {
      record(placed(user('u1', 'a'), null), placed(user('u3', 'c'), 'u2'))
      recorder.record(finished(user('u2', 'b')), (id) => (id === 'u2' ? 'u3' : undefined))
      recorder.notice('gap', 'u1')
      recorder.notice('gap')
      expect(thread().map((item) => item.text)).toEqual(['gap', 'a', 'b', 'c', 'gap'])
      expect(thread()[0]).toMatchObject({ role: 'notice', kind: 'notice', status: 'completed' })
      expect(Math.min(...thread().map((item) => item.position))).toBeGreaterThan(0)
    }))

  it('keeps the words of a turn that has no place yet, and where it was cut', () =>
    withRecorder(({ record, thread, frames }) => {
      record(began, ...words('a1', SAYING), { type: 'truncated', id: 'a1', ms: 2000 }, ended(['a1'], 4000, 'cancelled'))
      expect(frames).toEqual([])
      record(finished(assistant('a1')))
      expect(thread()).toMatchObject([{ id: 'a1', status: 'interrupted', heard: { ms: 2000, estimated: false } }])
      expect(SAYING.startsWith(thread()[0]?.text || '?')).toBe(true)
    }))

  it('keeps what the page has put in as the page left it, and gives up what the provider has lost', () =>
    withRecorder(({ record, recorder, thread }) => {
      recorder.via = 'voice'
      record(finished(user('x', 'forged')), began, placed(assistant('a1'), null), ...words('a1', 'I was '))
      recorder.disown('x')
      recorder.disown('nobody')
      recorder.giveUp('a1')
      recorder.giveUp('x')
      expect(thread().map(({ text, status, source }) => [text, status, source])).toEqual([
        ['forged', 'completed', 'client'],
        ['I was', 'interrupted', undefined],
      ])
    }))

  it('leaves nothing in progress when the call is over', () =>
    withRecorder(({ record, recorder, thread }) => {
      recorder.via = 'voice'
      record(placed(user('u1'), null), began, placed(assistant('a1'), 'u1'), ...words('a1', 'I was just '))
      recorder.close()
      expect(thread().map(({ text, status }) => [text, status])).toEqual([
        ['', 'failed'],
        ['I was just', 'interrupted'],
      ])
    }))

  it('marks a written answer that broke off, so that it is given again', () =>
    withRecorder(({ record, recorder, thread }) => {
      record(began, placed(assistant('a1'), null), ...words('a1', 'You sa'))
      recorder.close()
      expect(thread()).toMatchObject([{ text: 'You sa', status: 'failed' }])
    }))

  it('numbers its updates without a gap', () =>
    withRecorder(({ record, recorder, frames }) => {
      record(placed(user('u1'), null), { type: 'transcribed', id: 'u1', text: 'a' }, placed(assistant('a1'), 'u1'))
      recorder.close()
      const numbers = frames.flatMap((frame) => (frame.type === 'update' ? [frame.seq] : []))
      expect(numbers).toEqual([1, 2, 3, 4])
    }))
})
