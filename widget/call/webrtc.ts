/** A call over WebRTC: one peer connection, one data channel, and a sharp eye on whether it still lives. */
import type { Clock } from '../clock.ts'
import { countArrived, createProgressWatch, POLL_EVERY_MS } from './progress.ts'
import { type LostReason, type Transport, TransportError, type TransportHandlers } from './transport.ts'

/** Longest way from the answer to a working connection (ms). */
export const CONNECT_TIMEOUT_MS = 8_000
/** `disconnected` may heal by itself; longer than this (ms) it counts as lost. */
export const DISCONNECTED_GRACE_MS = 3_000
/** Label by convention (realtime-api.md 4.2). */
const CHANNEL = 'oai-events'

export interface WebrtcPorts {
  RTCPeerConnection: (new () => RTCPeerConnection) | undefined
  MediaStream: (new (tracks: MediaStreamTrack[]) => MediaStream) | undefined
  clock: Clock
}

/** @throws TransportError `webrtc_missing` */
export function createWebrtc(ports: WebrtcPorts, handlers: TransportHandlers): Transport {
  const { clock, MediaStream } = ports
  if (!ports.RTCPeerConnection || !MediaStream) throw new TransportError('webrtc_missing')
  const pc = new ports.RTCPeerConnection()
  // Before the offer, or the offer has no section for it (realtime-api.md 4.1).
  const channel = pc.createDataChannel(CHANNEL)
  const transceiver = pc.addTransceiver('audio', { direction: 'sendrecv' })
  const listening = new AbortController()
  const { signal } = listening
  let connected = false
  let settle: { resolve(): void; reject(error: Error): void } | null = null
  let cancelConnectTimeout = () => {}
  let cancelGrace = () => {}
  let cancelPoll = () => {}

  function close(): void {
    listening.abort()
    cancelConnectTimeout()
    cancelGrace()
    cancelPoll()
    channel.close()
    pc.close()
  }

  function lose(reason: LostReason): void {
    if (signal.aborted) return
    close()
    if (connected) handlers.lost(reason)
    else settle?.reject(new TransportError('connect_timeout', { cause: reason }))
  }

  function look(): void {
    const state = pc.connectionState
    cancelGrace()
    if (state === 'failed' || state === 'closed') lose('connection_failed')
    else if (state === 'disconnected') cancelGrace = clock.after(DISCONNECTED_GRACE_MS, () => lose('disconnected'))
    else if (!connected && state === 'connected' && channel.readyState === 'open') {
      connected = true
      cancelConnectTimeout()
      settle?.resolve()
      watchProgress()
    }
  }

  function watchProgress(): void {
    const isDead = createProgressWatch(clock.now())
    const poll = async () => {
      const stats = await pc.getStats()
      if (signal.aborted) return
      if (isDead(countArrived(stats), clock.now())) lose('no_packets')
      else next()
    }
    const next = () => {
      cancelPoll = clock.after(POLL_EVERY_MS, () => {
        // getStats rejects only on a closed connection, and that is a loss as well.
        poll().catch(() => lose('connection_failed'))
      })
    }
    next()
  }

  pc.addEventListener('connectionstatechange', look, { signal })
  channel.addEventListener('open', look, { signal })
  channel.addEventListener('close', () => lose('channel_closed'), { signal })
  channel.addEventListener('error', () => lose('channel_closed'), { signal })
  // The answer may carry no stream id: make the stream from the track.
  pc.addEventListener('track', (event) => handlers.stream(new MediaStream([event.track])), { signal })

  return {
    async open() {
      await pc.setLocalDescription(await pc.createOffer())
      const sdp = pc.localDescription?.sdp
      if (!sdp) throw new TransportError('connect_timeout')
      return sdp
    },
    setTrack: (track) => transceiver.sender.replaceTrack(track),
    answer(sdp) {
      return new Promise((resolve, reject) => {
        settle = { resolve, reject }
        cancelConnectTimeout = clock.after(CONNECT_TIMEOUT_MS, () => {
          close()
          reject(new TransportError('connect_timeout'))
        })
        pc.setRemoteDescription({ type: 'answer', sdp }).catch((cause: unknown) => {
          close()
          reject(new TransportError('connect_timeout', { cause }))
        })
      })
    },
    close() {
      close()
      settle?.reject(new TransportError('connect_timeout', { cause: 'closed' }))
    },
  }
}
