import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakePeer } from '../../../widget/npm/testing/peer.ts'
import { FakeSocket } from '../../../widget/npm/testing/socket.ts'
import { NOTHING, pass, World } from './world.ts'

let world: World

beforeEach(() => {
  vi.useFakeTimers()
  world = new World()
})

afterEach(() => {
  vi.useRealTimers()
})

async function startVoice(conversation = world.open()) {
  const started = conversation.start()
  await pass(50)
  await started
  return conversation
}

describe('starting a voice call', () => {
  it('goes live with one request, and the call hears the microphone only then', async () => {
    world.broker.says.ready = false
    const conversation = world.open()
    const started = conversation.start()
    await pass(1_000)
    expect(world.mics.live).toBe(1)
    expect(conversation.state.value).toBe('connecting')
    expect(world.micOpen).toBe(false)

    const call = world.broker.session.call
    world.broker.send({ type: 'ready', call: call?.id ?? '' })
    await pass()
    await started
    expect(conversation.state.value).toBe('live')
    expect(world.micOpen).toBe(true)
    expect(conversation.liveSince.value).toBe(Date.now())
    expect(world.broker.routes()).toEqual(['GET agents/concierge', 'POST sessions'])
    expect(FakePeer.newest.track).toBe(world.mics.streams[0]?.tracks[0])
    expect(world.audio.srcObject).not.toBeNull()
    expect(conversation.levels().input).toBeGreaterThan(0)
    conversation.dispose()
  })

  it('touches the page, the network and the microphone only when started', async () => {
    const conversation = world.open()
    await pass(60_000)
    expect(world.broker.asked).toEqual([])
    expect(world.page.listeners).toBe(0)
    expect({ asked: world.mics.asked, ...world.left() }).toEqual({ asked: 0, ...NOTHING })
    conversation.dispose()
  })

  it('asks for microphone and sound inside the tap', () => {
    const conversation = world.open()
    void conversation.start()
    expect(world.mics.asked).toBe(1)
    expect(world.audio.plays).toBe(1)
    conversation.dispose()
  })

  it('opens the call itself with the ephemeral handshake and reports it', async () => {
    world.broker.handshake = 'ephemeral'
    const conversation = await startVoice()
    expect(conversation.state.value).toBe('live')
    expect(world.broker.routes()).toEqual([
      'GET agents/concierge',
      'POST sessions',
      'POST provider',
      'PUT sessions/ses/calls/call',
    ])
    expect(world.broker.asked[2]?.token).toBe('Bearer ek_test')
    expect(world.broker.asked[3]?.body).toEqual({ provider_call_id: 'rtc_u1_abc' })
    conversation.dispose()
  })

  it('gives up connecting after 8 s where there is no other way, hangs up and offers text', async () => {
    FakePeer.connects = false
    const conversation = world.open()
    const started = conversation.start()
    await pass(7_900)
    expect(conversation.state.value).toBe('connecting')
    await pass(200)
    await started
    expect(conversation.trouble.value).toEqual({ code: 'connect_timeout', ways: ['retry', 'text'] })
    expect(conversation.state.value).toBe('idle')
    expect(world.broker.routes().at(-1)).toBe('POST sessions/ses/calls/call/end')
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
  })

  it('says that the broker cannot be reached', async () => {
    world.broker.reachable = false
    const conversation = await startVoice()
    expect(conversation.trouble.value).toEqual({ code: 'broker_unreachable', ways: ['retry'] })
    expect(conversation.state.value).toBe('idle')
    expect(world.left()).toEqual(NOTHING)

    world.broker.reachable = true
    await startVoice(conversation)
    expect(conversation.state.value).toBe('live')
    expect(conversation.trouble.value).toBeNull()
    conversation.dispose()
  })

  it('ignores a second tap while connecting or live', async () => {
    const conversation = world.open()
    void conversation.start()
    void conversation.start()
    await pass(50)
    void conversation.start()
    await pass(50)
    expect(world.mics.asked).toBe(1)
    expect(world.broker.count('POST sessions')).toBe(1)
    conversation.dispose()
  })
})

