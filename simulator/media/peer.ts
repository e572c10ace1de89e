/** One WebRTC call seen from the API's side: microphone in, speech out, messages both ways, faults on demand. */
import { RtpHeader, RtpPacket } from 'werift'
import { createChannel } from './channel.ts'
import { connect } from './connection.ts'
import { createMicrophone } from './microphone.ts'
import { everyFrame } from './pace.ts'
import { createSpeaker } from './speaker.ts'

export interface PeerOptions {
  /** Monotonic time, ms. */
  clock?: () => number
  /** Fault: the answer carries no usable candidates, WebRTC cannot connect. */
  noCandidates?: boolean
  /** A connected peer from which nothing at all came for this long is lost, ms. */
  silenceMs?: number
  /** A peer that is not connected after this long is lost, ms. */
  connectMs?: number
}

/** Why a peer ended: the caller closed it, it went silent or never connected, or we ended it. */
export type CloseReason = 'remote' | 'lost' | 'local'

export interface Peer {
  readonly answerSdp: string
  /** One text message of the data channel, any label. */
  onMessage: (text: string) => void
  /** The channel is open. */
  onOpen: () => void
  /** On average every 20 ms of the wall clock from the moment media is connected: 480 samples of microphone, or silence. */
  onAudio: (pcm: Int16Array) => void
  /** Once. */
  onClose: (reason: CloseReason) => void
  /** The speech queue ran dry after having had speech. */
  onDrained: () => void
  /** Sends on the channel; before it is open messages wait, in order. After the end it does nothing. */
  send(text: string): void
  /** Appends speech (24 kHz); it leaves as one Opus frame each 20 ms. */
  play(pcm: Int16Array): void
  /** Speech really sent since the queue last began to fill, ms. Stays until the next `play` on an empty queue; 0 after `clear`. */
  playedMs(): number
  queuedMs(): number
  /** Drops what is queued; the next frame is silence. Returns how much of it had been sent, ms. */
  clear(): number
  /** Goodbye: what was sent still arrives, then the channel and the connection close. */
  close(): void
  /** Fault: the sockets are gone without a goodbye. */
  drop(): void
}

/** Browsers check connectivity every 2.5 to 5 s and report reception at least every 5 s; 15 s of nothing is a dead peer. */
const SILENCE_MS = 15_000
/** The official helper waits that long for a connection (realtime-api.md 4.1). */
const CONNECT_MS = 30_000
/** A goodbye waits that long for what is still to be sent: a lost packet is repeated after a second. */
const FLUSH_MS = 1500
/** Between closing the channel and the connection, so that the caller's channel closes without an error. */
const GOODBYE_MS = 100
/** The RTP clock of Opus always runs at 48 kHz (RFC 7587 4.1). */
const RTP_TICKS_PER_FRAME = 960

/** Answers a caller's offer. Throws a `PeerError` with code `bad_offer` when no call can be made of it. */
export async function answerOffer(offerSdp: string, options: PeerOptions = {}): Promise<Peer> {
  const clock = options.clock ?? (() => performance.now())
  const silenceMs = options.silenceMs ?? SILENCE_MS
  let heardAt = clock()
  let heardPackets = 0
  const heard = () => {
    heardAt = clock()
  }

  const microphone = await createMicrophone()
  const speaker = await createSpeaker()
  const channel = createChannel({
    onOpen: () => peer.onOpen(),
    onMessage: (text) => {
      heard()
      if (!ended) peer.onMessage(text)
    },
    onClose: () => finish('remote', disconnect),
  })

  let ended = false

  const connection = await connect(offerSdp, {
    unreachable: options.noCandidates ?? false,
    onCheck: heard,
    onRtp: (packet) => {
      if (!ended) microphone.receive(packet.header.sequenceNumber, packet.payload)
    },
    onDataChannel: channel.adopt,
  })
  const { pc, sender } = connection
  let stopFrames = () => {}
  let sequence = Math.floor(Math.random() * 0x8000)
  let timestamp = Math.floor(Math.random() * 0x8000_0000)
  const connectTimer = setTimeout(() => finish('lost', disconnect), options.connectMs ?? CONNECT_MS)

  const peer: Peer = {
    answerSdp: connection.answerSdp,
    onMessage: () => {},
    onOpen: () => {},
    onAudio: () => {},
    onClose: () => {},
    onDrained: () => {},
    send: (text) => {
      if (!ended) channel.send(text)
    },
    play: (pcm) => {
      if (!ended) speaker.play(pcm)
    },
    playedMs: speaker.playedMs,
    queuedMs: speaker.queuedMs,
    clear: speaker.clear,
    close: () => finish('local', sayGoodbye),
    drop: () =>
      finish('local', () => {
        connection.cutSockets()
        disconnect()
      }),
  }

  pc.connectionStateChange.subscribe((state) => {
    if (state === 'connected') start()
    if (state === 'failed') finish('lost', disconnect)
    if (state === 'closed') finish('remote', disconnect)
  })

  function start(): void {
    if (ended) return
    clearTimeout(connectTimer)
    heard()
    stopFrames()
    stopFrames = everyFrame(clock, onFrame)
  }

  function onFrame(skipped: number): void {
    if (isSilent()) return finish('lost', disconnect)
    const { payload, drained } = speaker.nextPacket()
    sendFrame(payload, skipped)
    for (const frame of microphone.dueFrames()) peer.onAudio(frame)
    if (drained && !ended) peer.onDrained()
  }

  /** werift itself notices a vanished peer only after 30 s, a peer that closed sometimes as late. */
  function isSilent(): boolean {
    const packets = connection.packetsReceived()
    if (packets !== heardPackets) heard()
    heardPackets = packets
    return clock() - heardAt > silenceMs
  }

  function sendFrame(payload: Uint8Array, skipped: number): void {
    sequence = (sequence + 1) & 0xffff
    timestamp = (timestamp + (skipped + 1) * RTP_TICKS_PER_FRAME) >>> 0
    // werift fills in the payload type and the source that were negotiated.
    const header = new RtpHeader({ sequenceNumber: sequence, timestamp, payloadType: 0, ssrc: 0 })
    // A datagram that cannot be sent is a lost datagram; a peer that is gone is noticed by its silence.
    sender.sendRtp(new RtpPacket(header, Buffer.from(payload))).catch(() => {})
  }

  function finish(reason: CloseReason, leave: () => void): void {
    if (ended) return
    ended = true
    clearTimeout(connectTimer)
    stopFrames()
    leave()
    // On the next turn: the frame or message that led here is still being handled.
    setImmediate(() => {
      microphone.free()
      speaker.free()
    })
    peer.onClose(reason)
  }

  async function sayGoodbye(): Promise<void> {
    await channel.flushed(FLUSH_MS)
    channel.close()
    setTimeout(disconnect, GOODBYE_MS)
  }

  function disconnect(): void {
    pc.close().catch(() => {})
  }

  return peer
}
