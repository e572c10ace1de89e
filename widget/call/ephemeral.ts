/** The ephemeral handshake: the widget posts its offer to the provider itself, with a client secret. */
import type { Clock } from '../clock.ts'
import { within } from '../clock.ts'
import { ProviderError } from './provider-error.ts'

const TIMEOUT_MS = 15_000

export interface ProviderAnswer {
  sdp: string
  /** Last segment of the `Location` header. */
  providerCallId: string
}

/** @throws ProviderError */
export async function postOffer(
  ports: { fetch: (input: string, init?: RequestInit) => Promise<Response>; clock: Clock },
  target: { url: string; secret: string },
  offer: string,
): Promise<ProviderAnswer> {
  const request = ports
    .fetch(target.url, {
      method: 'POST',
      headers: { Authorization: `Bearer ${target.secret}`, 'Content-Type': 'application/sdp' },
      body: offer,
    })
    .then(async (response) => ({ response, sdp: await response.text() }))
    .catch((cause: unknown) => {
      throw new ProviderError('provider_unreachable', { cause })
    })
  const { response, sdp } = await within(ports.clock, TIMEOUT_MS, request, () => {
    return new ProviderError('provider_unreachable')
  })
  if (response.status === 429 || response.status === 503) throw new ProviderError('provider_busy')
  const providerCallId = response.headers.get('Location')?.split('?')[0]?.split('/').filter(Boolean).at(-1)
  // Without the id the broker cannot record or bound the call: better none.
  if (!response.ok || !providerCallId) throw new ProviderError('provider_refused')
  return { sdp, providerCallId }
}
