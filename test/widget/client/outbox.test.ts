import { describe, expect, it } from 'vitest'
import { createOutbox, type OutboxFrame } from '../../../widget/client/outbox.ts'

const text = (id: string): OutboxFrame => ({ type: 'text', id, text: 'hello' })
const image = (id: string): OutboxFrame => ({ type: 'image', id, text: '', jpeg: 'AAAA' })

function open() {
  const sent: string[] = []
  const timers = new Map<() => void, number>()
  const clock = {
    now: () => 0,
    after: (ms: number, run: () => void) => {
      timers.set(run, ms)
      return () => void timers.delete(run)
    },
  }
  const outbox = createOutbox(clock, ({ id }) => sent.push(id))
  return { outbox, sent, waits: () => [...timers.values()] }
}

describe('the outbox', () => {
  it('sends in order what is not acknowledged, pictures among it', () => {
    const { outbox, sent } = open()
    for (const frame of [text('a'), image('b'), text('c')]) outbox.add(frame)
    outbox.settle('a')
    outbox.flush()
    expect(sent).toEqual(['a', 'b', 'c', 'b', 'c'])
  })

  it('gives a picture more time before it sends again', () => {
    const { outbox, waits } = open()
    outbox.add(text('a'))
    expect(waits()).toEqual([5_000])
    outbox.add(image('b'))
    expect(waits()).toEqual([30_000])
    outbox.settle('a')
    outbox.settle('b')
    expect(waits()).toEqual([])
  })
})
