import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MAX_CONTEXT } from '../../../protocol/page-context.ts'
import { contextText, createPageContext } from '../../../widget/ui/page-context.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the context of a page', () => {
  it.each([
    ['text', ' rooms ', ' rooms '],
    ['JSON', { page: 'rooms', prices: [1, 2] }, '{"page":"rooms","prices":[1,2]}'],
    ['a number', 7, '7'],
    ['null', null, ''],
    ['nothing', undefined, ''],
    ['the longest', 'x'.repeat(MAX_CONTEXT), 'x'.repeat(MAX_CONTEXT)],
  ])('may be %s', (_, data, text) => expect(contextText(data)).toBe(text))

  const circle: { self?: object } = {}
  circle.self = circle
  it.each<[string, unknown, typeof Error]>([
    ['a function', () => {}, TypeError],
    ['a circle', circle, TypeError],
    ['a BigInt', 1n, TypeError],
    ['too long', 'x'.repeat(MAX_CONTEXT + 1), RangeError],
    ['too long in bytes', '話'.repeat(MAX_CONTEXT / 2), RangeError],
  ])('is refused where it is %s, and the one before stays', (_, data, error) => {
    const tell = vi.fn()
    const context = createPageContext(tell)
    context.set('rooms')
    expect(() => context.set(data)).toThrow(error)
    vi.advanceTimersByTime(1000)
    expect(tell.mock.calls).toEqual([['rooms']])
  })

  it('is told once the page has settled, the newest only', () => {
    const tell = vi.fn()
    const context = createPageContext(tell)
    for (let n = 0; n < 20; n++) {
      context.set({ n })
      vi.advanceTimersByTime(100)
    }
    expect(tell).not.toHaveBeenCalled()
    vi.advanceTimersByTime(300)
    expect(tell.mock.calls).toEqual([['{"n":19}']])
  })

  it('is told to whoever comes later, and nothing where there is nothing', () => {
    const tell = vi.fn()
    const context = createPageContext(tell)
    context.now()
    context.set(null)
    context.stop()
    vi.advanceTimersByTime(1000)
    expect(tell).not.toHaveBeenCalled()
    context.now()
    expect(tell.mock.calls).toEqual([['']])
  })
})
