/** The real runtime as a process of its own, with its Durable Objects on disk, so that it can be killed and started again. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programOf } from '../../scripts/lib/packages.ts'
import { anyPort } from '../../scripts/lib/ports.ts'
import { type Program, startProgram } from '../../scripts/lib/processes.ts'
import { untilReady } from '../../scripts/lib/ready.ts'
import { API_KEY, DEPLOYMENT_SECRET } from './constants.ts'
import type { Note } from './trail.ts'

export interface Workerd {
  readonly url: string
  /** Where the objects are kept. */
  readonly disk: string
  /** What it wrote. */
  readonly log: Note[]
  /**
   * SIGKILL, and a new process on the same disk and port.
   * @param offsetMs how far the clocks of sessions are ahead: time does not go back because a process has died
   */
  crash(offsetMs: number): Promise<void>
  stop(): Promise<void>
}

/** Of wrangler.toml. */
const COMPATIBILITY_DATE = '2026-11-17'

/** @param unevenMs see inside/uneven.ts */
export async function startWorkerd(code: string, providerUrl: string, unevenMs: number): Promise<Workerd> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-chaos-'))
  const disk = join(dir, 'disk')
  mkdirSync(disk)
  const port = await anyPort()
  writeFileSync(join(dir, 'worker.js'), code)
  const configure = (offsetMs: number) =>
    writeFileSync(join(dir, 'config.capnp'), config({ port, disk, providerUrl, unevenMs, offsetMs }))
  configure(0)
  const log: Note[] = []
  const run = async (): Promise<Program> => {
    const program = startProgram({
      name: 'workerd',
      command: programOf('workerd'),
      args: ['serve', '--experimental', join(dir, 'config.capnp')],
      onLine: (what) => log.push({ t: Date.now(), who: 'broker', what }),
    })
    await untilReady(program, `http://127.0.0.1:${port}/healthz`)
    return program
  }
  let program = await run()
  return {
    url: `http://127.0.0.1:${port}`,
    disk,
    log,
    async crash(offsetMs) {
      await program.kill()
      configure(offsetMs)
      program = await run()
    },
    async stop() {
      await program.kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

interface Settings {
  port: number
  disk: string
  providerUrl: string
  unevenMs: number
  offsetMs: number
}

function config({ port, disk, providerUrl, unevenMs, offsetMs }: Settings): string {
  const object = (name: string) => `(className = "${name}", uniqueKey = "parley-${name}", enableSql = true)`
  const binding = (name: string, className: string) => `(name = "${name}", durableObjectNamespace = "${className}")`
  const text = (name: string, value: string) => `(name = "${name}", text = ${JSON.stringify(value)})`
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
    (name = "disk", disk = (path = ${JSON.stringify(disk)}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  compatibilityFlags = ["unsafe_module"],
  durableObjectNamespaces = [${['Session', 'Ledger', 'Visitors'].map(object).join(', ')}],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [
    ${binding('SESSIONS', 'Session')}, ${binding('LEDGERS', 'Ledger')}, ${binding('VISITORS', 'Visitors')},
    ${text('OPENAI_API_KEY', API_KEY)}, ${text('PARLEY_SECRET', DEPLOYMENT_SECRET)},
    ${text('OPENAI_BASE_URL', providerUrl)}, ${text('EXTRA_ORIGINS', '')}, ${text('PRICES', '')},
    ${text('CHAOS_UNEVEN_MS', String(unevenMs))}, ${text('CHAOS_OFFSET_MS', String(offsetMs))},
  ],
);
`
}