describe('without a microphone', () => {
  it.each([
    ['NotAllowedError', 'mic_denied'],
    ['NotFoundError', 'mic_missing'],
    ['NotReadableError', 'mic_busy'],
  ])('%s: goes on in text by itself', async (refusal, code) => {
    world.mics.refuseWith = refusal
    const conversation = await startVoice()
    expect(conversation.trouble.value).toEqual({ code, ways: ['text', 'retry'] })
    expect(conversation.state.value).toBe('live')
    expect(conversation.mode.value).toBe('text')
    expect(FakePeer.open).toBe(0)
    expect(world.broker.asked.at(-1)?.body).toEqual({ agent: 'concierge' })

    conversation.send('hello')
    await pass()
    world.mics.refuseWith = null
    await startVoice(conversation)
    expect(conversation.mode.value).toBe('voice')
    expect(conversation.state.value).toBe('live')
    expect(conversation.items.value.map((item) => item.text)).toEqual(['hello'])
    expect(world.broker.count('POST sessions')).toBe(1)
    conversation.dispose()
  })

  it('stays in the text conversation when speaking fails', async () => {
    const conversation = world.open()
    void conversation.start({ mode: 'text' })
    await pass(50)
    world.broker.fail.push({ route: 'POST sessions/ses/calls', code: 'provider_busy' })
    await startVoice(conversation)
    expect(conversation.trouble.value?.code).toBe('provider_busy')
    expect([conversation.state.value, conversation.mode.value]).toEqual(['live', 'text'])
    expect(world.mics.live).toBe(0)
    conversation.dispose()
  })

  it('works without WebRTC and on insecure pages', async () => {
    const conversation = await startVoice(world.open({ RTCPeerConnection: undefined }))
    expect(conversation.trouble.value?.code).toBe('webrtc_missing')
    expect([conversation.state.value, conversation.mode.value]).toEqual(['live', 'text'])
    conversation.dispose()

    const insecure = await startVoice(world.open({ mediaDevices: undefined }))
    expect(insecure.trouble.value?.code).toBe('insecure_page')
    expect(insecure.state.value).toBe('live')
    insecure.dispose()
  })
})

describe('what comes too late', () => {
  it('stops a microphone that was granted after hanging up', async () => {
    world.mics.holdPrompt = true
    const conversation = world.open()
    const started = conversation.start()
    await pass(50)
    await conversation.end()
    await started
    world.mics.answerPrompts()
    await pass(50)
    expect(world.mics.streams).toHaveLength(1)
    expect(world.broker.count('POST sessions')).toBe(0)
    expect(world.left()).toEqual(NOTHING)
  })

  it('erases a session whose start was given up', async () => {
    world.broker.hold = 'POST sessions'
    const conversation = world.open()
    void conversation.start()
    await pass(50)
    await conversation.end()
    world.broker.letThrough()
    await pass(50)
    expect(world.broker.sessions.size).toBe(0)
    expect(conversation.resumable.value).toBe(false)
    expect(world.left()).toEqual(NOTHING)
  })

  it('hangs up a call whose start was given up, and keeps its newer token', async () => {
    const conversation = await startVoice()
    await conversation.end()
    world.broker.hold = 'POST sessions/ses/calls'
    void conversation.start()
    await pass(50)
    await conversation.end()
    world.broker.letThrough()
    await pass(50)
    expect(world.broker.session.call).toBeNull()
    expect([...world.storage.entries.values()][0]).toContain(`${world.broker.session.id}.1`)
    expect(world.left()).toEqual(NOTHING)
  })
})

