import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TransportHandlers } from '../../../widget/call/transport.ts'
import { CONNECT_TIMEOUT_MS, createWebrtc, DISCONNECTED_GRACE_MS } from '../../../widget/call/webrtc.ts'
import { systemClock } from '../../../widget/clock.ts'
import { FakeStream } from '../../../widget/npm/testing/media.ts'
import { FakePeer } from '../../../widget/npm/testing/peer.ts'

function open() {
  const handlers = { stream: vi.fn(), lost: vi.fn() } satisfies TransportHandlers
  const ports = { RTCPeerConnection: FakePeer, MediaStream: FakeStream, clock: systemClock }
  const transport = createWebrtc(ports as unknown as Parameters<typeof createWebrtc>[0], handlers)
  return { transport, handlers, peer: FakePeer.newest }
}

async function connected() {
  const parts = open()
  await parts.transport.open()
  await parts.transport.answer('v=0')
  return parts
}

beforeEach(() => {
  vi.useFakeTimers()
  FakePeer.connects = true
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a WebRTC call', () => {
  it('offers sound and a data channel', async () => {
    const { transport } = open()
    const sdp = await transport.open()
    expect(sdp).toContain('m=audio')
    expect(sdp).toContain('m=application')
  })

  it('is there when the connection and the channel are', async () => {
    FakePeer.connects = false
    const { transport, peer } = open()
    await transport.open()
    const done = vi.fn()
    const answered = transport.answer('v=0').then(done)
    peer.setState('connected')
    await vi.advanceTimersByTimeAsync(10)
    expect(done).not.toHaveBeenCalled()
    peer.connect()
    await answered
    expect(done).toHaveBeenCalled()
    transport.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['failed while connecting', (peer: FakePeer) => peer.setState('failed'), 0],
    ['never connects', () => {}, CONNECT_TIMEOUT_MS],
  ])('%s: connect_timeout, and nothing is left', async (_, happen, ms) => {
    FakePeer.connects = false
    const { transport, peer, handlers } = open()
    await transport.open()
    const failed = expect(transport.answer('v=0')).rejects.toMatchObject({ code: 'connect_timeout' })
    happen(peer)
    await vi.advanceTimersByTimeAsync(ms)
    await failed
    expect(peer.closed).toBe(true)
    expect(handlers.lost).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is lost at once when the channel closes, told once', async () => {
    const { handlers, peer } = await connected()
    peer.drop()
    expect(handlers.lost.mock.calls).toEqual([['channel_closed']])
    expect(peer.closed).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is lost when "disconnected" does not heal, and not when it does', async () => {
    const { handlers, peer } = await connected()
    peer.setState('disconnected')
    await vi.advanceTimersByTimeAsync(DISCONNECTED_GRACE_MS - 500)
    peer.setState('connected')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(handlers.lost).not.toHaveBeenCalled()
    peer.setState('disconnected')
    await vi.advanceTimersByTimeAsync(DISCONNECTED_GRACE_MS)
    expect(handlers.lost.mock.calls).toEqual([['disconnected']])
  })

  it('says nothing after it was closed', async () => {
    const { transport, handlers, peer } = await connected()
    transport.close()
    peer.drop()
    peer.setState('failed')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(handlers.lost).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('needs WebRTC', () => {
    const ports = { RTCPeerConnection: undefined, MediaStream: undefined, clock: systemClock }
    expect(() => createWebrtc(ports, { stream: () => {}, lost: () => {} })).toThrow('webrtc_missing')
  })
})
