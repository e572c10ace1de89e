/** Which provider a deployment uses. */
import { readDeployments } from './azure/deployments.ts'
import { azure } from './azure/index.ts'
import { openAi } from './openai/index.ts'
import type { Provider } from './provider.ts'
import { type ProviderEnv, type ProviderName, providerName } from './settings.ts'

const MAKE: Record<ProviderName, (env: ProviderEnv) => Provider> = {
  openai: ({ OPENAI_BASE_URL, OPENAI_API_KEY, ...env }) =>
    openAi({ baseUrl: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY, secret: secretOf(env) }),
  azure: ({ OPENAI_BASE_URL, OPENAI_API_KEY, AZURE_DEPLOYMENTS, ...env }) => {
    const deployments = readDeployments(AZURE_DEPLOYMENTS)
    return azure({ baseUrl: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY, deployments, secret: secretOf(env) })
  },
}

/** @throws Error for variables that cannot be used; `requireProvider` found that out at start-up */
export function providerFor(env: ProviderEnv): Provider {
  return MAKE[providerName(env)](env)
}

/** What agents name is in no type: it is there if somebody has set it. */
function secretOf(env: object) {
  const all = env as Readonly<Record<string, unknown>>
  return (name: string): string | undefined => {
    const value = all[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
}
