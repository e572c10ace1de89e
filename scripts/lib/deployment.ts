/** The steps of a deploy, with the outside handed in. */
import { newDeploymentSecret } from './deployment-secret.ts'
import type { Finished } from './processes.ts'

export interface DeploymentPorts {
  /** Builds the widget; false when that failed (and was reported). */
  build(): Promise<boolean>
  /** Runs wrangler to its end; `shown`: with its output on the screen, too. */
  wrangler(args: readonly string[], options?: { input?: string; shown?: boolean }): Promise<Finished>
  say(text: string): void
}

const KEY_COMMAND = "npm exec -c 'wrangler secret put OPENAI_API_KEY'"

/** True when Parley is deployed, with everything that it needs or with a word on what is missing. */
export async function deploy(ports: DeploymentPorts, { dryRun }: { dryRun: boolean }): Promise<boolean> {
  const { build, wrangler, say } = ports
  if (!(await build())) return false
  if (dryRun) {
    const { code } = await wrangler(['deploy', '--dry-run'], { shown: true })
    say(code === 0 ? 'Dry run: this is what would be deployed. Nothing was sent.' : 'The dry run failed, see above.')
    return code === 0
  }
  if (!(await loggedIn(ports))) return false
  if ((await wrangler(['deploy'], { shown: true })).code !== 0) {
    say('The deploy failed, see above.')
    return false
  }
  return setSecrets(ports)
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

/** After the first deploy, because only then is there a Worker that can hold secrets. */
async function setSecrets({ wrangler, say }: DeploymentPorts): Promise<boolean> {
  const listed = await wrangler(['secret', 'list', '--format', 'json'])
  if (listed.code !== 0) {
    say(`Deployed, but its secrets could not be listed:\n${listed.output}`)
    return false
  }
  const names = secretNames(listed.stdout)
  if (!names.includes('PARLEY_SECRET')) {
    const put = await wrangler(['secret', 'put', 'PARLEY_SECRET'], { input: newDeploymentSecret() })
    if (put.code !== 0) {
      say(`Deployed, but PARLEY_SECRET could not be set:\n${put.output}`)
      return false
    }
    say('PARLEY_SECRET was missing: made one and set it.')
  }
  say(
    names.includes('OPENAI_API_KEY')
      ? 'Deployed, with all secrets set.'
      : `Deployed. One thing is missing, your provider key: ${KEY_COMMAND}`,
  )
  return true
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
