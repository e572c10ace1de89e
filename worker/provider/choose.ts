/** Which provider a deployment uses. */
import { readDeployments } from './azure/deployments.ts'
import { azure } from './azure/index.ts'
import { openAi } from './openai/index.ts'
import type { Provider } from './provider.ts'
import { type ProviderEnv, type ProviderName, providerName } from './settings.ts'

const MAKE: Record<ProviderName, (env: ProviderEnv) => Provider> = {
  openai: ({ OPENAI_BASE_URL, OPENAI_API_KEY }) => openAi({ baseUrl: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY }),
  azure: ({ OPENAI_BASE_URL, OPENAI_API_KEY, AZURE_DEPLOYMENTS }) => {
    const deployments = readDeployments(AZURE_DEPLOYMENTS)
    return azure({ baseUrl: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY, deployments })
  },
}

/** @throws Error for variables that cannot be used; `requireProvider` found that out at start-up */
export function providerFor(env: ProviderEnv): Provider {
  return MAKE[providerName(env)](env)
}
