/** Asks the provider for a call, by either WebRTC handshake. A relayed call is opened by its session. */
import type { CallRequest } from '../../protocol/api.ts'
import { ParleyError } from '../../protocol/errors.ts'
import type { Log } from '../log.ts'
import type { CallPlan, Provider } from '../provider/provider.ts'
import { attempt, send } from '../provider/transport.ts'
import type { CallOutcome } from '../session/contract.ts'

/** What the provider gave. Only a brokered call exists already and has a `ref`. For a relayed one it was not asked yet. */
export type OpenedCall =
  | { handshake: 'brokered'; ref: string; sdp: string }
  | { handshake: 'ephemeral'; client_secret: { value: string; expires_at: number }; url: string }
  | { handshake: 'relay' }

/** @throws ParleyError provider_* | bad_request when the provider has no such handshake */
export async function openCall(
  provider: Provider,
  plan: CallPlan,
  request: CallRequest,
  log: Log,
): Promise<OpenedCall> {
  if (!provider.caps.handshakes.includes(request.handshake)) {
    throw new ParleyError('bad_request', `handshake: this agent's provider has no "${request.handshake}" handshake`)
  }
  if (request.handshake === 'relay') return { handshake: 'relay' }
  if (request.handshake === 'brokered') {
    const { ref, answerSdp } = await provider.readOpen(await send(provider, provider.openCall(plan, request.sdp), log))
    return { handshake: 'brokered', ref, sdp: answerSdp }
  }
  const { value, expires_at } = await provider.readMint(await send(provider, provider.mint(plan), log))
  return { handshake: 'ephemeral', client_secret: { value, expires_at }, url: provider.offerUrl }
}

/** Nobody was told of this call, so nobody else will hang it up. */
export async function hangUpUnknown(provider: Provider, opened: OpenedCall, log: Log): Promise<void> {
  if (opened.handshake !== 'brokered') return
  log.error('call_without_session', { ref: opened.ref })
  try {
    await (await attempt(provider.hangUp(opened.ref))).body?.cancel()
  } catch {
    // Its answer reached nobody either: it cannot connect, and the provider gives it up by itself.
  }
}

/** What the session is told of it. Null where the widget reports that. */
export function outcomeOf(opened: OpenedCall): CallOutcome | null {
  if (opened.handshake === 'ephemeral') return null
  return opened.handshake === 'relay' ? { relay: true } : { ref: opened.ref }
}

/** The part of it that the browser gets. */
export type OpenedAnswer = ReturnType<typeof callAnswer>

export function callAnswer(call: string, opened: OpenedCall) {
  switch (opened.handshake) {
    case 'brokered':
      return { handshake: 'brokered' as const, call, sdp: opened.sdp }
    case 'ephemeral':
      return { handshake: 'ephemeral' as const, call, client_secret: opened.client_secret, url: opened.url }
    case 'relay':
      return { handshake: 'relay' as const, call }
  }
}