describe('a call that breaks', () => {
  it('comes back by itself, on the same session, with the same microphone', async () => {
    const conversation = await startVoice()
    world.broker.store({ id: 'itm_1', text: 'Good morning' })
    FakePeer.newest.drop()
    expect(conversation.state.value).toBe('reconnecting')
    expect(world.micOpen).toBe(false)
    await pass(50)
    expect(conversation.state.value).toBe('live')
    expect(world.micOpen).toBe(true)
    expect(world.mics.asked).toBe(1)
    expect(FakePeer.all).toHaveLength(2)
    expect(FakePeer.open).toBe(1)
    expect(world.broker.routes().slice(2)).toEqual(['POST sessions/ses/calls'])
    expect(conversation.items.value.map((item) => item.text)).toEqual(['Good morning'])
    expect(world.states).toEqual(['connecting', 'live', 'reconnecting', 'live'])
    conversation.dispose()
  })

  it.each(['dropped', 'expired', 'provider', 'widget_gone'] as const)('comes back after "%s"', async (reason) => {
    const conversation = await startVoice()
    const call = world.broker.session.call?.id ?? null
    world.broker.send({ type: 'notice', code: 'call_ended', call, reason })
    expect(conversation.state.value).toBe('reconnecting')
    await pass(50)
    expect(conversation.state.value).toBe('live')
    conversation.dispose()
  })

  it('ends when the visitor hung up elsewhere, and ignores notices about older calls', async () => {
    const conversation = await startVoice()
    const older = world.broker.session.call?.id ?? null
    FakePeer.newest.drop()
    await pass(50)
    world.broker.send({ type: 'notice', code: 'call_ended', call: older, reason: 'superseded' })
    expect(conversation.state.value).toBe('live')
    const call = world.broker.session.call?.id ?? null
    world.broker.send({ type: 'notice', code: 'call_ended', call, reason: 'visitor' })
    expect(conversation.state.value).toBe('ended')
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
    expect(world.broker.count('POST sessions/ses/calls')).toBe(1)
  })

  it('ends and does not call again when the page has tampered with the call', async () => {
    const conversation = await startVoice()
    const call = world.broker.session.call?.id ?? null
    world.broker.send({ type: 'notice', code: 'call_ended', call, reason: 'tampered' })
    expect(conversation.state.value).toBe('ended')
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
    expect(world.broker.count('POST sessions/ses/calls')).toBe(0)
  })

  it('notices within 5 s that nothing arrives', async () => {
    const conversation = await startVoice()
    await pass(10_000)
    FakePeer.newest.packetsFlow = false
    await pass(10_000)
    expect(conversation.state.value).toBe('live')
    FakePeer.newest.responsesFlow = false
    await pass(5_000)
    expect(FakePeer.all).toHaveLength(2)
    expect(conversation.state.value).toBe('live')
    conversation.dispose()
  })

  it('gives up after ten attempts and lets go of the microphone', async () => {
    const conversation = await startVoice()
    world.broker.reachable = false
    FakePeer.newest.drop()
    await pass(30_000)
    expect(conversation.state.value).toBe('reconnecting')
    await pass(50_000)
    expect(conversation.state.value).toBe('ended')
    expect(conversation.trouble.value).toEqual({ code: 'gave_up', ways: ['retry', 'text'] })
    expect(conversation.resumable.value).toBe(true)
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
  })

  it('waits while there is no network, and goes at once when it is back', async () => {
    const conversation = await startVoice()
    world.broker.reachable = false
    world.page.navigator.onLine = false
    FakePeer.newest.drop()
    await pass(120_000)
    expect(conversation.state.value).toBe('reconnecting')
    expect(world.broker.count('POST sessions/ses/calls')).toBe(0)
    world.broker.reachable = true
    world.page.goOnline()
    await pass(6_000)
    expect(conversation.state.value).toBe('live')
    conversation.dispose()
  })

  it('can be ended while it is coming back', async () => {
    const conversation = await startVoice()
    world.broker.reachable = false
    FakePeer.newest.drop()
    await pass(3_000)
    await conversation.end()
    world.broker.reachable = true
    await pass(60_000)
    expect(conversation.state.value).toBe('ended')
    expect(world.broker.session.call).not.toBeNull()
    expect(world.left()).toEqual(NOTHING)
  })

  it('keeps the call while only the event socket is away, and sees what it missed', async () => {
    const conversation = await startVoice()
    world.broker.store({ id: 'itm_1', text: 'one' })
    world.broker.reachable = false
    FakeSocket.all.at(-1)?.break()
    await pass(1_000)
    expect(conversation.state.value).toBe('live')
    world.broker.store({ id: 'itm_2', text: 'two' })
    world.broker.reachable = true
    await pass(10_000)
    expect(conversation.state.value).toBe('live')
    expect(FakeSocket.all.at(-1)?.url).toContain('after=1')
    expect(conversation.items.value.map((item) => item.text)).toEqual(['one', 'two'])
    expect(FakePeer.all).toHaveLength(1)
    conversation.dispose()
  })

  it('replaces a call that ended while the event socket was away', async () => {
    const conversation = await startVoice()
    world.broker.session.call = null
    FakeSocket.all.at(-1)?.break()
    await pass(2_000)
    expect(world.states).toEqual(['connecting', 'live', 'reconnecting', 'live'])
    conversation.dispose()
  })

  it('opens a new event socket when pings are not answered', async () => {
    const conversation = await startVoice()
    world.broker.says.pong = false
    await pass(14_000)
    expect(FakeSocket.all).toHaveLength(1)
    await pass(12_000)
    expect(FakeSocket.all).toHaveLength(2)
    expect(FakeSocket.open).toBe(1)
    conversation.dispose()
  })
})

