import { expect, test } from 'vitest'
import { openReconnectingSocket } from '../../../widget/client/reconnecting-socket.ts'
import type { Clock } from '../../../widget/clock.ts'

/** A clock that moves when told to. */
function handClock() {
  let now = 0
  const timers = new Set<{ at: number; run: () => void }>()
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const pass = (ms: number) => {
    const until = now + ms
    for (;;) {
      const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
      if (!next) break
      timers.delete(next)
      now = next.at
      next.run()
    }
    now = until
  }
  return { clock, pass, waiting: () => timers.size }
}

class HandSocket extends EventTarget {
  static made: HandSocket[] = []
  bufferedAmount = 0
  closed = false
  sent: string[] = []
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
    HandSocket.made.push(this)
  }
  send(data: string) {
    this.sent.push(data)
  }
  close() {
    this.closed = true
  }
  tell(type: string) {
    this.dispatchEvent(new Event(type))
  }
}

function open(random = 0) {
  HandSocket.made = []
  const hand = handClock()
  const told: string[] = []
  const socket = openReconnectingSocket({
    clock: hand.clock,
    random: () => random,
    WebSocket: HandSocket as unknown as typeof WebSocket,
    url: () => `wss://broker.example/${HandSocket.made.length}`,
    protocols: () => ['parley.v1'],
    open: () => told.push('open'),
    down: () => told.push('down'),
    message: (data) => told.push(String(data)),
  })
  const newest = () => HandSocket.made.at(-1) ?? expect.fail('no socket')
  /** ms until the next try, counted by the try itself. */
  const untilNext = () => {
    const before = HandSocket.made.length
    let ms = 0
    for (; HandSocket.made.length === before && ms < 60_000; ms++) hand.pass(1)
    return ms
  }
  return { ...hand, socket, told, newest, untilNext }
}

test('pauses grow up to five seconds, and each try asks for the newest address', () => {
  const { newest, untilNext } = open()
  const pauses = Array.from({ length: 7 }, () => {
    newest().tell('close')
    return untilNext()
  })
  expect(pauses).toEqual([400, 720, 1296, 2333, 4200, 5000, 5000])
  expect(HandSocket.made.map(({ url }) => url.at(-1))).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
})

test('a part of each pause is random', () => {
  const { newest, untilNext } = open(1)
  newest().tell('close')
  expect(untilNext()).toBe(280)
})

test('one that was open for three seconds starts the pauses over, a shorter one does not', () => {
  const { newest, pass, untilNext } = open()
  newest().tell('close')
  untilNext()
  newest().tell('open')
  pass(2_999)
  newest().tell('close')
  expect(untilNext()).toBe(720)
  newest().tell('open')
  pass(3_000)
  newest().tell('close')
  expect(untilNext()).toBe(400)
})

test('a try that comes to nothing is given up after eight seconds, and an error with its close counts once', () => {
  const { newest, pass, told, socket } = open()
  const [first] = HandSocket.made
  pass(8_000)
  expect(first?.closed).toBe(true)
  expect(told).toEqual(['down'])
  pass(400)
  newest().tell('error')
  newest().tell('close')
  first?.tell('open') // too late
  expect(told).toEqual(['down', 'down'])
  expect(socket.isOpen).toBe(false)
})

test('to reconnect gives up an open one and opens another at once', () => {
  const { newest, pass, told, socket } = open()
  newest().tell('open')
  const [first] = HandSocket.made
  socket.reconnect()
  expect([first?.closed, socket.isOpen]).toEqual([true, false])
  pass(0)
  newest().tell('open')
  expect(told).toEqual(['open', 'down', 'open'])
  expect(HandSocket.made).toHaveLength(2)
})

test('closed for good there is no timer and no news', () => {
  const { newest, socket, told, waiting } = open()
  newest().tell('close')
  socket.close()
  expect(waiting()).toBe(0)
  const other = open()
  other.newest().tell('open')
  other.socket.close()
  other.newest().tell('close')
  expect([other.told, other.waiting()]).toEqual([['open'], 0])
  expect(told).toEqual(['down'])
})
