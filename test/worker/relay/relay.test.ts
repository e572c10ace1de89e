import { describe, expect, it, vi } from 'vitest'
import { BYTES_PER_MS, RELAY_CLOSE_CODES, RELAY_GRACE_MS } from '../../../protocol/relay.ts'
import { createLog } from '../../../worker/log.ts'
import type { CallEvent, Wire } from '../../../worker/provider/provider.ts'
import { RELAY_OPENING_MS, RELAY_SILENT_MS, Relay, type RelayBrowser } from '../../../worker/session/relay.ts'
import { joinRelay } from '../../../worker/session/relay-socket.ts'
import { HandClock } from './hand-clock.ts'

const frame = (ms: number) => new ArrayBuffer(ms * BYTES_PER_MS)
const sound = (id: string, ms: number): CallEvent => ({
  type: 'sound',
  response: 'r',
  id,
  pcm: new Uint8Array(ms * BYTES_PER_MS),
})
const nobody = () => {}

function browser() {
  const frames: { type: string; [more: string]: unknown }[] = []
  let soundMs = 0
  const state = { closed: '' }
  const end: RelayBrowser = {
    send(data) {
      if (typeof data !== 'string') soundMs += data.length / BYTES_PER_MS
      else frames.push(data === 'pong' ? { type: 'pong' } : JSON.parse(data))
    },
    close: (why) => {
      state.closed = why
    },
  }
  return { end, frames, state, ms: () => soundMs }
}

function setUp() {
  const clock = new HandClock()
  const wires: Wire[] = []
  const told: CallEvent[] = []
  let abandoned = 0
  const relay = new Relay({
    provider: {
      append: (pcm) => ({ type: 'append', ms: pcm.length / BYTES_PER_MS }),
      truncate: (id, ms) => ({ type: 'truncate', id, ms }),
    },
    clock,
    log: createLog(),
    send: (...more) => wires.push(...more),
    tell: (event) => told.push(event),
    onAbandoned: () => {
      abandoned += 1
    },
  })
  return { clock, relay, wires, told, abandoned: () => abandoned }
}

