/** The steps of a deploy, with the outside handed in. */
import { deployedOrigin, type SmokePorts, smokeTest } from './deployed.ts'
import { newDeploymentSecret } from './deployment-secret.ts'
import type { Finished } from './processes.ts'

export interface DeploymentPorts extends SmokePorts {
  /** Builds the widget; false when that failed (and was reported). */
  build(): Promise<boolean>
  /** Runs wrangler to its end; `shown`: with its output on the screen, too. */
  wrangler(args: readonly string[], options?: { shown?: boolean }): Promise<Finished>
  /** Lends a file with these secrets, for as long as `use` takes, that only this user can read. */
  withSecretsFile<Result>(secrets: Secrets, use: (path: string) => Promise<Result>): Promise<Result>
  /** What wrangler wrote about its deploys into WRANGLER_OUTPUT_FILE_PATH: a line of JSON for each thing done. */
  deployReport(): string
  /** OPENAI_API_KEY of .dev.vars, if there is one. */
  key: string | undefined
  /** wrangler.toml says who may open the console: Access, or the hash of a token. */
  hasConsoleDoor: boolean
  /** A person reads what is said, and no log keeps it. */
  isWatched: boolean
}

export interface DeploymentOptions {
  /** Nothing is sent. */
  dryRun: boolean
  /** One of wrangler.toml's environments (`[env.NAME]`), with secrets of its own. */
  env?: string | undefined
}

export type Secrets = Readonly<Record<string, string>>

/** True when Parley is deployed and answers. Whatever hinders it has been said, with the way forward. */
export async function deploy(ports: DeploymentPorts, { dryRun, env }: DeploymentOptions): Promise<boolean> {
  if (!(await ports.build())) return false
  const place = env ? ['--env', env] : []
  if (dryRun) {
    const ok = await shown(ports, ['deploy', '--dry-run', ...place])
    ports.say(ok ? 'Dry run: this is what would be deployed. Nothing was sent.' : 'The dry run failed, see above.')
    return ok
  }
  if (!(await loggedIn(ports))) return false
  const present = await listSecrets(ports, place)
  const missing = present && missingSecrets(ports, present)
  if (!missing) return false
  if (!(await send(ports, missing, place))) return false
  sayConsole(ports, missing.PARLEY_ADMIN_TOKEN, present)
  return await tryOut(ports)
}

async function send(ports: DeploymentPorts, secrets: Secrets, place: readonly string[]): Promise<boolean> {
  const names = Object.keys(secrets)
  const ok =
    names.length === 0
      ? await shown(ports, ['deploy', ...place])
      : await ports.withSecretsFile(secrets, (path) => shown(ports, ['deploy', '--secrets-file', path, ...place]))
  if (!ok) ports.say('The deploy failed, see above. It may be run again: what is there already is left as it is.')
  else ports.say(names.length === 0 ? 'Deployed.' : `Deployed, with new secrets: ${names.join(', ')}.`)
  return ok
}

/** How its owner gets into the console. A new token is said even if the rest turns out not to work: nobody can ask for it again. */
function sayConsole(ports: DeploymentPorts, token: string | undefined, present: readonly string[]): void {
  const place = `${deployedOrigin(ports.deployReport()) ?? 'Its address'}/console`
  if (token) {
    ports.say(
      `The console is at ${place}. Its token is shown this once, keep it as you keep passwords:\n\n${token}\n\n` +
        "Another one: npm exec -c 'wrangler secret put PARLEY_ADMIN_TOKEN'.",
    )
  } else if (!ports.hasConsoleDoor && !present.includes('PARLEY_ADMIN_TOKEN')) {
    ports.say(
      "The console is closed. To open it: npm exec -c 'wrangler secret put PARLEY_ADMIN_TOKEN' (docs/console.md).",
    )
  }
}

/** Asks what was deployed whether it works, and says how to put it on a website. */
async function tryOut(ports: DeploymentPorts): Promise<boolean> {
  const origin = deployedOrigin(ports.deployReport())
  if (!origin) {
    ports.say('It has no address of its own (workers.dev or a custom domain), so nothing was asked of it.')
    return true
  }
  const troubles = await smokeTest(origin, ports)
  if (troubles.length > 0) {
    ports.say(`It was deployed, and something is wrong:\n${troubles.map((trouble) => `- ${trouble}`).join('\n')}`)
    return false
  }
  ports.say(
    `It answers at ${origin}. Put this on your website, and the website's origin into \`origins\` of the agent:\n\n` +
      `<script src="${origin}/widget.js" data-agent="YOUR-AGENT" async></script>`,
  )
  return true
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
export async function listSecrets(
  { wrangler, say }: Pick<DeploymentPorts, 'wrangler' | 'say'>,
  place: readonly string[] = [],
): Promise<string[] | undefined> {
  const { code, output, stdout } = await wrangler(['secret', 'list', '--format', 'json', ...place])
  if (code === 0) return secretNames(stdout)
  if (/Worker ".*" not found/.test(output)) return []
  say(`The Worker's secrets could not be listed:\n${output}`)
  return undefined
}

/** The secrets that this deploy must bring along. Undefined: one is missing that only a person has. */
function missingSecrets(ports: DeploymentPorts, present: readonly string[]): Secrets | undefined {
  const { key, say, hasConsoleDoor, isWatched } = ports
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
  // It has to be shown, so it is made only where a person sees it and no log of a build keeps it.
  if (!present.includes('PARLEY_ADMIN_TOKEN') && !hasConsoleDoor && isWatched) {
    missing.PARLEY_ADMIN_TOKEN = newDeploymentSecret()
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