describe('typed text', () => {
  it('is shown at once, starts a text conversation and is stored once', async () => {
    const conversation = world.open()
    conversation.send('  hello  ')
    expect(conversation.items.value).toMatchObject([{ text: 'hello', role: 'user', status: 'in_progress' }])
    await pass(50)
    expect(conversation.state.value).toBe('live')
    expect(conversation.mode.value).toBe('text')
    expect(conversation.items.value).toMatchObject([{ text: 'hello', status: 'completed' }])
    await pass(30_000)
    expect(world.broker.texts).toHaveLength(1)
    expect(world.mics.asked).toBe(0)
    conversation.dispose()
  })

  it('is sent again with the same id until it is acknowledged, over reconnects too', async () => {
    const conversation = await startVoice()
    world.broker.says.ack = false
    conversation.send('hello')
    await pass(6_000)
    expect(world.broker.texts).toHaveLength(2)
    FakeSocket.all.at(-1)?.break()
    await pass(2_000)
    expect(world.broker.texts).toHaveLength(3)
    expect(new Set(world.broker.texts).size).toBe(1)
    world.broker.says.ack = true
    await pass(6_000)
    expect(world.broker.texts).toHaveLength(4)
    await pass(30_000)
    expect(world.broker.texts).toHaveLength(4)
    expect(conversation.items.value).toHaveLength(1)
    conversation.dispose()
  })

  it('that is refused says so and is not sent again', async () => {
    const conversation = await startVoice()
    world.broker.says.ack = false
    conversation.send('hello')
    const id = conversation.items.value[0]?.id
    world.broker.send({ type: 'error', code: 'bad_request', ...(id ? { id } : {}) })
    await pass(30_000)
    expect(conversation.items.value).toMatchObject([{ status: 'failed' }])
    expect(world.broker.texts).toHaveLength(1)
    conversation.dispose()
  })

  it('waits for the broker when it is away, and goes on when it is back', async () => {
    const conversation = world.open()
    world.broker.reachable = false
    conversation.send('hello')
    await pass(600) // the start is repeated once, half a second later
    expect(conversation.trouble.value?.code).toBe('broker_unreachable')
    expect(conversation.items.value).toHaveLength(1)
    world.broker.reachable = true
    void conversation.start({ mode: 'text' })
    await pass(50)
    expect(conversation.items.value).toMatchObject([{ text: 'hello', status: 'completed' }])
    conversation.dispose()
  })

  it('that is too long is refused here', () => {
    const conversation = world.open()
    conversation.send('x'.repeat(8_001))
    expect(conversation.trouble.value?.code).toBe('too_large')
    expect(conversation.items.value).toEqual([])
    conversation.dispose()
  })

  it('that waits for its socket gives no later call up', async () => {
    const conversation = world.open()
    void conversation.start({ mode: 'text' })
    await pass(50)
    world.broker.reachable = false
    FakeSocket.all.at(-1)?.break()
    await pass(50_000)
    expect(conversation.state.value).toBe('reconnecting')
    world.broker.reachable = true
    world.broker.hold = 'POST sessions/ses/calls'
    void conversation.start()
    await pass(12_000)
    expect(conversation.state.value).toBe('connecting')
    expect(world.troubles).not.toContain('gave_up')
    conversation.dispose()
  })

  it('shows a text conversation without its socket as reconnecting, and gives up after a minute', async () => {
    const conversation = world.open()
    void conversation.start({ mode: 'text' })
    await pass(50)
    FakeSocket.all.at(-1)?.break()
    expect(conversation.state.value).toBe('reconnecting')
    await pass(2_000)
    expect(conversation.state.value).toBe('live')
    world.broker.reachable = false
    FakeSocket.all.at(-1)?.break()
    await pass(61_000)
    expect(conversation.state.value).toBe('ended')
    expect(conversation.trouble.value?.code).toBe('gave_up')
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
  })
})

