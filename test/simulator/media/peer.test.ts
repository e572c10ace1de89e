import { afterEach, describe, expect, it } from 'vitest'
import { concat, rms } from '../../../simulator/media/pcm.ts'
import { answerOffer, type CloseReason, type Peer, type PeerOptions } from '../../../simulator/media/peer.ts'
import { createOfferer, type Offerer, type OffererOptions } from '../support/offerer.ts'
import { tone } from '../support/sounds.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const openSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length
const allSocketsFreed = () => expect.poll(openSockets, { timeout: 5000 }).toBe(0)

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0)) await end()
})

interface Call {
  offerer: Offerer
  peer: Peer
  closed: Promise<CloseReason>
  /** Microphone frames as they came. */
  audio: Int16Array[]
}

async function call(options: OffererOptions & PeerOptions = {}): Promise<Call> {
  const offerer = await createOfferer(options)
  cleanUp.push(() => offerer.close())
  const peer = await answerOffer(offerer.offerSdp, options)
  cleanUp.push(() => peer.close())
  const audio: Int16Array[] = []
  peer.onOpen = () => peer.send('created')
  peer.onMessage = (text) => peer.send(`pong ${text}`)
  peer.onAudio = (frame) => audio.push(frame)
  const closed = new Promise<CloseReason>((resolve) => {
    peer.onClose = resolve
  })
  return { offerer, peer, closed, audio }
}

async function connectedCall(options: OffererOptions & PeerOptions = {}): Promise<Call> {
  const connected = await call(options)
  await connected.offerer.connect(connected.peer.answerSdp)
  return connected
}

async function ping(offerer: Offerer, name: string): Promise<number> {
  const sentAt = performance.now()
  offerer.send(name)
  await offerer.waitForMessage((text) => text === `pong ${name}`)
  return performance.now() - sentAt
}

describe('a call', () => {
  it('carries speech and messages both ways', async () => {
    const { offerer, peer, audio } = await connectedCall()
    await offerer.waitForMessage((text) => text === 'created')

    await offerer.say(tone(600))
    await sleep(200)
    expect(audio.every((frame) => frame.length === 480)).toBe(true)
    expect(audio.filter((frame) => rms(frame) > 2000).length).toBeGreaterThan(20)

    const drained = new Promise<void>((resolve) => {
      peer.onDrained = resolve
    })
    offerer.takeHeard()
    peer.play(tone(600))
    await drained
    await sleep(200)
    expect(peer.playedMs()).toBe(600)
    expect(peer.queuedMs()).toBe(0)
    const heard = offerer.takeHeard()
    const loudMs = Array.from({ length: Math.floor(heard.length / 480) }, (_, n) =>
      heard.subarray(n * 480, (n + 1) * 480),
    )
      .filter((frame) => rms(frame) > 2000)
      .reduce((sum) => sum + 20, 0)
    expect(loudMs).toBeGreaterThanOrEqual(560)
    expect(loudMs).toBeLessThanOrEqual(640)
    expect(await ping(offerer, 'x')).toBeLessThan(1000)
  })

  it('says session.created first, then what was sent before the channel was open, in order', async () => {
    const { offerer, peer } = await call()
    peer.send('early 1')
    peer.send('early 2')
    await offerer.connect(peer.answerSdp)
    await offerer.waitForMessage((text) => text === 'early 2')
    expect(offerer.messages).toEqual(['created', 'early 1', 'early 2'])
  })

  it('is silent within a frame after clear, which tells what had been sent', async () => {
    const { offerer, peer } = await connectedCall()
    peer.play(tone(5000))
    await sleep(500)
    const playedMs = peer.playedMs()
    expect(peer.clear()).toBe(playedMs)
    expect(playedMs).toBeGreaterThan(100)
    expect(playedMs).toBeLessThan(2000)
    expect(peer.queuedMs()).toBe(0)
    await sleep(100)
    offerer.takeHeard()
    await sleep(300)
    const heard = offerer.takeHeard()
    expect(heard.length).toBeGreaterThan(480)
    expect(rms(heard)).toBeLessThan(50)
  })

  it('sends silence when it has nothing to say, and hears silence when no packets come', async () => {
    const { offerer, audio } = await connectedCall()
    offerer.mute()
    await sleep(300)
    const [before, framesBefore] = [offerer.packets, audio.length]
    await sleep(1000)
    // 50 a second; a busy machine may be late, and a late one catches up.
    expect(offerer.packets - before).toBeGreaterThan(40)
    expect(offerer.packets - before).toBeLessThan(60)
    expect(audio.length - framesBefore).toBeGreaterThan(40)
    expect(rms(concat(audio.slice(framesBefore)))).toBe(0)
  })

  it('works for a caller without a microphone', async () => {
    const { offerer, peer, audio } = await connectedCall({ recvonly: true })
    expect(peer.answerSdp).toContain('a=sendonly')
    peer.play(tone(300))
    await sleep(700)
    expect(rms(offerer.takeHeard())).toBeGreaterThan(500)
    expect(audio.length).toBeGreaterThan(10)
    expect(rms(concat(audio))).toBe(0)
    expect(await ping(offerer, 'x')).toBeLessThan(1000)
  })
})

