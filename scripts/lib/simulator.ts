/** Runs the simulator as a program of its own, so that neither its speech nor a crash disturbs anybody else. */
import { inProject } from './paths.ts'
import { type Program, type ProgramOptions, startProgram } from './processes.ts'
import { untilReady } from './ready.ts'

export interface SimulatorOptions {
  port: number
  /** After this time a call ends as at the provider's cap. ms; without it 60 min, as there. */
  callLimitMs?: number
  onLine?: ProgramOptions['onLine']
  signal?: AbortSignal
}

export interface RunningSimulator extends Program {
  /** What goes into OPENAI_BASE_URL. */
  readonly url: string
}

/** Resolves when it answers. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { port, callLimitMs, onLine, signal } = options
  const program = startProgram({
    name: 'The simulator',
    command: process.execPath,
    args: [
      ...[inProject('simulator/main.ts'), '--port', String(port)],
      ...(callLimitMs === undefined ? [] : ['--call-limit', String(callLimitMs / 60_000)]),
    ],
    onLine,
  })
  await untilReady(program, `http://127.0.0.1:${port}/_simulator/calls`, signal)
  return { ...program, url: `http://localhost:${port}/v1` }
}
