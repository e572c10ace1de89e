/**
 * The Realtime API as Azure OpenAI (Foundry) runs it (realtime-api.md 12). A resource knows models by the names of its
 * deployments, those that write down what visitors say as well (Microsoft's Realtime reference, "Azure deviation").
 */
import { REALTIME_CAPS, realtimeApi } from '../openai/realtime.ts'
import type { Provider } from '../provider.ts'
import type { Deployments } from './deployments.ts'

export interface AzureOptions {
  /** Such as `https://my-resource.openai.azure.com/openai/v1`. */
  baseUrl: string
  /** One of the resource's two keys. */
  apiKey: string
  /** A secret of the deployment by its name. */
  secret: (name: string) => string | undefined
  deployments: Deployments
}

export function azure({ baseUrl, apiKey, secret, deployments }: AzureOptions): Provider {
  return realtimeApi({
    // Client secrets exist, but nothing says that a page may read `Location` of the answer to its offer. Without the call's
    // id in it the broker could neither record nor bound the call.
    caps: { ...REALTIME_CAPS, handshakes: ['brokered', 'relay'] },
    baseUrl,
    secret,
    credentials: { 'api-key': apiKey },
    // The page gets no event that shows instructions or tools. What it may send is not restricted by that.
    callsQuery: '?webrtcfilter=on',
    // A model without one is of a session from before an agent was changed; Azure says that it knows no such deployment.
    nameOf: (model) => deployments[model] ?? model,
    // Nothing of the kind is documented for Azure.
    safety: () => ({}),
    passesSoon: (code) => code !== 'insufficient_quota',
  })
}
