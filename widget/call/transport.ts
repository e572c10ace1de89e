/** A WebRTC connection (webrtc.ts), and how either way of a call's sound is lost. The relay has no offer and no track: relay.ts. */

/** Why a running transport is lost. */
export type LostReason = 'channel_closed' | 'connection_failed' | 'disconnected' | 'no_packets'

export interface Transport {
  /** Prepares the connection and makes the SDP offer. */
  open(): Promise<string>
  /** What the visitor says. May come after the offer. */
  setTrack(track: MediaStreamTrack): Promise<void>
  /**
   * Takes the provider's SDP answer; resolves when sound can flow.
   * @throws TransportError
   */
  answer(sdp: string): Promise<void>
  /** Lets go of everything; nothing is reported afterwards. */
  close(): void
}

export interface TransportHandlers {
  /** The assistant's sound. */
  stream(stream: MediaStream): void
  /** The connection broke after it was up. Told once. */
  lost(reason: LostReason): void
}

export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly code: 'connect_timeout' | 'webrtc_missing'

  constructor(code: 'connect_timeout' | 'webrtc_missing', options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}
