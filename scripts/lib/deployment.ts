/** The steps of a deploy, with the outside handed in. */
import { newDeploymentSecret } from './deployment-secret.ts'
import type { Finished } from './processes.ts'

export interface DeploymentPorts {
  /** Builds the widget; false when that failed (and was reported). */
  build(): Promise<boolean>
  /** Runs wrangler to its end; `shown`: with its output on the screen, too. */
  wrangler(args: readonly string[], options?: { shown?: boolean }): Promise<Finished>
  /** Lends a file with these secrets, for as long as `use` takes, that only this user can read. */
  withSecretsFile<Result>(secrets: Secrets, use: (path: string) => Promise<Result>): Promise<Result>
  /** OPENAI_API_KEY of .dev.vars, if there is one. */
  key: string | undefined
  say(text: string): void
}

export type Secrets = Readonly<Record<string, string>>

/** True when Parley is deployed. Whatever hinders it has been said, with the way forward. */
export async function deploy(ports: DeploymentPorts, { dryRun }: { dryRun: boolean }): Promise<boolean> {
  if (!(await ports.build())) return false
  if (dryRun) {
    const ok = await shown(ports, ['deploy', '--dry-run'])
    ports.say(ok ? 'Dry run: this is what would be deployed. Nothing was sent.' : 'The dry run failed, see above.')
    return ok
  }
  if (!(await loggedIn(ports))) return false
  const present = await listSecrets(ports)
  const missing = present && missingSecrets(ports, present)
  if (!missing) return false

  const names = Object.keys(missing)
  const ok =
    names.length === 0
      ? await shown(ports, ['deploy'])
      : await ports.withSecretsFile(missing, (path) => shown(ports, ['deploy', '--secrets-file', path]))
  if (!ok) ports.say('The deploy failed, see above.')
  else ports.say(names.length === 0 ? 'Deployed.' : `Deployed, with new secrets: ${names.join(', ')}.`)
  return ok
}

async function loggedIn({ wrangler, say }: DeploymentPorts): Promise<boolean> {
  const { code, output } = await wrangler(['whoami'])
  if (code === 0 && !output.includes('not authenticated')) return true
  say(
    "Not logged in to Cloudflare. Run npm exec -c 'wrangler login' first, or set CLOUDFLARE_API_TOKEN\n" +
      '(https://developers.cloudflare.com/fundamentals/api/get-started/create-token/, template "Edit Cloudflare Workers").',
  )
  return false
}

/** Names of the secrets that the deployed Worker has: none before the first deploy. Undefined: could not be found out. */
export async function listSecrets({
  wrangler,
  say,
}: Pick<DeploymentPorts, 'wrangler' | 'say'>): Promise<string[] | undefined> {
  const { code, output, stdout } = await wrangler(['secret', 'list', '--format', 'json'])
  if (code === 0) return secretNames(stdout)
  if (/Worker ".*" not found/.test(output)) return []
  say(`The Worker's secrets could not be listed:\n${output}`)
  return undefined
}

/** The secrets that this deploy must bring along. Undefined: one is missing that only a person has. */
function missingSecrets({ key, say }: DeploymentPorts, present: readonly string[]): Secrets | undefined {
  const missing: Record<string, string> = {}
  // An existing one is left alone: a new one would end every running conversation.
  if (!present.includes('PARLEY_SECRET')) missing.PARLEY_SECRET = newDeploymentSecret()
  if (!present.includes('OPENAI_API_KEY')) {
    if (!key) {
      const put = present.length > 0 ? "\nor run npm exec -c 'wrangler secret put OPENAI_API_KEY'," : ''
      say(`The provider key is missing. Put OPENAI_API_KEY=sk-… into .dev.vars,${put} and deploy again.`)
      return undefined
    }
    missing.OPENAI_API_KEY = key
  }
  return missing
}

async function shown({ wrangler }: DeploymentPorts, args: readonly string[]): Promise<boolean> {
  return (await wrangler(args, { shown: true })).code === 0
}

function secretNames(json: string): string[] {
  const list: unknown = JSON.parse(json)
  if (!Array.isArray(list)) throw new Error('wrangler secret list did not answer with a list')
  return list.flatMap((entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'name' in entry && typeof entry.name === 'string'
      ? [entry.name]
      : [],
  )
}
