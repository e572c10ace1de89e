/** Runs a Worker in raw workerd: its bundle as it would be deployed, its objects on this machine's disk. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { inProject } from '../../scripts/lib/paths.ts'
import { anyPort } from '../../scripts/lib/ports.ts'
import { runQuietly, startProgram } from '../../scripts/lib/processes.ts'
import { untilReady } from '../../scripts/lib/ready.ts'
import { quietWrangler, wranglerProgram } from '../../scripts/lib/wrangler.ts'

export interface WorkerOptions {
  /** File in bench/lib/workers, without .ts. */
  name: string
  /** An own folder for bundle, configuration and rows. */
  dir: string
  variables: Readonly<Record<string, string>>
  /** Binding → class. */
  objects?: Readonly<Record<string, string>>
  /** With the rate limit of wrangler.toml as RATE. */
  rate?: boolean
  /** Folder whose files the Worker gets as ASSETS. */
  assets?: string
  healthPath?: string
}

export interface RunningWorker {
  url: string
  stop(): Promise<void>
}

const wranglerToml = readFileSync(inProject('wrangler.toml'), 'utf8')
const compatibilityDate = setting('compatibility_date', /"(.+?)"/)
const keepNames = setting('keep_names', /(true|false)/)

export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { name, dir, rate = false, healthPath = '/' } = options
  mkdirSync(join(dir, 'rows'), { recursive: true })
  await bundle(name, dir)
  if (rate) await bundle('rate', dir)
  const port = await anyPort()
  writeFileSync(join(dir, 'config.capnp'), configuration(options, port))
  const program = startProgram({ name, command: workerd(), args: ['serve', join(dir, 'config.capnp'), 'config'] })
  const url = `http://127.0.0.1:${port}`
  await untilReady(program, url + healthPath)
  return { url, stop: () => program.stop() }
}

/** `wrangler deploy --dry-run` makes the very file that would be uploaded. */
async function bundle(name: string, dir: string): Promise<void> {
  const config = join(dir, `${name}.toml`)
  const main = inProject(`bench/lib/workers/${name}.ts`)
  const settings = [
    `name = "${name}"`,
    `main = "${main}"`,
    `compatibility_date = "${compatibilityDate}"`,
    `keep_names = ${keepNames}`,
  ]
  writeFileSync(config, `${settings.join('\n')}\n`)
  const args = ['deploy', '--dry-run', '--config', config, '--outdir', join(dir, 'bundle')]
  const { code, output } = await runQuietly(process.execPath, [wranglerProgram, ...args], quietWrangler)
  if (code !== 0) throw new Error(`wrangler could not bundle ${name}:\n${output}`)
}

function configuration({ name, dir, variables, objects = {}, rate, assets }: WorkerOptions, port: number): string {
  const bindings = [
    ...Object.entries(variables).map(([key, value]) => `(name = ${text(key)}, text = ${text(value)})`),
    ...Object.entries(objects).map(([key, made]) => `(name = ${text(key)}, durableObjectNamespace = ${text(made)})`),
    ...(rate ? [rateBinding()] : []),
    ...(assets ? ['(name = "ASSETS", service = "assets")'] : []),
  ]
  const namespaces = Object.values(objects).map(
    (made) => `(className = ${text(made)}, uniqueKey = ${text(`bench-${made}`)}, enableSql = true)`,
  )
  const storage = namespaces.length > 0 ? 'durableObjectStorage = (localDisk = "rows"),' : ''
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["public", "private"])),
    (name = "rows", disk = (path = ${text(join(dir, 'rows'))}, writable = true)),
    ${assets ? `(name = "assets", disk = (path = ${text(assets)})),` : ''}
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
  ${rate ? 'extensions = [(modules = [(name = "bench:rate", internal = true, esModule = embed "bundle/rate.js")])],' : ''}
);
const main :Workerd.Worker = (
  modules = [(name = "${name}.js", esModule = embed "bundle/${name}.js")],
  compatibilityDate = "${compatibilityDate}",
  bindings = [${bindings.join(', ')}],
  durableObjectNamespaces = [${namespaces.join(', ')}],
  ${storage}
);
`
}

function rateBinding(): string {
  const inner = ['limit', 'period'].map((key) => `(name = "${key}", json = "${setting(key, /(\d+)/)}")`)
  return `(name = "RATE", wrapped = (moduleName = "bench:rate", innerBindings = [${inner.join(', ')}]))`
}

function setting(key: string, value: RegExp): string {
  const found = wranglerToml.match(new RegExp(`^${key} = ${value.source}`, 'm'))?.[1]
  if (found === undefined) throw new Error(`wrangler.toml has no ${key}`)
  return found
}

/** A text of Cap'n Proto. What is put in has no control characters. */
function text(value: string): string {
  return JSON.stringify(value)
}

/** The workerd that comes with wrangler. */
function workerd(): string {
  const fromWrangler = createRequire(wranglerProgram)
  return (fromWrangler('workerd') as { default: string }).default
}

export function workerdVersion(): string {
  return (createRequire(wranglerProgram)('workerd') as { version: string }).version
}
