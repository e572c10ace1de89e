import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PcmError, type PcmSound, type PcmUser } from '../../../widget/audio/pcm-sound.ts'
import type { CallParts } from '../../../widget/client/call.ts'
import { connectRelay } from '../../../widget/client/relay-connection.ts'
import { systemClock } from '../../../widget/clock.ts'
import { FakeStream } from '../../../widget/npm/testing/media.ts'
import { FakeRelaySocket, FakeSpeaker } from '../call/fake-relay.ts'

const OPENED = { handshake: 'relay', call: 'call_1', token: 't1' } as const

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('__WORKLETS_FILE__', 'worklets.js') // scripts/build.ts writes it in
  FakeRelaySocket.all = []
  FakeRelaySocket.next = 'open'
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** @param pcm null: there is none; an error: why it cannot be opened */
function setUp(pcm?: null | PcmError, transport: 'auto' | 'webrtc' | 'relay' = 'auto') {
  const users: (PcmUser | null)[] = []
  const speaker = new FakeSpeaker()
  const stream = new FakeStream() as unknown as MediaStream
  const use = (user: PcmUser | null) => users.push(user)
  const sound = { stream, speaker, use, close: () => {} } as unknown as PcmSound
  const told: unknown[][] = []
  const opened: PcmSound[] = [sound]
  const parts = {
    ports: { clock: systemClock, WebSocket: FakeRelaySocket, fetch: () => Promise.reject(new Error('not asked')) },
    broker: {
      relayUrl: (session: string, call: string) => `wss://broker.test/v1/sessions/${session}/relay?call=${call}`,
    },
    faces: { load: async () => ({ transport }) },
    keeper: { link: { value: { session: 'ses_1', token: 't1' } } },
    sound: { pcm: () => (pcm === null ? null : pcm ? Promise.reject(pcm) : Promise.resolve(opened.at(-1))) },
  } as unknown as CallParts
  const connection = connectRelay(
    parts,
    {
      stream: (heard) => told.push(['stream', heard]),
      lost: (reason) => told.push(['lost', reason]),
      slow: (slow) => told.push(['slow', slow]),
    },
    false,
  )
  return { connection, users, opened, speaker, stream, told, signal: new AbortController().signal }
}

async function connected() {
  const all = setUp()
  await all.connection.prepare()
  await all.connection.connect(OPENED, all.signal)
  const user = all.users.at(-1)
  if (!user) throw new Error('nobody uses the sound')
  return { ...all, user, socket: FakeRelaySocket.last }
}

describe('a call over the relay', () => {
  it('asks for a relayed call, and brings microphone, speaker and socket together', async () => {
    const { connection, signal, users, stream, told } = setUp()
    expect(await connection.prepare()).toEqual({ transport: 'relay', handshake: 'relay' })
    expect(FakeRelaySocket.all).toEqual([])
    await connection.connect(OPENED, signal)
    const socket = FakeRelaySocket.last
    expect([socket.url, socket.protocols[1]]).toEqual([
      'wss://broker.test/v1/sessions/ses_1/relay?call=call_1',
      'token.t1',
    ])
    expect(told).toEqual([['stream', stream]])
    users.at(-1)?.frame(Int16Array.of(1, 2))
    users.at(-1)?.played({ item: 'a', playedMs: 5, receivedMs: 9 })
    users.at(-1)?.drained()
    expect(socket.sound).toEqual([Int16Array.of(1, 2)])
    expect(socket.frames).toEqual([
      { type: 'played', item: 'a', ms: 5, done: false },
      { type: 'played', item: 'a', ms: 5, done: true },
    ])
  })

  it('is not made for an agent that only wants WebRTC, though the relay is what worked last', async () => {
    await expect(setUp(undefined, 'webrtc').connection.prepare()).rejects.toMatchObject({ code: 'webrtc_missing' })
    expect(await setUp(undefined, 'relay').connection.prepare()).toMatchObject({ handshake: 'relay' })
  })

  it('tells when the network is slow, and when it has recovered', async () => {
    const { user, socket, told } = await connected()
    socket.bufferedAmount = 48_000
    user.frame(Int16Array.of(1))
    // The heartbeat is answered meanwhile.
    socket.receive('pong')
    vi.advanceTimersByTime(1_000)
    user.frame(Int16Array.of(2))
    socket.bufferedAmount = 0
    user.frame(Int16Array.of(3))
    expect(told.slice(1)).toEqual([
      ['slow', true],
      ['slow', false],
    ])
    expect(socket.sound).toHaveLength(3)
  })

  it('is lost when the audio thread breaks', async () => {
    const { user, users, told } = await connected()
    user.failed()
    expect(told.at(-1)).toEqual(['lost', 'connection_failed'])
    expect([users.at(-1), FakeRelaySocket.open, vi.getTimerCount()]).toEqual([null, 0, 0])
  })

  it('lets go of the socket, and of the sound for the next call', async () => {
    const { connection, users, told } = await connected()
    connection.close()
    expect([users.at(-1), FakeRelaySocket.open, vi.getTimerCount(), told.length]).toEqual([null, 0, 0, 1])
  })

  it.each([
    ['no AudioContext', null, 'webrtc_missing'],
    ['no worklets', new PcmError('missing'), 'webrtc_missing'],
    ['no way to fetch them now', new PcmError('unreachable'), 'connect_timeout'],
  ])('cannot be had: %s', async (_, pcm, code) => {
    await expect(setUp(pcm).connection.prepare()).rejects.toMatchObject({ code })
  })

  it('uses what belongs to the audio context of now, not to the one that was given up while the call was opened', async () => {
    const { connection, users, opened, told, signal } = setUp()
    await connection.prepare()
    const fresh = { stream: new FakeStream(), speaker: new FakeSpeaker(), use: (user: PcmUser) => users.push(user) }
    opened.push(fresh as unknown as PcmSound)
    await connection.connect(OPENED, signal)
    expect(told).toEqual([['stream', fresh.stream]])
    expect(users).toHaveLength(1)
  })

  it('is not opened any more when it was closed before', async () => {
    const { connection, signal } = setUp()
    await connection.prepare()
    connection.close()
    await expect(connection.connect(OPENED, signal)).rejects.toMatchObject({ code: 'connect_timeout' })
    expect(FakeRelaySocket.all).toEqual([])
  })
})
