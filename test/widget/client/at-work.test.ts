import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FakeSocket } from '../../../widget/npm/testing/socket.ts'
import { pass, World } from './world.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

it('knows which tools take long, until they are over, and afresh on each socket', async () => {
  const world = new World()
  const conversation = world.open()
  const started = conversation.start({ mode: 'text' })
  await pass(50)
  await started
  const tell = (item: string, state: 'running' | 'over') =>
    world.broker.send({ type: 'tool', item, name: 'order', state })
  tell('item_1', 'running')
  tell('item_2', 'running')
  tell('item_2', 'running')
  await pass()
  expect(conversation.atWork.value).toEqual(['item_1', 'item_2'])
  tell('item_1', 'over')
  await pass()
  expect(conversation.atWork.value).toEqual(['item_2'])
  const sockets = FakeSocket.all.length
  FakeSocket.all.at(-1)?.break()
  await pass(3_000)
  expect(FakeSocket.all.length).toBeGreaterThan(sockets)
  expect(conversation.atWork.value).toEqual([])
  conversation.dispose()
})