describe('after a reload', () => {
  async function reload() {
    const before = await startVoice()
    for (const text of ['one', 'two', 'three']) world.broker.store({ id: `itm_${text}`, text })
    before.dispose()
    await pass(10_000)
    world.broker.asked.length = 0
    return world.open()
  }

  it('shows the stored thread without a call, and goes on from there', async () => {
    const conversation = await reload()
    expect(conversation.resumable.value).toBe(true)
    await conversation.restore()
    expect(conversation.items.value.map((item) => item.text)).toEqual(['one', 'two', 'three'])
    expect(conversation.state.value).toBe('idle')
    expect(world.left()).toEqual(NOTHING)

    await startVoice(conversation)
    expect(conversation.state.value).toBe('live')
    expect(world.broker.count('POST sessions')).toBe(0)
    expect(FakeSocket.all.at(-1)?.url).toContain('after=3')
    expect(conversation.items.value).toHaveLength(3)
    conversation.dispose()
  })

  it('begins a new session when the old one was erased meanwhile, once', async () => {
    const conversation = await reload()
    await conversation.restore()
    world.broker.sessions.clear()
    await startVoice(conversation)
    expect(conversation.state.value).toBe('live')
    expect(conversation.items.value).toEqual([])
    expect(world.broker.count('POST sessions')).toBe(1)
    expect(world.troubles).toEqual([])
    conversation.dispose()
  })

  it('works where nothing may be stored', async () => {
    world.storage.blocked = true
    const conversation = await startVoice()
    expect(conversation.state.value).toBe('live')
    FakePeer.newest.drop()
    await pass(50)
    expect(conversation.state.value).toBe('live')
    conversation.dispose()
  })
})

describe('other tabs', () => {
  it('a copied tab does not start, but may take over with the newest token; the first lets go', async () => {
    const first = await startVoice()
    const session = world.broker.session.id
    const second = world.open()
    void second.start()
    await pass(1_000)
    expect(second.trouble.value).toEqual({ code: 'in_other_tab', ways: ['take_over'] })
    expect(second.state.value).toBe('idle')
    expect(world.mics.live).toBe(1)

    // The first tab renews its token: the copy in the second tab is void now.
    FakePeer.newest.drop()
    await pass(50)
    FakeSocket.all.at(-1)?.break()
    await pass(1_000)
    void second.start({ takeOver: true })
    await pass(1_000)
    expect(second.state.value).toBe('live')
    expect(first.state.value).toBe('ended')
    expect(first.trouble.value).toEqual({ code: 'superseded', ways: ['take_over'] })
    expect(world.broker.sessions.size).toBe(1)
    expect(world.broker.session.id).toBe(session)
    expect([world.mics.live, FakePeer.open, FakeSocket.open]).toEqual([1, 1, 1])
    second.dispose()
    first.dispose()
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
  })

  it('never comes back by itself after a superseded notice', async () => {
    const conversation = await startVoice()
    world.broker.send({ type: 'notice', code: 'superseded', call: null })
    expect(conversation.state.value).toBe('ended')
    expect(conversation.trouble.value).toEqual({ code: 'superseded', ways: ['take_over'] })
    await pass(120_000)
    expect(world.broker.count('POST sessions/ses/calls')).toBe(0)
    expect(world.left()).toEqual(NOTHING)
  })

  it('finds out by HTTP why the event socket is refused', async () => {
    const conversation = await startVoice()
    world.broker.session.used = 5
    FakeSocket.all.at(-1)?.break()
    await pass(5_000)
    expect(conversation.state.value).toBe('ended')
    expect(conversation.trouble.value?.code).toBe('superseded')
    expect(world.broker.count('GET sessions/ses/transcript')).toBe(1)
    await pass(10_000)
    expect(world.left()).toEqual(NOTHING)
  })

  it('ends a conversation that was erased elsewhere', async () => {
    const conversation = await startVoice()
    world.broker.store({ id: 'itm_1', text: 'one' })
    world.broker.send({ type: 'notice', code: 'erased', call: null })
    expect(conversation.state.value).toBe('ended')
    expect(conversation.items.value).toEqual([])
    expect(world.storage.entries.size).toBe(0)
    conversation.dispose()
  })
})