describe('the end of a call', () => {
  it('close says goodbye: everything sent before still arrives, and the sockets are freed', async () => {
    await allSocketsFreed()
    const { offerer, peer, closed } = await connectedCall()
    for (let n = 0; n < 40; n += 1) peer.send(`${n}${'x'.repeat(2000)}`)
    peer.close()
    peer.close()
    expect(await closed).toBe('local')
    await expect.poll(() => offerer.channelState).toBe('closed')
    expect(offerer.messages.filter((text) => text.length > 2000)).toHaveLength(40)
    await offerer.close()
    await allSocketsFreed()
    peer.send('after the end')
    peer.play(tone(100))
    expect(peer.queuedMs()).toBe(0)
  })

  it('notices that the caller closed', async () => {
    const { offerer, closed } = await connectedCall()
    await offerer.close()
    expect(await closed).toBe('remote')
  })

  it('drop leaves without a goodbye, and frees everything', async () => {
    await allSocketsFreed()
    const { offerer, peer, closed } = await connectedCall()
    await sleep(100)
    peer.drop()
    expect(await closed).toBe('local')
    const received = offerer.packets
    await sleep(500)
    expect(offerer.packets - received).toBeLessThanOrEqual(1)
    expect(offerer.channelState).toBe('open')
    await offerer.close()
    await allSocketsFreed()
  })

  it('does not connect without candidates, and gives up', async () => {
    const { offerer, peer, closed } = await call({ noCandidates: true, connectMs: 1500 })
    expect(peer.answerSdp).not.toContain('a=candidate')
    let opened = false
    peer.onOpen = () => {
      opened = true
    }
    void offerer.connect(peer.answerSdp)
    expect(await closed).toBe('lost')
    expect(opened).toBe(false)
    expect(offerer.packets).toBe(0)
  })

  it.each([
    ['nothing', ''],
    ['something else', '{"sdp":"v=0"}'],
    ['no audio', 'v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n'],
    ['no Opus', 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\n'],
    ['no credentials', 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 opus/48000/2\r\n'],
  ])('refuses an offer with %s', async (_, sdp) => {
    await expect(answerOffer(sdp)).rejects.toMatchObject({ name: 'PeerError', code: 'bad_offer' })
  })
})

describe('faults of werift that are worked around', () => {
  it('no DTLS record number comes twice: an early message is not a second late', async () => {
    const calls = await Promise.all([300, 600, 1000].map(pingAfter))
    for (const { records, rtt } of calls) {
      expect(records.length).toBeGreaterThan(8)
      expect(records.filter((record, n) => records.indexOf(record) !== n)).toEqual([])
      expect(rtt).toBeLessThan(200)
    }
  })

  async function pingAfter(ms: number) {
    const { offerer } = await connectedCall()
    await sleep(ms)
    const rtt = await ping(offerer, 'early')
    return { rtt, records: offerer.dtlsRecords }
  }

  it('the answer names a stream, without which a page gets none', async () => {
    const { peer } = await call()
    expect(peer.answerSdp).toMatch(/^a=msid:realtimeapi [0-9a-f-]{36}\r$/m)
  })

  it('a caller that went silent is lost, and its sockets are freed', async () => {
    await allSocketsFreed()
    const { offerer, closed } = await connectedCall({ silenceMs: 1500 })
    await sleep(300)
    offerer.vanish()
    const vanishedAt = performance.now()
    expect(await closed).toBe('lost')
    expect(performance.now() - vanishedAt).toBeGreaterThan(1000)
    await offerer.close()
    await allSocketsFreed()
  })

  it('a caller without a microphone and with nothing to say is not taken for silent', async () => {
    const { offerer, closed } = await connectedCall({ recvonly: true, silenceMs: 6500 })
    await expect(Promise.race([closed, sleep(8000)])).resolves.toBeUndefined()
    expect(await ping(offerer, 'still here')).toBeLessThan(1000)
  })
})
