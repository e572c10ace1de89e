import { describe, expect, it } from 'vitest'
import type { Item } from '../../protocol/item.ts'
import { chooseSeeds } from '../../worker/session/restore.ts'

let position = 0
function item(role: Item['role'], text: string, more: Partial<Item> = {}): Item {
  position += 1
  const base = { id: `i${position}`, position, role, kind: 'message', text, status: 'completed' } as const
  return { ...base, via: 'voice', call: null, at: position, ...more }
}
const newestFirst = (items: Item[]) => [...items].reverse()

describe('chooseSeeds', () => {
  it('keeps the conversation order', () => {
    const items = [item('user', 'one'), item('assistant', 'two'), item('user', 'three')]
    expect(chooseSeeds(newestFirst(items), 1000)).toEqual(items)
  })

  it('takes the newest that fit the budget, without a hole', () => {
    const items = [item('user', 'x'.repeat(40)), item('assistant', 'y'.repeat(400)), item('user', 'z'.repeat(40))]
    // 14 + 104 + 14 tokens: the middle one does not fit, and what stands before a hole makes no sense.
    expect(chooseSeeds(newestFirst(items), 100)).toEqual(items.slice(2))
  })

  it('tells whose words a person has written', () => {
    const [seed, ...more] = chooseSeeds([item('person', 'It is sent.', { author: 'Bea', via: 'text' })], 1000)
    expect(more).toEqual([])
    expect(seed).toMatchObject({
      role: 'person',
      text: expect.stringMatching(/^Note of the website, [\s\S]*\bBea, [\s\S]*\nIt is sent\.$/),
    })
  })

  it('shows a picture again where its pixels are there and fit, and tells of it in words otherwise', () => {
    const image = { width: 640, height: 480 }
    const shown = item('user', 'my cat', { image })
    const jpegOf = () => 'AAAA'
    expect(chooseSeeds([shown], 6000, jpegOf)).toEqual([{ ...shown, jpeg: 'AAAA' }])
    const inWords = [
      { ...shown, text: expect.stringMatching(/^\[The visitor showed you a picture here[\s\S]*\nmy cat$/) },
    ]
    expect(chooseSeeds([shown], 6000)).toEqual(inWords)
    expect(chooseSeeds([shown], 1000, jpegOf)).toEqual(inWords)
    const lost = item('user', '', { image, status: 'failed' })
    expect(chooseSeeds([lost], 6000)).toMatchObject([{ text: expect.stringContaining('did not reach you') }])
  })

  it('leaves out what was not said: unfinished, failed, empty, notices', () => {
    const items = [
      item('user', 'said'),
      item('assistant', 'half', { status: 'in_progress' }),
      item('user', '', { status: 'failed' }),
      item('notice', 'gap', { kind: 'notice' }),
      item('assistant', 'put in by the page', { source: 'client' }),
      item('assistant', 'heard part', { status: 'interrupted', heard: { ms: 700, estimated: true } }),
    ]
    expect(chooseSeeds(newestFirst(items), 1000).map((one) => one.text)).toEqual(['said', 'heard part'])
  })

  it('takes a tool call and its result only together', () => {
    const tool = (kind: 'tool_call' | 'tool_result', callId: string) =>
      item('tool', '{}', { kind, tool: { name: 'weather', callId } })
    const items = [tool('tool_result', 'a'), tool('tool_call', 'b'), tool('tool_result', 'b'), tool('tool_call', 'c')]
    expect(chooseSeeds(newestFirst(items), 1000).map((one) => one.tool?.callId)).toEqual(['b', 'b'])
  })

  it('takes nothing with no budget', () => {
    expect(chooseSeeds([item('user', 'x')], 0)).toEqual([])
  })
})
