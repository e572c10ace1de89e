/** `npm start` as a person runs it, on ports of the test's own. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectDir } from '../../../scripts/lib/paths.ts'
import { anyPort } from '../../../scripts/lib/ports.ts'
import { descendants } from '../../../scripts/lib/process-table.ts'

export interface NpmStart {
  readonly ports: { broker: number; demo: number; simulator: number }
  /** Everything written so far, to both streams. */
  output(): string
  /** Resolves with the output when the block has been printed. */
  ready(): Promise<string>
  /** Ids of npm's process and all that came of it. */
  processes(): number[]
  /** What Ctrl-C in a terminal does: SIGINT to everything in the foreground. */
  ctrlC(): void
  /** The exit code. */
  readonly ended: Promise<number | null>
  /** Takes the rest of it away, whatever state it is in. */
  cleanUp(): void
}

/** @param args behind `npm start` */
export async function npmStart(ports?: NpmStart['ports'], args: readonly string[] = []): Promise<NpmStart> {
  const used = ports ?? { broker: await anyPort(), demo: await anyPort(), simulator: await anyPort() }
  const dir = mkdtempSync(join(tmpdir(), 'parley-start-'))
  const npm = spawn('npm', ['start', ...args], {
    cwd: projectDir,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      BROKER_PORT: String(used.broker),
      DEMO_PORT: String(used.demo),
      SIMULATOR_PORT: String(used.simulator),
      PARLEY_DIR: dir,
    },
  })
  const pid = npm.pid
  if (pid === undefined) throw new Error('npm could not be started')
  let output = ''
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = new Promise<number | null>((resolve) => npm.on('exit', resolve))
  return {
    ports: used,
    output: () => output,
    async ready() {
      let gone = false
      ended.then(() => {
        gone = true
      })
      while (!output.includes('Parley is running')) {
        if (gone) throw new Error(`npm start ended before it was ready:\n${output}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return output
    },
    processes: () => [pid, ...descendants(pid)],
    ctrlC: () => process.kill(-pid, 'SIGINT'),
    ended,
    cleanUp() {
      for (const one of descendants(pid)) signal(one)
      signal(pid)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // Gone already, which is what is wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