describe('speaking', () => {
  it('opens and closes the microphone with mute, over reconnects too', async () => {
    const conversation = await startVoice()
    conversation.setMuted(true)
    expect(world.micOpen).toBe(false)
    FakePeer.newest.drop()
    await pass(50)
    expect(conversation.state.value).toBe('live')
    expect(world.micOpen).toBe(false)
    conversation.setMuted(false)
    expect(world.micOpen).toBe(true)
    conversation.dispose()
  })

  it('push-to-talk: open while held, and the end is told when the sound has arrived', async () => {
    world.broker.turns = 'push_to_talk'
    const conversation = await startVoice()
    expect(world.micOpen).toBe(false)
    conversation.talk(true)
    expect(world.micOpen).toBe(true)
    conversation.talk(false)
    expect(world.micOpen).toBe(false)
    await pass(200)
    expect(world.broker.texts).toEqual(['{"type":"talk","on":true}'])
    await pass(100)
    expect(world.broker.texts).toEqual(['{"type":"talk","on":true}', '{"type":"talk","on":false}'])
    conversation.dispose()
  })

  it('says when no answer came, and goes on', async () => {
    const conversation = await startVoice()
    world.broker.send({ type: 'notice', code: 'no_answer', call: null, cause: 'rate_limit_exceeded' })
    expect(conversation.trouble.value).toEqual({ code: 'no_answer', ways: [], cause: 'rate_limit_exceeded' })
    expect(conversation.state.value).toBe('live')
    conversation.dispose()
  })

  it.each([
    ['time_cap', ['text', 'retry']],
    ['cost_cap', ['text', 'retry']],
    ['day_cap', []],
    ['visitor_cap', []],
  ] as const)('does not come back by itself after %s', async (reason, ways) => {
    const conversation = await startVoice()
    const call = world.broker.session.call?.id ?? null
    world.broker.send({ type: 'notice', code: 'call_ended', call, reason })
    await pass(30_000)
    expect(conversation.state.value).toBe('ended')
    expect(conversation.trouble.value).toEqual({ code: 'limit_reached', ways, cause: reason })
    expect(FakePeer.all).toHaveLength(1)
    expect(world.left()).toEqual(NOTHING)
  })

  it('says when there is no money for an answer to what was typed, and offers no way that fails too', async () => {
    const conversation = await startVoice()
    world.broker.send({ type: 'notice', code: 'limit_reached', call: null, cap: 'day_cap' })
    expect(conversation.trouble.value).toEqual({ code: 'limit_reached', ways: [], cause: 'day_cap' })
    conversation.dispose()
  })

  it('asks for a tap when sound is blocked, and plays then', async () => {
    world.audio.refuse = true
    const conversation = await startVoice()
    expect(conversation.trouble.value).toEqual({ code: 'audio_blocked', ways: ['play'] })
    world.audio.refuse = false
    conversation.play()
    expect(conversation.trouble.value).toBeNull()
    conversation.dispose()
  })

  it('can ask for the microphone again after it was unplugged', async () => {
    const conversation = await startVoice()
    world.mics.refuseWith = 'NotFoundError'
    world.mics.streams[0]?.tracks[0]?.vanish()
    await pass(5_000)
    expect(conversation.trouble.value?.code).toBe('mic_missing')
    world.mics.refuseWith = null
    await startVoice(conversation)
    expect(conversation.state.value).toBe('live')
    expect([world.mics.live, FakePeer.open]).toEqual([1, 1])
    conversation.dispose()
  })

  it('moves from voice to text within the same session', async () => {
    const conversation = await startVoice()
    void conversation.start({ mode: 'text' })
    await pass(50)
    expect([conversation.state.value, conversation.mode.value]).toEqual(['live', 'text'])
    expect(world.broker.session.call).toBeNull()
    expect([world.mics.live, FakePeer.open, FakeSocket.open]).toEqual([0, 0, 1])
    conversation.dispose()
  })
})

describe('from voice to text', () => {
  it('is live again only when the call is hung up, so that it cannot swallow the first text', async () => {
    const conversation = await startVoice()
    world.broker.hold = 'POST sessions/ses/calls/call/end'
    void conversation.start({ mode: 'text' })
    await pass(50)
    expect(conversation.state.value).toBe('connecting')
    world.broker.letThrough()
    await pass()
    expect(conversation.state.value).toBe('live')
    conversation.dispose()
  })
})

