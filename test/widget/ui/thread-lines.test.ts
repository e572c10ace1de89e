import { expect, test } from 'vitest'
import { type Remark, threadLines } from '../../../widget/ui/thread-lines.ts'
import { turn } from './fake-conversation.ts'

const remark = (text: Remark['text'], after: number): Remark => ({ id: `${text}-${after}`, text, after })

function shown(...parameters: Parameters<typeof threadLines>): string[] {
  return threadLines(...parameters)
    .filter(({ type }) => type !== 'time')
    .map((line) => (line.type === 'item' ? line.item.text : line.type === 'remark' ? `[${line.text}]` : ''))
}

test('a remark stays behind the item it was made after, also when an earlier item arrives late', () => {
  const [first, late, last] = [1, 2, 3].map((position) => turn('user', String(position), { position }))
  if (!first || !late || !last) throw new Error('three items')
  expect(shown([first, last], [remark('reconnected', 3)])).toEqual(['1', '3', '[reconnected]'])
  expect(shown([first, late, last], [remark('reconnected', 2)])).toEqual(['1', '2', '[reconnected]', '3'])
  expect(shown([], [remark('callEnded', Number.NEGATIVE_INFINITY)])).toEqual(['[callEnded]'])
})

test('tools and turns without words are not shown; what is being said and what failed is', () => {
  const items = [
    turn('tool', '{}', { position: 1, kind: 'tool_call' }),
    turn('assistant', '', { position: 2 }),
    turn('user', '', { position: 3, status: 'in_progress' }),
    turn('user', '', { position: 4, status: 'failed' }),
    turn('assistant', 'put in by the page', { position: 5, source: 'client' }),
  ]
  const ids = threadLines(items, []).flatMap((line) => (line.type === 'item' ? [line.id] : []))
  expect(ids).toEqual([items[2]?.id, items[3]?.id])
})

test('turns of one speaker belong together, unless a remark is between', () => {
  const items = [1, 2, 3].map((position) => turn('assistant', 'word', { position }))
  const follows = threadLines(items, [remark('reconnected', 2)]).map((line) => line.type === 'item' && line.follows)
  // The time comes first.
  expect(follows).toEqual([false, false, true, false, false])
})

test('the time stands at the beginning and after a silence of ten minutes', () => {
  const minute = 60_000
  const items = [0, 9, 19, 20].map((after, position) => turn('user', 'word', { position, at: after * minute }))
  const times = threadLines(items, []).flatMap((line) => (line.type === 'time' ? [line.at / minute] : []))
  expect(times).toEqual([0, 19])
})
