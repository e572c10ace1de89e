/** The settings check of the console: what `npm run doctor` says, as the Worker itself sees it. */
import type { Agents } from '../../protocol/agent.ts'
import { examine, type Finding } from './doctor.ts'

export async function examineSettings(agents: Agents, env: Env, now: () => number): Promise<Finding[]> {
  const known: Record<string, unknown> = { ...env }
  const texts = Object.entries(known).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  const patient = {
    agents,
    variables: Object.fromEntries(texts),
    secrets: texts.flatMap(([name, value]) => (value === '' ? [] : [name])),
    isLocal: false,
    provider: env,
  }
  const findings = await examine(patient, { fetch: (url, init) => fetch(url, init), now })
  return [...own(known), ...findings]
}

/** What only the console needs. */
function own(env: Record<string, unknown>): Finding[] {
  if (env.RECORDS) return [{ state: 'good', what: 'There is an index of sessions (D1): lists and plots work.' }]
  const todo = 'Put the block [[d1_databases]] back into wrangler.toml and deploy (docs/console.md).'
  return [{ state: 'warning', what: 'There is no index of sessions: no lists and no plots in the console.', todo }]
}
