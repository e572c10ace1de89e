/** What `npm run doctor` was asked to look at. */
import { parseArgs } from 'node:util'

export interface Wishes {
  /** This checkout, not what was deployed. */
  isLocal: boolean
  /** One of wrangler.toml's environments. */
  env: string | undefined
}

/** @throws TypeError that names an argument that nobody knows */
export function readWishes(args: readonly string[]): Wishes {
  const { values } = parseArgs({
    args: [...args],
    options: { deployed: { type: 'boolean', default: false }, env: { type: 'string' } },
  })
  return { isLocal: !values.deployed, env: values.env }
}

/** @param vars of wrangler.toml @param devVars which only local runs have */
export function variablesOf(
  { isLocal }: Wishes,
  vars: Readonly<Record<string, unknown>>,
  devVars: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  const deployed = Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, String(value)]))
  return isLocal ? { ...deployed, ...devVars } : deployed
}
