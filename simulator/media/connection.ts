/**
 * The WebRTC connection under a peer, and everything that is particular to werift 0.25.2 (pinned: two of the
 * workarounds here reach into its internals; each has a regression test in test/simulator/media/peer.test.ts).
 */
import { randomUUID } from 'node:crypto'
import {
  MediaStream,
  MediaStreamTrack,
  type RTCDataChannel,
  RTCPeerConnection,
  type RTCRtpSender,
  type RtpPacket,
  useOPUS,
} from 'werift'
import { PeerError } from './errors.ts'
import { assertUsableOffer, withoutCandidates } from './sdp.ts'

export interface Connection {
  pc: RTCPeerConnection
  sender: RTCRtpSender
  answerSdp: string
  /** Media packets received so far, RTP and RTCP. */
  packetsReceived(): number
  /** Closes the sockets, so that not one more byte leaves or arrives; nobody is told. */
  cutSockets(): void
}

export interface ConnectionOptions {
  /** No way to connect: the answer carries no candidates, those of the offer are ignored, no check is answered. */
  unreachable: boolean
  /** A connectivity check came from the other side: it is alive. */
  onCheck: () => void
  /** An audio packet came. */
  onRtp: (packet: RtpPacket) => void
  onDataChannel: (channel: RTCDataChannel) => void
}

/** Answers an offer; the answer carries all candidates, since the API has no way to trickle them (realtime-api.md 3). */
export async function connect(offerSdp: string, options: ConnectionOptions): Promise<Connection> {
  assertUsableOffer(offerSdp)
  const pc = createPeerConnection(options)
  try {
    // Tracks and channels can be announced while the offer is being applied.
    pc.onTrack.subscribe((track) => track.onReceiveRtp.subscribe((packet) => options.onRtp(packet)))
    pc.onDataChannel.subscribe(options.onDataChannel)
    const { sender } = addOutput(pc)
    await pc.setRemoteDescription({ type: 'offer', sdp: options.unreachable ? withoutCandidates(offerSdp) : offerSdp })
    await pc.setLocalDescription(await pc.createAnswer())
    const answer = pc.localDescription?.sdp
    if (!answer) throw new Error('no local description after the answer was set')
    skipRepeatedSequenceNumber(pc)
    return {
      pc,
      sender,
      answerSdp: options.unreachable ? withoutCandidates(answer) : answer,
      packetsReceived: () => pc.dtlsTransports.reduce((sum, transport) => sum + transport.packetsReceived, 0),
      cutSockets: () => cutSockets(pc),
    }
  } catch (error) {
    await pc.close()
    if (error instanceof PeerError) throw error
    throw new PeerError('bad_offer', 'The offer could not be answered.', { cause: error })
  }
}

function createPeerConnection(options: ConnectionOptions): RTCPeerConnection {
  return new RTCPeerConnection({
    codecs: { audio: [useOPUS()], video: [] },
    iceServers: [],
    iceUseIpv6: false,
    // A browser on this machine may offer nothing but loopback.
    iceAdditionalHostAddresses: ['127.0.0.1'],
    iceFilterStunResponse: () => {
      options.onCheck()
      return !options.unreachable
    },
  })
}

/**
 * The track that we speak on, added before the offer is applied so that it takes the offer's audio section.
 * Without a stream werift writes no `a=msid`, and `event.streams[0]`, which the official client plays, is undefined.
 */
function addOutput(pc: RTCPeerConnection): { sender: RTCRtpSender } {
  const stream = new MediaStream()
  stream.id = 'realtimeapi'
  const track = new MediaStreamTrack({ kind: 'audio', id: randomUUID(), streamId: stream.id })
  return pc.addTransceiver(track, { direction: 'sendrecv', streams: [stream] })
}

/**
 * After the DTLS handshake werift counts records from 0 again within the epoch of its Finished record, so that an
 * early application record repeats that record's number; browsers drop it as a replay (RFC 6347 4.1.2.6) and the
 * message in it arrives a second late. Jumping ahead of every number already used avoids the clash.
 */
function skipRepeatedSequenceNumber(pc: RTCPeerConnection): void {
  for (const transport of pc.dtlsTransports) {
    transport.onStateChange.subscribe((state) => {
      if (state === 'connected' && transport.dtls) transport.dtls.dtls.recordSequenceNumber += 64
    })
  }
}

function cutSockets(pc: RTCPeerConnection): void {
  for (const transport of pc.iceTransports) {
    // Closing twice is harmless; a socket that cannot be closed is already gone.
    for (const pair of transport.connection.candidatePairs) pair.protocol.close().catch(() => {})
  }
}
