/** A caller in Node, in the place of a browser: offers audio and the `oai-events` channel, talks and listens. */
import { createDecoder, createEncoder } from 'libopus-wasm'
import { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket, useOPUS } from 'werift'
import { everyFrame } from '../../../simulator/media/pace.ts'
import { concat, FRAME_SAMPLES, SAMPLE_RATE } from '../../../simulator/media/pcm.ts'

export interface OffererOptions {
  /** No microphone: the offer only wants to receive audio. */
  recvonly?: boolean
}

export interface Offerer {
  readonly offerSdp: string
  /** Applies the answer; resolves when the channel is open. */
  connect(answerSdp: string): Promise<void>
  /** Text messages received so far. */
  readonly messages: string[]
  /** Resolves with the first message, of those received or to come, that fits. */
  waitForMessage(fits: (text: string) => boolean): Promise<string>
  send(text: string): void
  /** Speaks into the microphone (24 kHz), paced; silence is sent in between. Resolves when it was all sent. */
  say(pcm: Int16Array): Promise<void>
  /** What was heard since the last call (24 kHz), silence included. */
  takeHeard(): Int16Array
  /** Audio packets received so far. */
  readonly packets: number
  readonly channelState: string
  /** Epoch and number of every DTLS record that came, as one string each; a browser drops one that repeats. */
  readonly dtlsRecords: readonly string[]
  /** Stops the microphone's packets, as a page whose audio source has stopped. */
  mute(): void
  /** The sockets are gone, nobody is told. */
  vanish(): void
  close(): Promise<void>
}

/** Makes a caller with an offer that is complete (no trickle). */
export async function createOfferer(options: OffererOptions = {}): Promise<Offerer> {
  const pc = new RTCPeerConnection({
    codecs: { audio: [useOPUS()], video: [] },
    // Else werift leaves the sockets of the section that was bundled away open.
    bundlePolicy: 'max-bundle',
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
  })
  const encoder = await createEncoder({ sampleRate: SAMPLE_RATE, channels: 1, frameSize: FRAME_SAMPLES })
  const decoder = await createDecoder({ sampleRate: SAMPLE_RATE, channels: 1 })
  const { sender } = pc.addTransceiver(options.recvonly ? 'audio' : new MediaStreamTrack({ kind: 'audio' }), {
    direction: options.recvonly ? 'recvonly' : 'sendrecv',
  })
  const channel = pc.createDataChannel('oai-events')

  const messages: string[] = []
  const waiters = new Set<(text: string) => void>()
  channel.onMessage.subscribe((data) => {
    messages.push(String(data))
    for (const waiter of waiters) waiter(String(data))
  })
  const opened = new Promise<void>((resolve) => {
    channel.stateChanged.subscribe((state) => {
      if (state === 'open') resolve()
    })
  })

  let heard: Int16Array[] = []
  let packets = 0
  pc.onTrack.subscribe((track) => {
    track.onReceiveRtp.subscribe((packet) => {
      packets += 1
      heard.push(decoder.decode(packet.payload))
    })
  })

  let speech: Int16Array[] = []
  let spoken = () => {}
  let muted = options.recvonly ?? false
  let sequence = 0
  let stopFrames = () => {}
  const sendFrame = () => {
    if (muted) return
    const frame = speech.shift() ?? new Int16Array(FRAME_SAMPLES)
    sequence = (sequence + 1) & 0xffff
    const header = new RtpHeader({ sequenceNumber: sequence, timestamp: sequence * 960, payloadType: 0, ssrc: 0 })
    void sender.sendRtp(new RtpPacket(header, Buffer.from(encoder.encode(frame))))
    if (speech.length === 0) spoken()
  }

  const dtlsRecords: string[] = []
  for (const transport of pc.iceTransports) {
    transport.connection.onData.subscribe((datagram) => {
      dtlsRecords.push(...readDtlsRecords(datagram))
    })
  }
  await pc.setLocalDescription(await pc.createOffer())
  const offerSdp = pc.localDescription?.sdp ?? ''

  return {
    offerSdp,
    messages,
    async connect(answerSdp) {
      pc.connectionStateChange.subscribe((state) => {
        if (state === 'connected') stopFrames = everyFrame(() => performance.now(), sendFrame)
      })
      await pc.setRemoteDescription({ type: 'answer', sdp: answerSdp })
      await opened
    },
    waitForMessage(fits) {
      const known = messages.find(fits)
      if (known !== undefined) return Promise.resolve(known)
      return new Promise((resolve) => {
        const waiter = (text: string) => {
          if (!fits(text)) return
          waiters.delete(waiter)
          resolve(text)
        }
        waiters.add(waiter)
      })
    },
    send: (text) => channel.send(text),
    say(pcm) {
      const frames = Math.ceil(pcm.length / FRAME_SAMPLES)
      const padded = new Int16Array(frames * FRAME_SAMPLES)
      padded.set(pcm)
      speech = Array.from({ length: frames }, (_, n) => padded.slice(n * FRAME_SAMPLES, (n + 1) * FRAME_SAMPLES))
      return new Promise((resolve) => {
        spoken = () => {
          spoken = () => {}
          resolve()
        }
      })
    },
    takeHeard() {
      const all = concat(heard)
      heard = []
      return all
    },
    get packets() {
      return packets
    },
    get channelState() {
      return channel.readyState
    },
    dtlsRecords,
    mute() {
      muted = true
    },
    vanish() {
      stopFrames()
      for (const transport of pc.iceTransports) {
        for (const pair of transport.connection.candidatePairs) pair.protocol.close().catch(() => {})
      }
    },
    async close() {
      stopFrames()
      await pc.close()
      encoder.free()
      decoder.free()
    },
  }
}

/** Epoch and sequence number are the 8 bytes after type and version; the length follows (RFC 6347 4.1). */
function readDtlsRecords(datagram: Buffer): string[] {
  const records: string[] = []
  const isDtls = (type: number | undefined) => type !== undefined && type >= 20 && type <= 63
  for (let offset = 0; offset + 13 <= datagram.length && isDtls(datagram[offset]); ) {
    records.push(`${datagram.readUInt16BE(offset + 3)}:${datagram.readUIntBE(offset + 5, 6)}`)
    offset += 13 + datagram.readUInt16BE(offset + 11)
  }
  return records
}
