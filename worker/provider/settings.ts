/** The variables about the provider, as far as they can be checked without one. */
import type { Agents } from '../../protocol/agent.ts'
import { readDeployments, requireDeployments } from './azure/deployments.ts'

export interface ProviderEnv {
  /** Empty is `openai`. */
  PROVIDER?: string
  OPENAI_BASE_URL: string
  OPENAI_API_KEY: string
  AZURE_DEPLOYMENTS?: string
}

/** By provider: what agents need there. */
const NEEDS = {
  openai: () => {},
  azure: (env: ProviderEnv, agents: Agents) => requireDeployments(agents, readDeployments(env.AZURE_DEPLOYMENTS)),
}
export type ProviderName = keyof typeof NEEDS

/** @throws Error for a name that no provider has */
export function providerName({ PROVIDER }: Pick<ProviderEnv, 'PROVIDER'>): ProviderName {
  const name = PROVIDER || 'openai'
  if (isProvider(name)) return name
  throw new Error(`The variable PROVIDER is "${name}". Known: ${Object.keys(NEEDS).join(', ')}.`)
}

/**
 * Checked at start-up.
 * @throws Error that names the variable, and the agent that cannot be used
 */
export function requireProvider(agents: Agents, env: ProviderEnv): void {
  NEEDS[providerName(env)](env, agents)
}

function isProvider(name: string): name is ProviderName {
  return Object.hasOwn(NEEDS, name)
}
