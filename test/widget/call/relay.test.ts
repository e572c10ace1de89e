import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RELAY_CLOSE_CODES, RELAY_GRACE_MS } from '../../../protocol/relay.ts'
import { createRelay } from '../../../widget/call/relay.ts'
import { RELAY_CONNECT_TIMEOUT_MS } from '../../../widget/call/relay-socket.ts'
import { systemClock } from '../../../widget/clock.ts'
import { FakeRelaySocket, FakeSpeaker } from './fake-relay.ts'

const URL = 'wss://broker.test/v1/sessions/ses_1/relay?call=call_1'
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms)
const pcm = (...samples: number[]) => Int16Array.from(samples)
const pieceOf = (samples: number) => new ArrayBuffer(samples * 2)

beforeEach(() => {
  vi.useFakeTimers()
  FakeRelaySocket.all = []
  FakeRelaySocket.next = 'open'
})
afterEach(() => {
  vi.useRealTimers()
})

function open() {
  const speaker = new FakeSpeaker()
  const lost: string[] = []
  const slow: boolean[] = []
  let token = 1
  const relay = createRelay(
    {
      WebSocket: FakeRelaySocket as unknown as typeof WebSocket,
      clock: systemClock,
      speaker,
      url: URL,
      token: () => `t${token++}`,
    },
    { slow: (is) => slow.push(is), lost: (reason) => lost.push(reason) },
  )
  const outcome = { now: 'pending' }
  relay.connected.then(
    () => (outcome.now = 'connected'),
    (error: { code: string }) => (outcome.now = error.code),
  )
  return { relay, speaker, lost, slow, outcome }
}

/** Nothing is left that could still happen. */
function expectNothingLeft() {
  expect([FakeRelaySocket.open, vi.getTimerCount()]).toEqual([0, 0])
}

