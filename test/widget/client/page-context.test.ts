import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { pass, World } from './world.ts'

let world: World

beforeEach(() => {
  vi.useFakeTimers()
  world = new World()
})

afterEach(() => {
  vi.useRealTimers()
})

const told = () =>
  world.broker.texts.flatMap((text) => {
    const frame = JSON.parse(text) as { type: string; text: string }
    return frame.type === 'context' ? [frame.text] : []
  })

it('what is on the page starts nothing, and is told when there is a conversation, when it changes and after a break', async () => {
  const conversation = world.open()
  conversation.setContext('rooms')
  await pass(60_000)
  expect([world.broker.asked, told()]).toEqual([[], []])

  void conversation.start()
  await pass(50)
  expect(told()).toEqual(['rooms'])
  conversation.setContext('parking')
  expect(told()).toEqual(['rooms', 'parking'])

  world.broker.sockets.at(-1)?.break()
  conversation.setContext('breakfast')
  expect(told()).toEqual(['rooms', 'parking'])
  await pass(5_000)
  expect(told()).toEqual(['rooms', 'parking', 'breakfast'])
  conversation.dispose()
})

it('a page that tells nothing sends nothing', async () => {
  const conversation = world.open()
  void conversation.start()
  await pass(50)
  expect(told()).toEqual([])
  conversation.dispose()
})
