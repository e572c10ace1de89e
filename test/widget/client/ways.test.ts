/** By which path a call is opened, with connections that do what the test says. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AgentFace } from '../../../protocol/api.ts'
import { TransportError } from '../../../widget/call/transport.ts'
import type { Connect } from '../../../widget/client/connection.ts'
import { createPaths } from '../../../widget/client/path.ts'
import { createView } from '../../../widget/client/view.ts'
import { openByPath, type WaysParts } from '../../../widget/client/ways.ts'
import { systemClock } from '../../../widget/clock.ts'
import { FakeStorage } from '../../../widget/npm/testing/browser.ts'
import { FakeStream } from '../../../widget/npm/testing/media.ts'
import { FakePeer } from '../../../widget/npm/testing/peer.ts'

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers()
  FakePeer.all.length = 0
  FakePeer.connects = true
})
afterEach(() => {
  vi.useRealTimers()
})

interface Wish {
  transport?: AgentFace['transport']
  /** The agent's face is there before the tap. */
  faceKnown?: boolean
  hasWebrtc?: boolean
  /** Why the relay cannot be had. */
  relayFails?: TransportError
}

function setUp({ transport = 'auto', faceKnown = true, hasWebrtc = true, relayFails }: Wish = {}) {
  const asked: string[] = []
  const followed: unknown[] = []
  const hungUp: string[] = []
  const loads = { relay: 0 }
  const view = createView()
  const face = { transport, handshake: 'brokered' } as AgentFace
  if (faceKnown) view.face.value = face
  const connectRelay: Connect = () => ({
    prepare: async () => ({ transport: 'relay', handshake: 'relay' }),
    connect: async () => {
      if (relayFails) throw relayFails
    },
    takeOver: () => {},
    close: () => {},
  })
  const paths = createPaths({ storage: () => new FakeStorage(), now: Date.now, hasWebrtc }, 'https://broker.test')
  const parts = {
    ports: { clock: systemClock, RTCPeerConnection: hasWebrtc ? FakePeer : undefined, MediaStream: FakeStream },
    keeper: {
      openCall: async (_: AbortSignal, request: { transport: string; handshake: string }, after: unknown) => {
        asked.push(request.transport)
        followed.push(after)
        return { isNewSession: asked.length === 1, call: { ...request, call: `call_${asked.length}`, sdp: 'v=0' } }
      },
      hangUp: async (call: string) => void hungUp.push(call),
    },
    feed: { open: () => {}, watchCall: () => () => {}, ready: async () => {}, send: () => true },
    faces: { load: async () => face },
    sound: {
      microphone: Promise.resolve({ track: new FakeStream().tracks[0] }),
      carryTo: async () => {},
      lendTo: async () => {},
      playStream: () => {},
    },
    view,
    paths,
    loadRelay: async () => {
      loads.relay += 1
      return connectRelay
    },
  } as unknown as WaysParts
  let sessions = 0
  const newSession = () => {
    sessions += 1
  }
  const handlers = { newSession, over: () => {}, slow: () => {} }
  const abort = new AbortController()
  const begin = (after?: Parameters<typeof openByPath>[3]) =>
    openByPath(abort.signal, parts, handlers, after).then(
      () => 'live',
      (error: Error & { code?: string }) => error.code ?? error.message,
    )
  const open = async (after?: Parameters<typeof openByPath>[3]) => {
    const opened = begin(after)
    await pass(20_000)
    return opened
  }
  return { followed, begin, open, view, asked, hungUp, loads, abort, sessions: () => sessions }
}

describe('the way of a call', () => {
  it('is WebRTC where that connects, and nothing of the relay is loaded', async () => {
    const { open, view, asked, loads } = setUp()
    expect(await open()).toBe('live')
    expect([asked, view.path.value, loads.relay, vi.getTimerCount()]).toEqual([['webrtc'], 'webrtc', 0, 1]) // its poll
  })

  it('is the relay when WebRTC does not connect: same session, the first call hung up, its file fetched meanwhile', async () => {
    FakePeer.connects = false
    const { begin, view, asked, followed, hungUp, loads, sessions } = setUp()
    const opened = begin()
    await pass(2_900)
    expect(loads.relay).toBe(0)
    await pass(200)
    expect([loads.relay, asked]).toEqual([1, ['webrtc']])
    await pass(5_000)
    expect(await opened).toBe('live')
    expect(followed).toEqual([undefined, { call: 'call_1', because: 'unconnected' }])
    expect([asked, hungUp, view.path.value, sessions()]).toEqual([['webrtc', 'relay'], ['call_1'], 'relay', 1])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is the relay at once next time', async () => {
    FakePeer.connects = false
    const { open, asked } = setUp()
    await open()
    await open()
    expect(asked).toEqual(['webrtc', 'relay', 'relay'])
  })

  it('is the relay at once where the browser has no WebRTC', async () => {
    const { open, asked } = setUp({ hasWebrtc: false })
    expect([await open(), asked]).toEqual(['live', ['relay']])
  })

  it.each([true, false])('is the relay when the agent asks for it, known before: %s', async (faceKnown) => {
    const { open, asked } = setUp({ transport: 'relay', faceKnown })
    expect([await open(), asked]).toEqual(['live', ['relay']])
  })

  it('is WebRTC or nothing when the agent asks for that', async () => {
    FakePeer.connects = false
    const { open, asked } = setUp({ transport: 'webrtc' })
    expect([await open(), asked]).toEqual(['connect_timeout', ['webrtc']])
  })

  it('tells why WebRTC failed when the relay is impossible here', async () => {
    FakePeer.connects = false
    const { open, asked } = setUp({ relayFails: new TransportError('webrtc_missing') })
    expect([await open(), asked]).toEqual(['connect_timeout', ['webrtc', 'relay']])
  })

  it('is not tried again after it was given up', async () => {
    FakePeer.connects = false
    const { begin, asked, abort } = setUp()
    const opened = begin()
    await pass(5_000)
    abort.abort(new Error('given up'))
    expect([await opened, asked]).toEqual(['given up', ['webrtc']])
  })

  it('does not change in a rollover', async () => {
    FakePeer.connects = false
    const { open, asked, loads } = setUp()
    expect(await open({ call: 'call_0', because: 'rollover' })).toBe('connect_timeout')
    expect([asked, loads.relay]).toEqual([['webrtc'], 0])
  })
})
