/** Which provider a deployment uses. The one place that names providers. */
import { openAi } from './openai/index.ts'
import type { Provider } from './provider.ts'

export function providerFor(env: Pick<Env, 'OPENAI_BASE_URL' | 'OPENAI_API_KEY'>): Provider {
  return openAi({ baseUrl: env.OPENAI_BASE_URL, apiKey: env.OPENAI_API_KEY })
}
