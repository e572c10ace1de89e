import { describe, expect, it } from 'vitest'
import { timeline } from '../../console/lib/timeline.ts'
import type { OwnedCall } from '../../protocol/console.ts'
import type { Item } from '../../protocol/item.ts'

const call = (id: string, startedAt: number, endedAt: number | null): OwnedCall => ({
  ...{ call: id, startedAt, endedAt, reason: endedAt === null ? null : 'visitor' },
  ...{ path: 'webrtc', reconnect: false, usd: null },
})
const said = (id: string, at: number, of: string | null, more: Partial<Item> = {}): Item => ({
  ...{ id, position: at, role: 'user', kind: 'message', text: id, status: 'completed', via: 'voice', call: of, at },
  ...more,
})
const words = (items: Item[], calls: OwnedCall[]) =>
  timeline(items, calls).map((entry) =>
    'call' in entry ? `${entry.what} ${entry.call.call}` : `${entry.what} ${entry.item.id}`,
  )

describe('the time line', () => {
  it('has each call around what was said in it', () => {
    const items = [said('a', 2, 'one'), said('b', 3, 'one'), said('c', 12, 'two')]
    expect(words(items, [call('one', 1, 5), call('two', 10, 20)])).toEqual([
      ...['begin one', 'item a', 'item b', 'end one', 'begin two', 'item c', 'end two'],
    ])
  })

  it('has calls in which nobody said anything, where they were', () => {
    const items = [said('a', 12, 'two'), said('typed', 40, null)]
    const calls = [call('one', 1, 5), call('two', 10, 20), call('three', 30, 31), call('four', 50, 51)]
    expect(words(items, calls)).toEqual([
      ...['begin one', 'end one', 'begin two', 'item a', 'end two', 'begin three', 'end three', 'item typed'],
      ...['begin four', 'end four'],
    ])
  })

  it('has no end of a call that is live', () => {
    expect(words([said('a', 2, 'one')], [call('one', 1, null)])).toEqual(['begin one', 'item a'])
  })

  it('puts a tool’s result to its call', () => {
    const tool = { name: 'stay_price', callId: 'c1' }
    const asked = said('asked', 2, 'one', { kind: 'tool_call', role: 'tool', tool })
    const answered = said('answered', 4, 'one', { kind: 'tool_result', role: 'tool', tool })
    const lost = said('lost', 5, 'one', { kind: 'tool_call', role: 'tool', tool: { name: 'x', callId: 'c2' } })
    const entries = timeline([asked, answered, lost], [call('one', 1, 9)])
    expect(entries.map(({ what }) => what)).toEqual(['begin', 'tool', 'tool', 'end'])
    expect(entries.flatMap((entry) => (entry.what === 'tool' ? [entry.result?.id ?? null] : []))).toEqual([
      'answered',
      null,
    ])
  })
})