describe('the relay', () => {
  it('connects with the session token as a subprotocol, never in the URL', async () => {
    const { outcome } = open()
    await pass()
    expect(outcome.now).toBe('connected')
    expect(FakeRelaySocket.last.protocols).toEqual(['parley.relay.v1', 'token.t1'])
    expect(FakeRelaySocket.last.url).toBe(URL)
    expect(FakeRelaySocket.last.binaryType).toBe('arraybuffer')
  })

  it('carries sound both ways', async () => {
    const { relay, speaker } = open()
    relay.say(pcm(1, 2))
    await pass()
    relay.say(pcm(3))
    expect(FakeRelaySocket.last.sound).toEqual([pcm(1, 2), pcm(3)])
    const socket = FakeRelaySocket.last
    socket.receive(pieceOf(5)) // nobody's
    socket.tell({ type: 'audio', item: 'a' })
    socket.receive(pieceOf(480))
    socket.receive(new ArrayBuffer(3))
    socket.tell({ type: 'end_of_item', item: 'a' })
    expect(speaker.pushed).toEqual([['a', 480]])
    expect(speaker.ended).toEqual(['a'])
  })

  it('tells how far it has played: at the first sound, now and then, and at the end', async () => {
    const { relay } = open()
    await pass()
    const socket = FakeRelaySocket.last
    for (let ms = 0; ms <= 600; ms += 40) {
      relay.played({ item: 'a', playedMs: ms })
      await pass(40)
    }
    relay.played({ item: 'b', playedMs: 10 })
    relay.drained()
    relay.drained()
    expect(socket.frames).toEqual([
      { type: 'played', item: 'a', ms: 0, done: false },
      { type: 'played', item: 'a', ms: 280, done: false },
      { type: 'played', item: 'a', ms: 560, done: false },
      { type: 'played', item: 'b', ms: 10, done: false },
      { type: 'played', item: 'b', ms: 10, done: true },
    ])
  })

  it('tells the end of an item that was over before its first position', async () => {
    const { relay } = open()
    await pass()
    const socket = FakeRelaySocket.last
    socket.tell({ type: 'audio', item: 'a' })
    socket.receive(pieceOf(24))
    relay.drained() // of what was before: this one may go on
    expect(socket.frames).toEqual([])
    socket.tell({ type: 'end_of_item', item: 'a' })
    relay.drained()
    expect(socket.frames).toEqual([{ type: 'played', item: 'a', ms: 0, done: true }])
  })

  it.each([
    [[], { item: null, ms: 0 }],
    [[{ item: 'a', playedMs: 437 }], { item: 'a', ms: 437 }],
    [
      [
        { item: 'a', playedMs: 500 },
        { item: 'b', playedMs: 20 },
        { item: 'c', playedMs: 0 },
      ],
      { item: 'b', ms: 20 },
    ],
    [
      [
        { item: 'a', playedMs: 0 },
        { item: 'b', playedMs: 0 },
      ],
      { item: 'a', ms: 0 },
    ],
  ])('stops at once when it is told to, and says where: %j', async (left, told) => {
    const { speaker } = open()
    await pass()
    speaker.left = left
    FakeRelaySocket.last.tell({ type: 'flush', flush: 3 })
    expect(speaker.flushes).toBe(1)
    await pass()
    expect(FakeRelaySocket.last.frames).toEqual([{ type: 'flushed', flush: 3, ...told }])
  })

  it('comes back after a break, says what it had got, and loses nothing that was said', async () => {
    const { relay, speaker, lost } = open()
    await pass()
    const first = FakeRelaySocket.last
    first.tell({ type: 'audio', item: 'a' })
    first.receive(pieceOf(480))
    first.receive(pieceOf(480))
    relay.played({ item: 'a', playedMs: 12 })
    first.end(1006)
    relay.say(pcm(1))
    await pass()
    const second = FakeRelaySocket.last
    expect(second).not.toBe(first)
    expect(second.url).toBe(`${URL}&item=a&received=1920`)
    expect(second.protocols[1]).toBe('token.t2')
    expect(second.sound).toEqual([pcm(1)])
    expect(second.frames).toEqual([{ type: 'played', item: 'a', ms: 12, done: false }])
    second.tell({ type: 'audio', item: 'a' })
    second.receive(pieceOf(10))
    second.tell({ type: 'end_of_item', item: 'a' })
    second.tell({ type: 'end_of_item', item: 'a' })
    second.end(1006)
    await pass()
    expect(FakeRelaySocket.last.url).toBe(`${URL}&item=a&received=1940`)
    expect(speaker.ended).toEqual(['a'])
    expect(lost).toEqual([])
  })

  it('is lost when it cannot come back as long as the broker waits', async () => {
    const { lost, outcome } = open()
    await pass()
    FakeRelaySocket.next = 'refused'
    FakeRelaySocket.last.end(1006)
    await pass(RELAY_GRACE_MS)
    expect([lost, outcome.now]).toEqual([['disconnected'], 'connected'])
    expectNothingLeft()
  })

  it.each(['refused', 'nothing'] as const)('gives up when it never connects: %s', async (next) => {
    FakeRelaySocket.next = next
    const { lost, outcome } = open()
    await pass(RELAY_CONNECT_TIMEOUT_MS + 4_000)
    expect([outcome.now, lost]).toEqual(['connect_timeout', []])
    expectNothingLeft()
  })

  it('notices within 5 s that nothing comes any more', async () => {
    const { lost } = open()
    await pass()
    const first = FakeRelaySocket.last
    await pass(30_000)
    expect(FakeRelaySocket.last).toBe(first)
    expect(first.pings).toBeGreaterThan(10)
    first.answersPings = false
    await pass(5_000)
    expect(FakeRelaySocket.last).not.toBe(first)
    expect([first.readyState, lost]).toEqual([3, []])
  })

  it('is not fooled by timers that come late', async () => {
    open()
    await pass()
    const first = FakeRelaySocket.last
    for (let i = 0; i < 3; i++) {
      vi.setSystemTime(Date.now() + 60_000) // the page slept, its messages did not
      await pass(2_000)
    }
    expect(FakeRelaySocket.last).toBe(first)
  })

  it('leaves the event socket the first word about the end of a call', async () => {
    const { lost } = open()
    await pass()
    FakeRelaySocket.last.end(RELAY_CLOSE_CODES.call_over)
    expect(lost).toEqual([])
    await pass(400)
    expect(lost).toEqual(['channel_closed'])
    expectNothingLeft()
  })

  it.each([RELAY_CLOSE_CODES.replaced, RELAY_CLOSE_CODES.flood])(
    'does not come back after close code %d',
    async (code) => {
      const { lost } = open()
      await pass()
      FakeRelaySocket.last.end(code)
      expect([lost, FakeRelaySocket.all.length]).toEqual([['channel_closed'], 1])
      expectNothingLeft()
    },
  )

  it('ignores what it does not know', async () => {
    const { speaker } = open()
    await pass()
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    FakeRelaySocket.last.receive('not json')
    FakeRelaySocket.last.receive('{"type":"session.update"}')
    FakeRelaySocket.last.tell({ type: 'error', code: 'bad_request', detail: 'x' })
    expect(warned).toHaveBeenCalledTimes(3)
    expect(speaker.pushed).toEqual([])
    warned.mockRestore()
  })

  it.each([0, 10_000])('closes without a word and leaves nothing behind, after %d ms', async (ms) => {
    const { relay, lost, slow, outcome } = open()
    if (ms > 0) await pass(ms)
    relay.close()
    relay.close()
    relay.say(pcm(1))
    relay.played({ item: 'a', playedMs: 1 })
    relay.drained()
    await pass(60_000)
    expect([lost, slow, outcome.now]).toEqual([[], [], ms > 0 ? 'connected' : 'connect_timeout'])
    expectNothingLeft()
  })
})