describe('Relay', () => {
  it('passes on what the visitor says, from the moment on that the call knows its history', () => {
    const { relay, wires } = setUp()
    const { end } = browser()
    relay.attach(end)
    relay.receive(end, frame(20))
    expect(wires).toEqual([])
    relay.open()
    relay.receive(end, frame(40))
    expect(wires).toEqual([{ type: 'append', ms: 40 }])
  })

  it('keeps what is said before the browser is there', () => {
    const { relay } = setUp()
    relay.pass(sound('a', 300), nobody)
    const { end, ms, frames } = browser()
    relay.attach(end)
    expect([ms(), frames]).toEqual([300, [{ type: 'audio', item: 'a' }]])
  })

  it('answers pings, and refuses what is no frame without stopping', () => {
    const { relay, wires } = setUp()
    const { end, frames, state } = browser()
    relay.attach(end)
    relay.open()
    relay.receive(end, 'ping')
    relay.receive(end, JSON.stringify({ type: 'session.update', session: {} }))
    relay.receive(end, new ArrayBuffer(3))
    relay.receive(end, frame(20))
    expect(frames).toMatchObject([{ type: 'pong' }, { type: 'error', code: 'bad_request' }, { type: 'error' }])
    expect(wires).toEqual([{ type: 'append', ms: 20 }])
    expect(state.closed).toBe('')
  })

  it('is abandoned when no browser comes', () => {
    const { relay, clock, abandoned } = setUp()
    clock.pass(RELAY_OPENING_MS - 1)
    expect(abandoned()).toBe(0)
    clock.pass(1)
    expect(abandoned()).toBe(1)
    const late = browser()
    relay.attach(late.end)
    expect(late.state.closed).toBe('call_over')
  })

  it('waits for a browser whose socket broke, and goes on where it was', () => {
    const { relay, clock, abandoned } = setUp()
    const first = browser()
    relay.attach(first.end)
    relay.pass(sound('a', 1_000), nobody)
    relay.detach(first.end)
    clock.pass(RELAY_GRACE_MS - 1)
    const again = browser()
    relay.attach(again.end, 'a', 900 * BYTES_PER_MS)
    expect(again.ms()).toBe(100)
    clock.pass(RELAY_GRACE_MS)
    relay.detach(again.end)
    clock.pass(RELAY_GRACE_MS)
    expect(abandoned()).toBe(1)
  })

  it('lets a newer socket of the browser take over, whatever the older one still does', () => {
    const { relay, clock, wires, abandoned } = setUp()
    const [older, newer] = [browser(), browser()]
    relay.open()
    relay.attach(older.end)
    relay.attach(newer.end)
    expect([older.state.closed, newer.state.closed]).toEqual(['replaced', ''])
    relay.receive(older.end, frame(20))
    relay.detach(older.end)
    expect(wires).toEqual([])
    for (let ms = 0; ms < 60_000; ms += 2_000) {
      relay.receive(newer.end, 'ping')
      clock.pass(2_000)
    }
    expect(abandoned()).toBe(0)
  })

  it('does not wait for a browser that was silent for too long', () => {
    const { relay, clock, abandoned } = setUp()
    const { end, state } = browser()
    relay.attach(end)
    clock.pass(RELAY_SILENT_MS - 1)
    relay.receive(end, 'ping')
    clock.pass(RELAY_SILENT_MS - 1)
    expect(state.closed).toBe('')
    clock.pass(1)
    expect([state.closed, abandoned()]).toEqual(['silent', 0])
    clock.pass(RELAY_GRACE_MS)
    expect(abandoned()).toBe(1)
  })

  it('ends the call of a browser that floods; a new socket brings no new allowance', () => {
    const { relay, clock, wires, abandoned } = setUp()
    const [first, second] = [browser(), browser()]
    relay.open()
    relay.attach(first.end)
    for (let i = 0; i < 11; i++) relay.receive(first.end, frame(1_000))
    relay.detach(first.end)
    relay.attach(second.end)
    for (let i = 0; i < 5; i++) relay.receive(second.end, frame(1_000))
    expect(wires).toHaveLength(12)
    expect(second.frames).toMatchObject([{ type: 'error', code: 'too_many_frames' }])
    expect([second.state.closed, abandoned(), clock.waiting]).toEqual(['flood', 1, 0])
  })

  it('leaves nothing behind', () => {
    const { relay, clock, abandoned, wires } = setUp()
    const { end, state } = browser()
    relay.open()
    relay.attach(end)
    relay.close()
    relay.close()
    relay.receive(end, frame(20))
    relay.detach(end)
    clock.pass(60_000)
    expect([state.closed, clock.waiting, abandoned(), wires]).toEqual(['call_over', 0, 0, []])
  })
})

describe('joinRelay', () => {
  it('carries sound and frames over a real socket, and notices its end', async () => {
    const { relay, wires, clock, abandoned } = setUp()
    relay.open()
    const { 0: client, 1: server } = new WebSocketPair()
    client.binaryType = 'arraybuffer'
    const heard: unknown[] = []
    client.addEventListener('message', ({ data }) => {
      heard.push(data)
    })
    client.accept()
    joinRelay(relay, server)
    client.send(new Uint8Array(960))
    client.send('ping')
    relay.pass(sound('a', 20), nobody)
    await until(() => heard.length === 3 && wires.length === 1)
    expect(wires).toEqual([{ type: 'append', ms: 20 }])
    expect(heard).toContainEqual(new ArrayBuffer(960))
    expect(heard).toContain('pong')
    const detached = vi.spyOn(relay, 'detach')
    client.close(1000)
    await until(() => detached.mock.calls.length > 0)
    clock.pass(RELAY_GRACE_MS)
    expect(abandoned()).toBe(1)
  })

  it('tells the browser why it closes', async () => {
    const { relay } = setUp()
    const { 0: client, 1: server } = new WebSocketPair()
    const closed = new Promise<CloseEvent>((resolve) => client.addEventListener('close', resolve))
    client.accept()
    joinRelay(relay, server)
    relay.close()
    expect((await closed).code).toBe(RELAY_CLOSE_CODES.call_over)
  })
})

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resume) => setTimeout(resume, 5))
}
