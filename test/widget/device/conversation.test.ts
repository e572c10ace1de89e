import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Conversation } from '../../../widget/client/types.ts'
import { FakePeer } from '../../../widget/npm/testing/peer.ts'
import { NOTHING, pass, World } from '../client/world.ts'

let world: World
beforeEach(() => {
  vi.useFakeTimers()
  world = new World()
})
afterEach(() => vi.useRealTimers())

async function inACall(): Promise<Conversation> {
  const conversation = world.open()
  void conversation.start()
  await pass(20_000)
  expect(conversation.state.value).toBe('live')
  return conversation
}

const newestTrack = () => world.mics.streams.at(-1)?.tracks[0]

describe('a permission that is slow', () => {
  it('text after 15 s, and the microphone joins the same session when it comes', async () => {
    world.mics.holdPrompt = true
    const conversation = world.open()
    void conversation.start()
    await pass(14_000)
    expect([conversation.state.value, conversation.mode.value]).toEqual(['connecting', 'voice'])
    await pass(2_000)
    expect([conversation.state.value, conversation.mode.value]).toEqual(['live', 'text'])
    expect(conversation.trouble.value).toEqual({ code: 'mic_slow', ways: [] })
    conversation.send('meanwhile in writing')
    await pass(20_000)
    expect(world.broker.texts).toHaveLength(1)

    world.mics.answerPrompts()
    await pass(100)
    expect([conversation.state.value, conversation.mode.value]).toEqual(['live', 'voice'])
    expect(conversation.trouble.value).toBeNull()
    expect(world.micOpen).toBe(true)
    expect(world.mics.asked).toBe(1)
    expect(world.broker.count('POST sessions')).toBe(1)
    expect(conversation.items.value.map((item) => item.text)).toEqual(['meanwhile in writing'])
    conversation.dispose()
    await pass()
    expect(world.left()).toEqual(NOTHING)
  })

  it('refused in the end: text goes on, and says so', async () => {
    world.mics.holdPrompt = true
    const conversation = world.open()
    void conversation.start()
    await pass(20_000)
    world.mics.refuseWith = 'NotAllowedError'
    world.mics.answerPrompts()
    await pass(100)
    expect([conversation.state.value, conversation.mode.value]).toEqual(['live', 'text'])
    expect(conversation.trouble.value?.code).toBe('mic_denied')
    conversation.dispose()
  })

  it('hung up meanwhile: what is given then is let go', async () => {
    world.mics.holdPrompt = true
    const conversation = world.open()
    void conversation.start()
    await pass(20_000)
    void conversation.end()
    await pass(1_000)
    world.mics.answerPrompts()
    await pass(60_000)
    expect(conversation.state.value).toBe('ended')
    expect(world.left()).toEqual(NOTHING)
  })

  it('asked for once more by a tap: the old question does not count any more', async () => {
    world.mics.holdPrompt = true
    const conversation = world.open()
    void conversation.start()
    await pass(20_000)
    void conversation.start({ mode: 'voice' })
    await pass(1_000)
    expect(conversation.state.value).toBe('connecting')
    world.mics.answerPrompts()
    await pass(1_000)
    expect([conversation.state.value, conversation.mode.value]).toEqual(['live', 'voice'])
    expect(world.mics.live).toBe(1)
    conversation.dispose()
    await pass()
    expect(world.left()).toEqual(NOTHING)
  })
})

describe('a fresh microphone', () => {
  it('goes into the running call: no other call, and as open as the one before', async () => {
    const conversation = await inACall()
    newestTrack()?.vanish()
    await pass(100)
    expect([world.mics.asked, world.mics.live, FakePeer.all.length]).toEqual([2, 1, 1])
    expect(FakePeer.newest.track).toBe(newestTrack())
    expect(world.micOpen).toBe(true)
    expect(conversation.trouble.value).toBeNull()
    conversation.setMuted(true)
    newestTrack()?.vanish()
    await pass(100)
    expect(world.mics.asked).toBe(3)
    expect(world.micOpen).toBe(false)
    conversation.dispose()
    await pass()
    expect(world.left()).toEqual(NOTHING)
  })

  it('that comes while the call is being made again is in the new call', async () => {
    const conversation = await inACall()
    world.mics.holdPrompt = true
    newestTrack()?.vanish()
    FakePeer.newest.drop()
    await pass(5_000)
    expect([conversation.state.value, FakePeer.all.length]).toEqual(['live', 2])
    world.mics.answerPrompts()
    await pass(100)
    expect(FakePeer.newest.track).toBe(newestTrack())
    expect([world.micOpen, world.mics.live]).toEqual([true, 1])
    conversation.dispose()
    await pass()
    expect(world.left()).toEqual(NOTHING)
  })

  it('that cannot be had: the call goes on, told once, and the trouble ends with a microphone', async () => {
    const conversation = await inACall()
    world.mics.refuseWith = 'NotReadableError'
    newestTrack()?.vanish()
    await pass(20_000)
    expect(world.troubles).toEqual(['mic_busy'])
    expect(conversation.state.value).toBe('live')
    expect(world.mics.asked).toBe(5)
    world.mics.refuseWith = null
    world.mics.dispatchEvent(new Event('devicechange'))
    await pass(5_000)
    expect(conversation.trouble.value).toBeNull()
    expect([world.micOpen, FakePeer.all.length]).toEqual([true, 1])
    conversation.dispose()
    await pass()
    expect(world.left()).toEqual(NOTHING)
  })
})
