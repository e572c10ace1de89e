import { PeerError } from './errors.ts'

/** Throws a `PeerError` that says what is missing, before anything is created for the offer. */
export function assertUsableOffer(sdp: string): void {
  if (!/^v=0\r?$/m.test(sdp)) throw new PeerError('bad_offer', 'The offer is not SDP: it does not begin with v=0.')
  if (!/^m=audio /m.test(sdp)) throw new PeerError('bad_offer', 'The offer has no audio section (m=audio).')
  if (!/^a=rtpmap:\d+ opus\/48000\/2\r?$/im.test(sdp)) throw new PeerError('bad_offer', 'The offer has no Opus codec.')
  if (!/^a=ice-ufrag:/m.test(sdp) || !/^a=ice-pwd:/m.test(sdp)) {
    throw new PeerError('bad_offer', 'The offer has no ICE credentials.')
  }
  if (!/^a=fingerprint:/m.test(sdp)) throw new PeerError('bad_offer', 'The offer has no DTLS fingerprint.')
}

/** The same description without any address to reach its author at. */
export function withoutCandidates(sdp: string): string {
  return sdp
    .split('\r\n')
    .filter((line) => !line.startsWith('a=candidate:') && !line.startsWith('a=end-of-candidates'))
    .join('\r\n')
}
