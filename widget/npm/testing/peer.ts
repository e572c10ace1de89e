/** A peer connection that connects, drops and falls silent when told to. */
import { FakeTrack } from './media.ts'

const OFFER = 'v=0\r\nm=audio 9 X\r\nm=application 9 X\r\n'

class FakeChannel extends EventTarget {
  readyState: 'connecting' | 'open' | 'closed' = 'connecting'

  close(): void {
    this.readyState = 'closed'
  }
}

export class FakePeer extends EventTarget {
  static readonly all: FakePeer[] = []
  /** False: answers are accepted, and nothing connects. */
  static connects = true

  connectionState: RTCPeerConnectionState = 'new'
  localDescription: { sdp: string } | null = null
  closed = false
  channel: FakeChannel | null = null
  track: FakeTrack | null = null
  packetsFlow = true
  responsesFlow = true
  #packets = 0
  #responses = 0

  constructor() {
    super()
    FakePeer.all.push(this)
  }

  static get newest(): FakePeer {
    const peer = FakePeer.all.at(-1)
    if (!peer) throw new Error('no peer connection was made')
    return peer
  }

  static get open(): number {
    return FakePeer.all.filter((peer) => !peer.closed).length
  }

  createDataChannel(): FakeChannel {
    this.channel = new FakeChannel()
    return this.channel
  }

  addTransceiver() {
    return {
      sender: {
        replaceTrack: async (track: FakeTrack) => {
          this.track = track
        },
      },
    }
  }

  async createOffer() {
    if (!this.channel) throw new Error('the channel has to be there before the offer')
    return { type: 'offer', sdp: OFFER }
  }

  async setLocalDescription(offer: { sdp: string }): Promise<void> {
    this.localDescription = offer
  }

  async setRemoteDescription(): Promise<void> {
    if (FakePeer.connects) queueMicrotask(() => this.connect())
  }

  connect(): void {
    if (this.closed || !this.channel) return
    this.dispatchEvent(Object.assign(new Event('track'), { track: new FakeTrack() }))
    this.setState('connected')
    this.channel.readyState = 'open'
    this.channel.dispatchEvent(new Event('open'))
  }

  setState(state: RTCPeerConnectionState): void {
    this.connectionState = state
    this.dispatchEvent(new Event('connectionstatechange'))
  }

  /** What Chromium shows when the other side closes (simulator-notes.md 6). */
  drop(): void {
    this.channel?.dispatchEvent(new Event('error'))
    this.channel?.dispatchEvent(new Event('close'))
  }

  async getStats() {
    if (this.packetsFlow) this.#packets += 50
    if (this.responsesFlow) this.#responses += 1
    return new Map<string, object>([
      ['a', { type: 'inbound-rtp', packetsReceived: this.#packets }],
      ['b', { type: 'candidate-pair', responsesReceived: this.#responses }],
    ])
  }

  close(): void {
    this.closed = true
    this.connectionState = 'closed'
  }
}
