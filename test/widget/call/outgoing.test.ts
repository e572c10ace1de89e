import { describe, expect, it } from 'vitest'
import { BYTES_PER_MS } from '../../../protocol/relay.ts'
import { createOutgoing, KEPT_LIMIT_MS, SILENCE_MS, SLOW_AFTER_MS } from '../../../widget/call/outgoing.ts'

const FRAME_MS = 20
const FRAME_BYTES = FRAME_MS * BYTES_PER_MS

/** 20 ms that say which they are. */
const frame = (number: number) => new Int16Array(FRAME_BYTES / 2).fill(number)

function setUp() {
  const slow: boolean[] = []
  const sent: number[] = []
  const socket = {
    bufferedAmount: 0,
    send: (data: ArrayBufferView<ArrayBuffer>) => {
      sent.push((data as Int16Array<ArrayBuffer>)[0] ?? 0)
    },
  }
  const clock = { ms: 0, now: () => clock.ms }
  return { slow, sent, socket, clock, outgoing: createOutgoing(clock, (is) => slow.push(is)) }
}

describe('outgoing sound', () => {
  it('goes out at once', () => {
    const { outgoing, sent, socket, slow } = setUp()
    outgoing.use(socket)
    outgoing.add(frame(1))
    outgoing.add(frame(2))
    expect([sent, slow]).toEqual([[1, 2], []])
  })

  it('waits for the socket, in order and nothing twice, whatever becomes of its memory', () => {
    const { outgoing, sent, socket, slow } = setUp()
    const memory = frame(1)
    outgoing.add(memory)
    memory.fill(7)
    outgoing.add(frame(2))
    outgoing.use(socket)
    outgoing.use(null)
    outgoing.add(frame(3))
    outgoing.use(socket)
    expect([sent, slow]).toEqual([[1, 2, 3], []])
  })

  it('keeps the newest when it waits for too long', () => {
    const { outgoing, sent, socket } = setUp()
    for (let i = 1; i <= 1_000; i++) outgoing.add(frame(i))
    outgoing.use(socket)
    expect(sent).toHaveLength(KEPT_LIMIT_MS / FRAME_MS)
    expect(sent.at(-1)).toBe(1_000)
  })

  it('does not fill the queue of a slow network, and says that it is slow', () => {
    const { outgoing, sent, socket, slow, clock } = setUp()
    outgoing.use(socket)
    socket.bufferedAmount = 1_000 * BYTES_PER_MS
    outgoing.add(frame(1))
    clock.ms += SLOW_AFTER_MS - 1
    outgoing.add(frame(2))
    expect([sent, slow]).toEqual([[], []])
    clock.ms += 1
    outgoing.add(frame(3))
    expect([sent, slow]).toEqual([[], [true]])
    socket.bufferedAmount = 0
    outgoing.add(frame(4))
    expect([sent, slow]).toEqual([
      [1, 2, 3, 4],
      [true, false],
    ])
  })

  it('a burst of first words is not a slow network, and none of it is lost', () => {
    const { outgoing, sent, socket, slow, clock } = setUp()
    outgoing.use(socket)
    const send = socket.send
    socket.send = (data) => {
      send(data)
      socket.bufferedAmount += FRAME_BYTES
    }
    const burst = KEPT_LIMIT_MS / FRAME_MS
    for (let i = 1; i <= burst; i++) outgoing.add(frame(i))
    expect(sent).toHaveLength(1_000 / FRAME_MS)
    for (let i = burst + 1; i <= burst + 20; i++) {
      clock.ms += FRAME_MS
      socket.bufferedAmount = 0
      outgoing.add(frame(i))
    }
    expect(sent).toEqual(Array.from({ length: burst + 20 }, (_, i) => i + 1))
    expect(slow).toEqual([])
  })

  it('ends with the silence that ends a turn, and begins again with the first sound', () => {
    const { outgoing, sent, socket } = setUp()
    outgoing.use(socket)
    outgoing.add(frame(1))
    for (let ms = 0; ms < 60_000; ms += FRAME_MS) outgoing.add(frame(0))
    expect(sent).toHaveLength(1 + SILENCE_MS / FRAME_MS)
    outgoing.add(frame(5))
    expect(sent.at(-1)).toBe(5)
    outgoing.add(frame(0))
    expect(sent.at(-1)).toBe(0)
  })
})
