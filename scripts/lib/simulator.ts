/** Runs the simulator as a program of its own, so that neither its speech nor a crash disturbs anybody else. */
import { inProject } from './paths.ts'
import { type Program, startProgram } from './processes.ts'
import { untilReady } from './ready.ts'

export interface SimulatorOptions {
  port: number
  /** After this time a call ends as at the provider's cap, in seconds. */
  callLimitSeconds?: number
  onLine?: (line: string) => void
  signal?: AbortSignal
}

export interface RunningSimulator extends Program {
  /** What goes into OPENAI_BASE_URL. */
  readonly url: string
}

/** Resolves when it answers. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { port, callLimitSeconds, onLine, signal } = options
  const program = startProgram({
    name: 'The simulator',
    command: process.execPath,
    args: [
      ...[inProject('simulator/main.ts'), '--port', String(port)],
      ...(callLimitSeconds === undefined ? [] : ['--call-limit', String(callLimitSeconds)]),
    ],
    onLine,
  })
  await untilReady(program, `http://127.0.0.1:${port}/_simulator/calls`, signal)
  return { ...program, url: `http://localhost:${port}/v1` }
}
