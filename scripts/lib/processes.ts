/** Starts programs in process groups of their own and ends them with everything that they started. */
import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { inProject, projectDir } from './paths.ts'
import { groupMembers } from './process-table.ts'

export interface ProgramOptions {
  /** What messages call it: "broker". */
  name: string
  command: string
  args: readonly string[]
  /** Added to this process's environment; undefined takes a variable out. */
  env?: Readonly<Record<string, string | undefined>>
  /** Every line that it writes. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void
}

export interface Program {
  readonly name: string
  /** Leader and id of its process group. */
  readonly pid: number
  /** Settles once, when the program is gone for whatever reason; says how in words. */
  readonly ended: Promise<string>
  /** Its last lines, for an error message. */
  lastLines(): string
  /** SIGTERM to the group, SIGKILL after `graceMs`. Resolves when nothing of it is left. */
  stop(graceMs?: number): Promise<void>
  /** SIGKILL to the whole group at once: a crash. */
  kill(): Promise<void>
}

const KEPT_LINES = 40

/** A program that ends with this process, together with its children. */
export function startProgram(options: ProgramOptions): Program {
  const child = spawn(process.execPath, [inProject('scripts/lib/leash.ts'), options.command, ...options.args], {
    cwd: projectDir,
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${options.name} could not be started`)

  const lines: string[] = []
  for (const stream of ['stdout', 'stderr'] as const) {
    eachLine(child[stream], (line) => {
      lines.push(line)
      if (lines.length > KEPT_LINES) lines.shift()
      options.onLine?.(line, stream)
    })
  }
  // Writing nothing to it, so the only thing that can happen to this pipe is that the program is gone.
  child.stdin.on('error', () => {})

  const ended = new Promise<string>((resolve) => {
    child.on('exit', (code, signal) => {
      // What the leader left behind goes with it.
      signalGroup(pid, 'SIGKILL')
      resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`)
    })
  })

  const kill = async () => {
    signalGroup(pid, 'SIGKILL')
    await ended
    await groupGone(pid)
  }

  return {
    name: options.name,
    pid,
    ended,
    lastLines: () => lines.join('\n'),
    kill,
    async stop(graceMs = 5000) {
      signalGroup(pid, 'SIGTERM')
      const late = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs)
      await ended
      clearTimeout(late)
      await groupGone(pid)
    },
  }
}

/** Runs a program to its end with its output on the screen. Resolves with the exit code. */
export function runToEnd(command: string, args: readonly string[], env: Record<string, string | undefined> = {}) {
  return new Promise<number>((resolve, reject) => {
    const child = spawn(command, args, { cwd: projectDir, env: { ...process.env, ...env }, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

export interface Finished {
  code: number
  /** Both streams, in the order of arrival, without colours. */
  output: string
  stdout: string
}

/** Runs a program to its end and keeps what it wrote. */
export function runQuietly(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: projectDir,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output: stripVTControlCharacters(output), stdout })
    })
  })
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    // ESRCH: nobody there any more. EPERM: macOS says so when only zombies are left.
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

async function groupGone(pid: number): Promise<void> {
  while (groupMembers(pid).length > 0) await new Promise((resolve) => setTimeout(resolve, 10))
}

function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) take(plain(line))
  })
  stream.on('end', () => {
    if (rest) take(plain(rest))
  })
}

/** Without colours: what is kept goes into messages and logs. */
function plain(line: string): string {
  return stripVTControlCharacters(line).trimEnd()
}
