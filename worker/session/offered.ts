/** Which kinds of call a page may ask for. */
import type { Agent } from '../../protocol/agent.ts'
import type { CallRequest } from '../../protocol/api.ts'

export type CallKind = Pick<CallRequest, 'transport' | 'handshake'>

/**
 * A page must not choose what its owner did not: an ephemeral secret is spent where the broker does not see it, and a WebRTC call
 * shows the page what it is configured with. `brokered` is always the more careful of the two handshakes.
 */
export function isOffered({ transport, handshake }: Agent, asked: CallKind): boolean {
  if (asked.transport === 'relay') return transport !== 'webrtc'
  return transport !== 'relay' && (asked.handshake === 'brokered' || handshake === 'ephemeral')
}
