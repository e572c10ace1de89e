/** The broker asks for a fresh call near the provider's longest duration; the visitor notices nothing. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakePeer } from '../../../widget/npm/testing/peer.ts'
import { NOTHING, pass, World } from './world.ts'

let world: World

beforeEach(() => {
  vi.useFakeTimers()
  world = new World()
})

afterEach(() => {
  vi.useRealTimers()
})

const CALLS = 'POST sessions/ses/calls'
const END = 'POST sessions/ses/calls/call/end'

async function liveCall() {
  const conversation = world.open()
  void conversation.start()
  await pass(50)
  return conversation
}

/** A second call that is up, and waits for the broker. */
async function coming() {
  const conversation = await liveCall()
  const first = { id: world.broker.session.call?.id ?? '', peer: FakePeer.newest, sound: world.audio.srcObject }
  world.broker.askRollover()
  await pass(50)
  return { conversation, first, second: { id: world.broker.session.second ?? '', peer: FakePeer.newest } }
}

const connected = () => world.broker.texts.filter((text) => text.includes('connected')).map((text) => JSON.parse(text))

describe('a rollover', () => {
  it('opens a second connection with the same microphone, silent, and says when it is up', async () => {
    const { conversation, first, second } = await coming()
    expect(world.broker.asked.at(-1)?.body).toMatchObject({ after: { call: first.id, because: 'rollover' } })
    expect(connected()).toEqual([{ type: 'connected', call: second.id }])
    expect(FakePeer.open).toBe(2)
    expect(second.peer.track).toBe(first.peer.track)
    expect(world.audio.srcObject).toBe(first.sound)
    expect(world.mics.asked).toBe(1)
    conversation.dispose()
  })

  it('swaps when the broker is ready: the visitor hears the new one, and the state, timer and mute stay', async () => {
    const { conversation, first } = await coming()
    const since = conversation.liveSince.value
    conversation.setMuted(true)
    world.broker.takeOver()
    await pass()
    expect(first.peer.closed).toBe(true)
    expect(FakePeer.open).toBe(1)
    expect(world.audio.srcObject).not.toBe(first.sound)
    expect(conversation.liveSince.value).toBe(since)
    expect([conversation.muted.value, world.micOpen]).toEqual([true, false])
    await pass(60_000)
    expect(world.states).toEqual(['connecting', 'live'])
    expect(world.broker.count(END)).toBe(0)
    await conversation.end()
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
    expect(world.broker.count(END)).toBe(1)
  })

  it('works again and again', async () => {
    const { conversation } = await coming()
    for (let round = 0; round < 3; round++) {
      world.broker.takeOver()
      await pass(1_000)
      expect(FakePeer.open).toBe(1)
      world.broker.askRollover()
      await pass(50)
    }
    expect(world.states).toEqual(['connecting', 'live'])
    expect(world.mics.asked).toBe(1)
    conversation.dispose()
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
  })

  it('is not begun twice, nor for a call that this is not', async () => {
    const { conversation } = await coming()
    world.broker.askRollover()
    await pass(50)
    expect(world.broker.count(CALLS)).toBe(1)
    world.broker.takeOver()
    await pass()
    world.broker.send({ type: 'notice', code: 'rollover', call: 'call_0123456789012345678901' })
    await pass(50)
    expect(world.broker.count(CALLS)).toBe(1)
    conversation.dispose()
  })

  it('reconnects after a drop of the call that took over, and names that one', async () => {
    const { conversation, second } = await coming()
    world.broker.takeOver()
    await pass()
    FakePeer.newest.drop()
    await pass(1_000)
    expect(world.states).toEqual(['connecting', 'live', 'reconnecting', 'live'])
    expect(world.broker.asked.filter(({ route }) => route === CALLS).at(-1)?.body).toMatchObject({
      after: { call: second.id, because: 'dropped' },
    })
    conversation.dispose()
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
  })
})

describe('a rollover that does not work', () => {
  it.each(['rollover_refused', 'budget_exhausted', 'provider_busy', 'call_over'] as const)(
    '%s: the call goes on, and nothing is shown; the next notice is followed',
    async (code) => {
      const conversation = await liveCall()
      world.broker.fail.push({ route: CALLS, code })
      world.broker.askRollover()
      await pass(50)
      expect(FakePeer.open).toBe(1)
      expect([world.states, world.troubles]).toEqual([['connecting', 'live'], []])
      world.broker.askRollover()
      await pass(50)
      expect(FakePeer.open).toBe(2)
      conversation.dispose()
    },
  )

  it('does not connect: the second is given up when the broker says so', async () => {
    FakePeer.connects = true
    const conversation = await liveCall()
    FakePeer.connects = false
    world.broker.askRollover()
    await pass(50)
    expect(connected()).toEqual([])
    const call = world.broker.session.second ?? ''
    world.broker.send({ type: 'notice', code: 'call_ended', call, reason: 'dropped' })
    await pass()
    expect(FakePeer.open).toBe(1)
    expect([world.states, world.troubles]).toEqual([['connecting', 'live'], []])
    conversation.dispose()
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
  })

  it('has the first break just before the news: waited for, and not shown', async () => {
    const { conversation, first } = await coming()
    first.peer.drop()
    await pass(200)
    world.broker.takeOver()
    await pass(10_000)
    expect(world.states).toEqual(['connecting', 'live'])
    expect(FakePeer.open).toBe(1)
    conversation.dispose()
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
  })

  it('has the first break for good: made anew, and the second is hung up', async () => {
    const { conversation, first, second } = await coming()
    first.peer.drop()
    await pass(5_000)
    expect(world.states).toEqual(['connecting', 'live', 'reconnecting', 'live'])
    expect(FakePeer.open).toBe(1)
    expect(second.peer.closed).toBe(true)
    expect(world.broker.count(END)).toBe(1)
    expect(world.broker.asked.filter(({ route }) => route === CALLS).at(-1)?.body).toMatchObject({
      after: { call: first.id, because: 'dropped' },
    })
    conversation.dispose()
  })

  it.each(['visitor', 'time_cap', 'tampered', 'superseded'] as const)(
    '%s: an end of the first ends both',
    async (reason) => {
      const { conversation, first } = await coming()
      world.broker.send({ type: 'notice', code: 'call_ended', call: first.id, reason })
      await pass(10_000)
      expect(conversation.state.value).toBe('ended')
      expect(world.left()).toEqual(NOTHING)
      conversation.dispose()
    },
  )

  it('is let go of when the visitor hangs up, and when the page goes away', async () => {
    const { conversation } = await coming()
    await conversation.end()
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
    world = new World()
    const other = await coming()
    world.page.hide()
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
    other.conversation.dispose()
  })
})
