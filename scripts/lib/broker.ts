/** Runs the broker locally: `wrangler dev` with local Durable Objects. */
import { join } from 'node:path'
import { envFileText, writeSecretFile } from './env-file.ts'
import { inProject } from './paths.ts'
import { type Program, type ProgramOptions, startProgram } from './processes.ts'
import { untilReady } from './ready.ts'
import { quietWrangler, wranglerProgram } from './wrangler.ts'

export interface BrokerOptions {
  port: number
  /** Folder for the sessions and the variables. The same folder again continues the sessions. */
  dir: string
  /** What the Worker sees, by names that wrangler.toml declares (`[vars]` or `[secrets]`). */
  variables: Readonly<Record<string, string>>
  /** The same for names that it does not declare, such as secrets that only some agents need. On the command line: nothing that must be kept. */
  undeclared?: Readonly<Record<string, string>>
  /** The Worker's own file, by default that of wrangler.toml. */
  main?: string | undefined
  /** Folder of the widget's files, by default that of wrangler.toml. */
  assetsDir?: string
  onLine?: ProgramOptions['onLine']
  signal?: AbortSignal
}

export interface RunningBroker extends Program {
  /** Without a slash at the end. */
  readonly url: string
}

/** Resolves when `/healthz` answers. Throws with its last lines when it ends before that. */
export async function startBroker({
  port,
  dir,
  variables,
  undeclared = {},
  main,
  assetsDir,
  onLine,
  signal,
}: BrokerOptions): Promise<RunningBroker> {
  const envFile = join(dir, 'broker.env')
  // By file, not by `--var`: a command line is visible to every user of the machine.
  writeSecretFile(envFile, envFileText(variables))
  const program = startProgram({
    name: 'The broker',
    command: process.execPath,
    args: [
      ...[wranglerProgram, 'dev', ...(main ? [main] : []), '--config', inProject('wrangler.toml')],
      ...['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'],
      ...Object.entries(undeclared).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
      ...(assetsDir ? ['--assets', assetsDir] : []),
      ...['--persist-to', join(dir, 'state'), '--env-file', envFile],
      ...['--log-level', 'warn', '--show-interactive-dev-session=false'],
    ],
    env: {
      ...quietWrangler,
      // wrangler lets the environment win over the file: a key of the shell must not get in that way.
      ...Object.fromEntries(Object.keys(variables).map((name) => [name, undefined])),
      CLOUDFLARE_INCLUDE_PROCESS_ENV: 'false',
      // Else every request's URL, query included, is kept on disk (worker-notes.md, Assets and a quiet local run).
      X_LOCAL_OBSERVABILITY: 'false',
      X_LOCAL_EXPLORER: 'false',
      WRANGLER_WRITE_LOGS: 'false',
      // Several brokers of one name may run on this machine; they have nothing to do with each other.
      WRANGLER_REGISTRY_PATH: join(dir, 'registry'),
    },
    onLine,
  })
  await untilReady(program, `http://127.0.0.1:${port}/healthz`, signal)
  return { ...program, url: `http://localhost:${port}` }
}
