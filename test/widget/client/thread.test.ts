import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Item } from '../../../protocol/item.ts'
import { createThread } from '../../../widget/client/thread.ts'

function item(id: string, part: Partial<Item> = {}): Item {
  return {
    id,
    position: 1,
    role: 'assistant',
    kind: 'message',
    text: id,
    status: 'completed',
    via: 'voice',
    call: null,
    at: 0,
    ...part,
  }
}

function update(seq: number, changed: Item) {
  return { type: 'update' as const, seq, item: changed }
}

describe('updates', () => {
  it('show items by position, not by arrival', () => {
    const thread = createThread()
    thread.update(update(1, item('reply', { position: 2 })))
    thread.update(update(2, item('question', { position: 1 })))
    expect(thread.list().map(({ id }) => id)).toEqual(['question', 'reply'])
  })

  it('are taken once, and never backwards', () => {
    const thread = createThread()
    thread.update(update(1, item('a', { text: 'one' })))
    thread.update(update(3, item('a', { text: 'three' })))
    expect(thread.update(update(3, item('a', { text: 'again' })))).toBeNull()
    expect(thread.update(update(2, item('a', { text: 'two' })))).toBeNull()
    expect(thread.list()).toMatchObject([{ text: 'three' }])
    expect(thread.seq).toBe(3)
  })

  it('move an item whose position changed', () => {
    const thread = createThread()
    thread.update(update(1, item('a', { position: 1 })))
    thread.update(update(2, item('b', { position: 2 })))
    thread.update(update(3, item('a', { position: 3 })))
    expect(thread.list().map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it('end in the newest state of each item, in order, whatever was repeated on the way', () => {
    const change = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), text: fc.string() })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.array(fc.nat({ max: 39 })), (changes, repeats) => {
        const position = (id: string) => (id.charCodeAt(0) * 7) % 11
        const frames = changes.map(({ id, text }, n) => update(n + 1, item(id, { text, position: position(id) })))
        const thread = createThread()
        for (const [n, frame] of frames.entries()) {
          thread.update(frame)
          const repeated = frames[repeats[n] ?? -1]
          if (repeated && repeated.seq <= frame.seq) thread.update(repeated)
        }
        const newest = new Map(changes.map(({ id, text }) => [id, text]))
        const expected = [...newest].sort(([a], [b]) => position(a) - position(b))
        expect(thread.list().map(({ id, text }) => [id, text])).toEqual(expected)
      }),
    )
  })
})

describe('captions', () => {
  it('grow at their offset and void what stood after it', () => {
    const thread = createThread()
    thread.update(update(1, item('a', { text: '', status: 'in_progress' })))
    expect(thread.delta({ type: 'delta', item: 'a', at: 0, text: 'Good mor' })).toBe(true)
    expect(thread.delta({ type: 'delta', item: 'a', at: 5, text: 'evening' })).toBe(true)
    expect(thread.list()).toMatchObject([{ text: 'Good evening' }])
  })

  it('with a gap, of unknown or of finished items are left out', () => {
    const thread = createThread()
    thread.update(update(1, item('a', { text: 'ab', status: 'in_progress' })))
    thread.update(update(2, item('b', { text: 'done', position: 2 })))
    expect(thread.delta({ type: 'delta', item: 'a', at: 3, text: 'x' })).toBe(false)
    expect(thread.delta({ type: 'delta', item: 'b', at: 0, text: 'x' })).toBe(false)
    expect(thread.delta({ type: 'delta', item: 'c', at: 0, text: 'x' })).toBe(false)
    expect(thread.list().map(({ text }) => text)).toEqual(['ab', 'done'])
  })

  it('stay while an unfinished item is told again with less, and give way to the finished text', () => {
    const thread = createThread()
    thread.update(update(1, item('a', { text: '', status: 'in_progress' })))
    thread.delta({ type: 'delta', item: 'a', at: 0, text: 'Once upon a time' })
    thread.update(update(2, item('a', { text: '', status: 'in_progress' })))
    expect(thread.list()).toMatchObject([{ text: 'Once upon a time' }])
    thread.update(update(3, item('a', { text: 'Once upon', status: 'interrupted' })))
    expect(thread.list()).toMatchObject([{ text: 'Once upon', status: 'interrupted' }])
  })
})

describe('typed text', () => {
  it('stands after everything stored until it is stored itself, once', () => {
    const thread = createThread()
    thread.type('txt_1', 'hello', 5)
    thread.update(update(1, item('a', { position: 10 })))
    expect(thread.list().map(({ id }) => id)).toEqual(['a', 'txt_1'])
    expect(thread.list()[1]?.position).toBeGreaterThan(10)
    thread.update(update(2, item('txt_1', { position: 4, role: 'user', text: 'hello' })))
    expect(thread.list().map(({ id }) => id)).toEqual(['txt_1', 'a'])
    expect(thread.settle('txt_1', 'completed')).toBeNull()
  })

  it('acknowledged before its update comes shows as completed', () => {
    const thread = createThread()
    thread.type('txt_1', 'hello', 5)
    expect(thread.settle('txt_1', 'completed')).toMatchObject({ id: 'txt_1', status: 'completed' })
    expect(thread.list()).toMatchObject([{ status: 'completed' }])
  })

  it('moves to the next session when it still waits', () => {
    const thread = createThread()
    thread.update(update(7, item('a')))
    thread.type('txt_1', 'stored', 0)
    thread.settle('txt_1', 'completed')
    thread.type('txt_2', 'waiting', 0)
    thread.clear({ keepTyped: true })
    expect(thread.list().map(({ text }) => text)).toEqual(['waiting'])
    expect(thread.seq).toBe(0)
  })
})

describe('restored items', () => {
  it('do not replace what an update already brought', () => {
    const thread = createThread()
    thread.update(update(5, item('a', { text: 'newer' })))
    thread.restore([item('a', { text: 'older' }), item('b', { position: 2 })], 4)
    expect(thread.list().map(({ text }) => text)).toEqual(['newer', 'b'])
    expect(thread.seq).toBe(5)
  })
})
