/** A call over WebRTC, by either handshake. Offer, microphone and agent's face side by side. */
import type { CallRequest } from '../../protocol/api.ts'
import { ProviderError } from '../call/provider-error.ts'
import { TransportError } from '../call/transport.ts'
import { createWebrtc } from '../call/webrtc.ts'
import type { Connect } from './connection.ts'

export const connectWebrtc: Connect = ({ ports, broker, keeper, faces, sound }, handlers, isRollover) => {
  const transport = createWebrtc(ports, handlers)
  let offer = ''
  /** Fetched beside the broker's answer: few agents need it. */
  let ephemeral: Promise<typeof import('../call/ephemeral.ts')> | null = null

  return {
    async prepare() {
      const [made, face] = await Promise.all([transport.open(), faces.load(), sound.microphone])
      // Begun before the agent's wish was known.
      if (face.transport === 'relay') throw new TransportError('webrtc_missing', { cause: 'not wanted' })
      offer = made
      if (face.handshake === 'ephemeral') ephemeral = loadEphemeral()
      await (isRollover ? sound.lendTo(transport.setTrack) : sound.carryTo(transport.setTrack))
      return requestFor(face.handshake, offer)
    },
    async connect(opened, signal) {
      if (opened.handshake === 'brokered') return transport.answer(opened.sdp)
      if (opened.handshake !== 'ephemeral') throw new TransportError('connect_timeout', { cause: opened.handshake })
      const target = { url: opened.url, secret: opened.client_secret.value }
      const { postOffer } = await (ephemeral ?? loadEphemeral())
      const { sdp, providerCallId } = await postOffer(ports, target, offer)
      signal.throwIfAborted()
      const link = keeper.link.value
      // Told at the same time as connecting: the broker's control connection and the sound need about as long.
      await Promise.all([
        transport.answer(sdp),
        link ? broker.reportCall(link, opened.call, { provider_call_id: providerCallId }) : null,
      ])
    },
    takeOver() {
      // Rejects when the call is over already, which its handlers hear.
      sound.carryTo(transport.setTrack).catch(() => undefined)
    },
    close: () => transport.close(),
  }
}

function loadEphemeral(): Promise<typeof import('../call/ephemeral.ts')> {
  const file = import('../call/ephemeral.ts').catch((cause: unknown) => {
    throw new ProviderError('provider_unreachable', { cause })
  })
  // Heard by whoever awaits it, if anybody still does.
  file.catch(() => undefined)
  return file
}

function requestFor(handshake: 'brokered' | 'ephemeral', sdp: string): CallRequest {
  return handshake === 'brokered' ? { transport: 'webrtc', handshake, sdp } : { transport: 'webrtc', handshake }
}