describe('mistakes of the website', () => {
  it('a listener that throws is reported, and the call goes on', async () => {
    const reported: unknown[] = []
    vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
    const conversation = world.open()
    const mistake = new TypeError('undefined is not a function')
    conversation.on((event) => {
      if (event.type === 'state' && event.state === 'live') throw mistake
    })
    await conversation.start()
    await pass()
    expect(reported).toEqual([mistake])
    expect(conversation.state.value).toBe('live')
    expect(world.micOpen).toBe(true)
    conversation.dispose()
  })
})

describe('letting go', () => {
  it('leaves nothing after 50 starts and ends', async () => {
    const conversation = world.open()
    for (let cycle = 0; cycle < 50; cycle += 1) {
      await startVoice(conversation)
      expect(conversation.state.value).toBe('live')
      await conversation.end()
      expect(conversation.state.value).toBe('ended')
    }
    expect(world.left()).toEqual(NOTHING)
    expect(world.mics.asked).toBe(50)
    expect(world.broker.count('POST sessions')).toBe(1)
    expect(world.broker.session.call).toBeNull()
    conversation.dispose()
    expect(world.page.listeners).toBe(0)
  })

  it('hangs up with a request that outlives the page', async () => {
    const conversation = await startVoice()
    world.page.hide()
    await pass()
    expect(world.broker.asked.at(-1)).toMatchObject({ route: 'POST sessions/ses/calls/call/end', keepalive: true })
    expect(world.broker.asked.at(-1)?.token).toBe(`${world.broker.session.id}.0`)
    expect(world.left()).toEqual(NOTHING)
    world.page.restore()
    await pass(50)
    expect(conversation.state.value).toBe('ended')
    expect(conversation.resumable.value).toBe(true)
  })

  it('goes on typing when the page comes back from the back-forward cache', async () => {
    const conversation = world.open()
    void conversation.start({ mode: 'text' })
    await pass(50)
    world.page.hide()
    await pass()
    expect(world.left()).toEqual(NOTHING)
    world.page.restore()
    await pass(50)
    expect(conversation.state.value).toBe('live')
    conversation.dispose()
  })

  it('forgets: at the broker, in the tab and on the screen', async () => {
    const conversation = await startVoice()
    world.broker.store({ id: 'itm_1', text: 'secret' })
    await conversation.forget()
    expect(world.broker.sessions.size).toBe(0)
    expect(world.storage.entries.size).toBe(0)
    expect(conversation.items.value).toEqual([])
    expect(conversation.state.value).toBe('idle')
    expect(conversation.resumable.value).toBe(false)
    expect(world.left()).toEqual(NOTHING)
  })

  it('begins nothing while it forgets: the answer would take the new conversation along', async () => {
    const conversation = await startVoice()
    world.broker.hold = 'DELETE sessions/ses'
    const forgotten = conversation.forget()
    await pass()
    await conversation.start()
    await pass()
    expect(conversation.state.value).toBe('ended')
    expect(world.left().tracks).toBe(0)
    world.broker.letThrough()
    await forgotten
    await conversation.start()
    await pass()
    expect(conversation.state.value).toBe('live')
    conversation.dispose()
  })

  it('does not pretend to have forgotten', async () => {
    const conversation = await startVoice()
    world.broker.store({ id: 'itm_1', text: 'secret' })
    world.broker.reachable = false
    await conversation.forget()
    expect(conversation.trouble.value).toEqual({ code: 'broker_unreachable', ways: [] })
    expect(conversation.items.value).toHaveLength(1)
    world.broker.reachable = true
    await conversation.forget()
    expect(world.broker.sessions.size).toBe(0)
    expect(conversation.trouble.value).toBeNull()
  })
})

describe('rating', () => {
  it('is told when the call is over, and says when it could not be', async () => {
    const conversation = await startVoice()
    await conversation.end()
    await conversation.rate('bad')
    const [told] = world.broker.asked.filter(({ route }) => route === 'PUT sessions/ses/rating')
    expect(told).toMatchObject({ body: { score: 'bad' }, keepalive: true })
    expect(world.broker.sessions.has(told?.token?.split('.')[0] ?? '')).toBe(true)
    world.broker.reachable = false
    await expect(conversation.rate('good')).rejects.toMatchObject({ code: 'broker_unreachable' })
    world.broker.reachable = true
    await conversation.forget()
    await expect(conversation.rate('good')).rejects.toMatchObject({ code: 'session_not_found' })
  })
})
