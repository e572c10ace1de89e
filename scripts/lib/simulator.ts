/** Runs the simulator as a program of its own, so that neither its speech nor a crash disturbs anybody else. */
import { deploymentOf } from '../../simulator/dialects/azure.ts'
import { DIALECTS, type DialectName } from '../../simulator/dialects/index.ts'
import { MODELS, TRANSCRIPTION_MODELS } from '../../simulator/models.ts'
import { inProject } from './paths.ts'
import { type Program, type ProgramOptions, startProgram } from './processes.ts'
import { untilReady } from './ready.ts'

export interface SimulatorOptions {
  port: number
  /** After this time a call ends as at the provider's cap. ms; without it 60 min, as there. */
  callLimitMs?: number
  /** Whose way of running the API it imitates. Default `openai`. */
  dialect?: DialectName
  onLine?: ProgramOptions['onLine']
  signal?: AbortSignal
}

export interface RunningSimulator extends Program {
  /** What goes into OPENAI_BASE_URL. */
  readonly url: string
  /** The broker's variables, so that it talks to this simulator and in its dialect. */
  readonly variables: Readonly<Record<string, string>>
}

/** It takes any key that looks like one. */
const CREDENTIALS: Record<DialectName, Record<string, string>> = {
  openai: { OPENAI_API_KEY: 'sk-simulator' },
  azure: {
    OPENAI_API_KEY: 'simulator'.repeat(4),
    AZURE_DEPLOYMENTS: JSON.stringify(
      Object.fromEntries([...MODELS, ...TRANSCRIPTION_MODELS].map(({ id }) => [id, deploymentOf(id)])),
    ),
  },
}

/** Resolves when it answers. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { port, callLimitMs, dialect = 'openai', onLine, signal } = options
  const program = startProgram({
    name: 'The simulator',
    command: process.execPath,
    args: [
      ...[inProject('simulator/main.ts'), '--port', String(port), '--dialect', dialect],
      ...(callLimitMs === undefined ? [] : ['--call-limit', String(callLimitMs / 60_000)]),
    ],
    onLine,
  })
  await untilReady(program, `http://127.0.0.1:${port}/_simulator/calls`, signal)
  const url = `http://localhost:${port}${DIALECTS[dialect].prefix}`
  return { ...program, url, variables: { PROVIDER: dialect, OPENAI_BASE_URL: url, ...CREDENTIALS[dialect] } }
}
