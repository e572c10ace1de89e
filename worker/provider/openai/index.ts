/** OpenAI itself, its residency regions, and whatever else speaks its dialect. */
import type { Provider } from '../provider.ts'
import { REALTIME_CAPS, realtimeApi } from './realtime.ts'

export interface OpenAiOptions {
  /** Such as `https://api.openai.com/v1`. */
  baseUrl: string
  apiKey: string
  /** A secret of the deployment by its name. */
  secret?: (name: string) => string | undefined
}

export function openAi({ baseUrl, apiKey, secret = () => undefined }: OpenAiOptions): Provider {
  return realtimeApi({
    caps: REALTIME_CAPS,
    baseUrl,
    secret,
    credentials: { Authorization: `Bearer ${apiKey}` },
    callsQuery: '',
    nameOf: (model) => model,
    safety: (id) => ({ 'OpenAI-Safety-Identifier': id }),
    // Section 8.5: a quota that is used up comes as 429 too, but waiting does not help.
    passesSoon: (code) => code === 'rate_limit_exceeded',
  })
}
