/**
 * `npm run doctor`: looks at agents, secrets, origins, prices, models and the clock, and says what to do. Spends nothing.
 * `npm run doctor -- --deployed` looks at the secrets of the deployed Worker, and at wrangler.toml without .dev.vars;
 * `--env NAME` at one of its environments.
 */
import { unstable_readConfig } from 'wrangler'
import type { Agents } from '../protocol/agent.ts'
import { examine, type Patient } from '../worker/console/doctor.ts'
import { listSecrets } from './lib/deployment.ts'
import { diagnosis } from './lib/diagnosis.ts'
import { readWishes, variablesOf } from './lib/doctor-wishes.ts'
import { readEnvFile } from './lib/env-file.ts'
import { inProject } from './lib/paths.ts'
import { runQuietly } from './lib/processes.ts'
import { quietWrangler, wranglerProgram } from './lib/wrangler.ts'

try {
  const wishes = readWishes(process.argv.slice(2))
  const { isLocal, env } = wishes
  const devVars = readEnvFile(inProject('.dev.vars'))
  const place = { config: inProject('wrangler.toml'), ...(env ? { env } : {}) }
  const { vars } = unstable_readConfig(place, { hideWarnings: true })
  const variables = variablesOf(wishes, vars, devVars)
  const { agents }: { agents: Agents } = await import('../agents/index.ts')
  const { OPENAI_API_KEY: key } = devVars
  const { PROVIDER = '', AZURE_DEPLOYMENTS = '', OPENAI_BASE_URL = '' } = variables
  const patient: Patient = {
    agents,
    variables,
    isLocal,
    secrets: isLocal ? Object.keys(devVars) : await deployedSecrets(env),
    provider: key ? { PROVIDER, AZURE_DEPLOYMENTS, OPENAI_BASE_URL, OPENAI_API_KEY: key } : null,
  }
  const findings = await examine(patient, { fetch: (url, init) => fetch(url, init), now: Date.now })
  console.log(diagnosis(findings))
  process.exitCode = findings.some(({ state }) => state === 'wrong') ? 1 : 0
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function deployedSecrets(env: string | undefined): Promise<string[]> {
  const run = (args: readonly string[]) => runQuietly(process.execPath, [wranglerProgram, ...args], quietWrangler)
  const names = await listSecrets({ wrangler: run, say: (text) => console.error(text) }, env ? ['--env', env] : [])
  if (!names) throw new Error('So the deployed Worker could not be looked at.')
  return names
}
