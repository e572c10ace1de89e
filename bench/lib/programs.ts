/** The programs of a bench: the provider, an Express server, and whatever Worker it compares. All end with the bench. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inProject } from '../../scripts/lib/paths.ts'
import { anyPort } from '../../scripts/lib/ports.ts'
import { startProgram } from '../../scripts/lib/processes.ts'
import { untilReady } from '../../scripts/lib/ready.ts'
import { type RunningSimulator, startSimulator } from '../../scripts/lib/simulator.ts'
import { request } from './http.ts'
import { type RunningWorker, startWorker, type WorkerOptions } from './workerd.ts'

const KEY = 'sk-bench'

/** @param origin of a website that may use every agent */
const broker = (origin: string) => ({
  variables: { PARLEY_SECRET: 'a secret that only benches know, long enough', EXTRA_ORIGINS: origin, PRICES: '' },
  objects: { SESSIONS: 'Session', LEDGERS: 'Ledger', VISITORS: 'Visitors' },
  rate: true,
  healthPath: '/healthz',
})

export interface Upstream extends RunningWorker {
  /** How long it takes to create a call, from now on (ms). */
  delay(ms: number): Promise<void>
  /** The visitor of a call says so many sentences at once; they are numbered. */
  speak(ref: string, from: number, turns: number): Promise<void>
}

/** Runs a bench in an own folder and takes away whatever it has started. */
export async function withPrograms(bench: (programs: Programs) => Promise<void>): Promise<void> {
  const programs = new Programs()
  try {
    await bench(programs)
  } finally {
    await programs.stop()
  }
}

export class Programs {
  readonly #dir = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  readonly #running: { stop(): Promise<void> }[] = []
  #upstream = ''

  async upstream(): Promise<Upstream> {
    const { url, stop } = await this.#node('upstream-main')
    this.#upstream = `${url}/v1`
    return {
      url,
      stop,
      delay: async (ms) => void (await request(`${url}/delay?ms=${ms}`, { method: 'PUT' })),
      speak: async (ref, from, turns) =>
        void (await request(`${url}/speak?ref=${ref}&from=${from}&turns=${turns}`, { method: 'POST' })),
    }
  }

  express(): Promise<RunningWorker> {
    return this.#node('express-main')
  }

  /** The real provider's stand-in, with sound: the simulator. */
  async simulator(): Promise<RunningSimulator> {
    const simulator = await startSimulator({ port: await anyPort() })
    this.#upstream = simulator.url
    this.#keep(simulator)
    return simulator
  }

  /** The real broker with everything on. */
  parley(): Promise<RunningWorker> {
    return this.worker('parley', broker(''))
  }

  /** The same, and the widget's files on its origin. `npm run build` must have made them. */
  parleySite(origin: string): Promise<RunningWorker> {
    return this.worker('parley-site', { ...broker(origin), assets: inProject('dist') })
  }

  async worker(name: string, options: Partial<WorkerOptions> = {}): Promise<RunningWorker> {
    const variables = { OPENAI_BASE_URL: this.#upstream, OPENAI_API_KEY: KEY, ...options.variables }
    return this.#keep(await startWorker({ ...options, name, dir: join(this.#dir, name), variables }))
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map((program) => program.stop()))
    rmSync(this.#dir, { recursive: true, force: true })
  }

  async #node(file: string): Promise<RunningWorker> {
    const port = await anyPort()
    const program = startProgram({
      name: file,
      command: process.execPath,
      args: [inProject(`bench/lib/${file}.ts`), String(port)],
      env: { NODE_ENV: 'production', OPENAI_BASE_URL: this.#upstream, OPENAI_API_KEY: KEY },
    })
    const url = `http://127.0.0.1:${port}`
    await untilReady(program, url)
    return this.#keep({ url, stop: () => program.stop() })
  }

  #keep<Program extends { stop(): Promise<void> }>(program: Program): Program {
    this.#running.push(program)
    return program
  }
}
