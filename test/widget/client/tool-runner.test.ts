/** What the page is asked for a tool: each call is done once, its result told until nobody waits for it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MAX_TEXT } from '../../../protocol/frames.ts'
import type { PageTool } from '../../../widget/client/page-tools.ts'
import { FakeSocket } from '../../../widget/npm/testing/socket.ts'
import { pass, World } from './world.ts'

const ITEM = 'item_1'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

async function written(tools: Record<string, PageTool> = {}) {
  const world = new World()
  const handlers = new Map(Object.entries(tools))
  world.tools = handlers
  const conversation = world.open()
  const started = conversation.start({ mode: 'text' })
  await pass(50)
  await started
  const call = async (item = ITEM, more: { name?: string; again?: boolean } = {}) => {
    world.broker.send({
      type: 'page_tool',
      item,
      call: { name: 'show', args: { room: 'A-17' }, again: false, ...more },
    })
    await vi.dynamicImportSettled()
    await pass()
  }
  const over = async (item = ITEM) => {
    world.broker.send({ type: 'page_tool', item, call: null })
    await pass()
  }
  const sent = () => world.broker.texts.map((text) => JSON.parse(text))
  const reconnect = async () => {
    FakeSocket.all.at(-1)?.break()
    await pass(3_000)
  }
  return { world, conversation, handlers, call, over, sent, reconnect }
}

describe('a tool of the page', () => {
  it('gets its arguments, and its result goes back', async () => {
    const show = vi.fn<PageTool>(async () => ({ shown: true }))
    const { call, sent } = await written({ show })
    await call()
    expect(show).toHaveBeenCalledWith({ room: 'A-17' }, { signal: expect.any(AbortSignal) })
    expect(sent()).toEqual([{ type: 'page_result', item: ITEM, result: '{"shown":true}' }])
  })

  it('is run once, however often it is asked for; its result is told again after a reconnect', async () => {
    let answer = (_: string) => {}
    const show = vi.fn<PageTool>(() => new Promise((resolve) => (answer = resolve)))
    const { call, sent, reconnect, over } = await written({ show })
    await call()
    await reconnect()
    await call(ITEM, { again: true })
    expect(sent()).toEqual([])
    answer('done')
    await pass()
    await reconnect()
    await call(ITEM, { again: true })
    expect(sent()).toEqual(Array(2).fill({ type: 'page_result', item: ITEM, result: '"done"' }))
    await over()
    await call(ITEM, { again: true })
    expect(sent().at(-1), 'what is over is forgotten').toEqual({ type: 'page_failed', item: ITEM, cause: 'lost' })
    await call('item_2')
    expect(show).toHaveBeenCalledTimes(2)
  })

  it('that an earlier page has begun is not begun by this one', async () => {
    const show = vi.fn<PageTool>()
    const { call, sent } = await written({ show })
    await call(ITEM, { again: true })
    expect(show).not.toHaveBeenCalled()
    expect(sent()).toEqual([{ type: 'page_failed', item: ITEM, cause: 'lost' }])
  })

  it('that comes to be known a moment later is run, one that does not is not', async () => {
    const show = vi.fn<PageTool>(() => 1)
    const { call, handlers, sent } = await written()
    await call()
    handlers.set('show', show)
    await pass(2_000)
    await call('item_2', { name: 'unknown' })
    await pass(2_000)
    expect(sent()).toEqual([
      { type: 'page_result', item: ITEM, result: '1' },
      { type: 'page_failed', item: 'item_2', cause: 'no_handler' },
    ])
  })

  it.each([
    ['throws', () => Promise.reject(new Error('hunter2')), 'threw'],
    ['answers too much', () => 'x'.repeat(MAX_TEXT), 'too_large'],
    ['answers what JSON cannot say', () => 1n, 'not_json'],
  ])('that %s says so, and no more', async (_, show, cause) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { call, sent } = await written({ show })
    await call()
    log.mockRestore()
    expect(sent()).toEqual([{ type: 'page_failed', item: ITEM, cause }])
  })

  it('is aborted when nobody waits for it any more, or the widget goes; nothing is told then', async () => {
    const signals: AbortSignal[] = []
    const show: PageTool = (_, { signal }) => new Promise(() => signals.push(signal))
    const { call, over, conversation, sent } = await written({ show })
    await call('item_1')
    await call('item_2')
    await over('item_1')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
    conversation.dispose()
    await pass()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
    expect(sent()).toEqual([])
  })
})

describe('a question to the visitor', () => {
  it('stands until the broker says that it is over, and afresh on each socket', async () => {
    const { world, conversation, sent, reconnect } = await written()
    const ask = { label: 'Booking', text: 'Two nights?' }
    const tell = async (item: string, what: typeof ask | null) => {
      world.broker.send({ type: 'confirm', item, ask: what })
      await vi.dynamicImportSettled()
      await pass()
    }
    await tell('item_1', ask)
    await tell('item_2', ask)
    await tell('item_2', ask)
    expect(conversation.questions.value.map(({ item }) => item)).toEqual(['item_1', 'item_2'])
    expect(conversation.confirm('item_1', true)).toBe(true)
    expect(sent()).toEqual([{ type: 'confirm', item: 'item_1', yes: true }])
    expect(conversation.questions.value).toHaveLength(2)
    await tell('item_1', null)
    expect(conversation.questions.value).toEqual([{ item: 'item_2', ...ask }])
    await reconnect()
    expect(conversation.questions.value).toEqual([])
    FakeSocket.all.at(-1)?.break()
    expect(conversation.confirm('item_2', true), 'not sent while the socket is down').toBe(false)
    conversation.dispose()
  })
})
