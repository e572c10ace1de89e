/** A call was ended for good, and its connection breaks before the notice, which never comes. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EndReason } from '../../../protocol/frames.ts'
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

async function liveCall() {
  const conversation = world.open()
  void conversation.start()
  await pass(50)
  expect(conversation.state.value).toBe('live')
  return { conversation, call: world.broker.session.call?.id ?? '' }
}

const CALLS = 'POST sessions/ses/calls'
const FOR_GOOD = [
  'visitor',
  'superseded',
  'tampered',
  'assistant',
  'idle',
  'owner',
  'time_cap',
  'cost_cap',
  'day_cap',
  'revoked',
  'erased',
] as const

/** How the widget stands after an end: what it shows, and what it has let go of. */
async function standing(end: (call: string) => void) {
  world = new World()
  const { conversation, call } = await liveCall()
  end(call)
  await pass(120_000)
  const { state, trouble, resumable } = conversation
  const left = world.left()
  const asked = world.broker.count(CALLS)
  conversation.dispose()
  return { shows: { state: state.value, trouble: trouble.value, resumable: resumable.value, left }, asked }
}

describe('a connection that breaks before the notice of the end', () => {
  it.each(FOR_GOOD)('%s: one refused call, then the same is shown as for the notice', async (reason) => {
    const told = await standing((call) => {
      world.broker.send({ type: 'notice', code: 'call_ended', call, reason })
    })
    const refused = await standing(() => {
      world.broker.fail.push({ route: CALLS, code: 'call_over', reason })
      FakePeer.newest.drop()
    })
    expect(refused.shows).toEqual(told.shows)
    expect(refused.shows).toMatchObject({ state: 'ended', left: NOTHING })
    expect([told.asked, refused.asked]).toEqual([0, 1])
  })

  it('names the call that it had, at each try, and nothing when the visitor starts', async () => {
    const { conversation, call } = await liveCall()
    world.broker.fail.push({ route: CALLS, code: 'provider_busy' })
    FakePeer.newest.drop()
    await pass(2_000)
    expect(conversation.state.value).toBe('live')
    const second = world.broker.session.call?.id
    FakePeer.newest.drop()
    await pass(2_000)
    await conversation.end()
    void conversation.start()
    await pass(50)
    const calls = world.broker.asked.filter(({ route }) => route === CALLS)
    const dropped = (id: unknown) => ({ call: id, because: 'dropped' })
    expect(calls.map(({ body }) => (body as { after?: unknown }).after)).toEqual([
      dropped(call),
      dropped(call),
      dropped(second),
      undefined,
    ])
    conversation.dispose()
  })

  it('goes on to be refused for good while it tries, without another try', async () => {
    const { conversation } = await liveCall()
    world.broker.fail.push({ route: CALLS, code: 'provider_busy' })
    world.broker.fail.push({ route: CALLS, code: 'call_over', reason: 'time_cap' as EndReason })
    FakePeer.newest.drop()
    await pass(120_000)
    expect(conversation.trouble.value).toMatchObject({ code: 'limit_reached', cause: 'time_cap' })
    expect(world.broker.count(CALLS)).toBe(2)
    conversation.dispose()
  })

  it('is over as well when the reason is one that this widget does not know', async () => {
    const { conversation } = await liveCall()
    world.broker.fail.push({ route: CALLS, code: 'call_over', reason: 'from_the_future' as EndReason })
    FakePeer.newest.drop()
    await pass(120_000)
    expect(conversation.state.value).toBe('ended')
    expect(world.broker.count(CALLS)).toBe(1)
    conversation.dispose()
  })
})
