/**
 * `npm start`: builds the widget and runs everything on this machine: simulator, broker, and a demo website on another
 * origin. Ctrl-C ends all of it. `npm start -- NAME` runs the agent of an example instead. Wished ports: BROKER_PORT, DEMO_PORT, SIMULATOR_PORT; state: PARLEY_DIR.
 */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { createDemo } from '../demo/server.ts'
import { startBroker } from './lib/broker.ts'
import { localDeploymentSecret } from './lib/deployment-secret.ts'
import { readEnvFile } from './lib/env-file.ts'
import { loadExample } from './lib/examples.ts'
import { inProject, projectDir } from './lib/paths.ts'
import { portFrom } from './lib/ports.ts'
import { type Program, runToEnd } from './lib/processes.ts'
import { startSimulator } from './lib/simulator.ts'
import { missingSpeechPackages } from './lib/speech-packages.ts'
import { type Ports, startText, usualPorts } from './lib/start-text.ts'
import { chooseUpstream } from './lib/upstream.ts'

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())

const running: { stop(): Promise<void> }[] = []

try {
  await start()
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(`\n${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
} finally {
  await Promise.all(running.map((part) => part.stop()))
}

/** Returns when somebody wants to stop; throws when a part fails. */
async function start(): Promise<void> {
  const { signal } = stopping
  const example = await loadExample(process.argv[2])
  const dir = resolve(projectDir, process.env.PARLEY_DIR ?? '.parley')
  const devVars = readEnvFile(inProject('.dev.vars'))
  const upstream = chooseUpstream(devVars, process.env)
  const wished = wishedPorts()
  const ports = await freePorts(wished)

  if ((await runToEnd(process.execPath, [inProject('scripts/build.ts'), '--quiet'])) !== 0) {
    throw new Error('The widget could not be built, see above.')
  }
  signal.throwIfAborted()

  const site = example?.site && inProject(example.site)
  const demo = await createDemo({ port: ports.demo, brokerUrl: `http://localhost:${ports.broker}`, site })
  running.push({ stop: () => demo.close() })

  const programs: Program[] = []
  const keep = <P extends Program>(program: P) => {
    programs.push(program)
    running.push(program)
    return program
  }
  if (upstream.kind === 'simulator') {
    const simulator = await startSimulator({
      port: ports.simulator,
      signal,
      onLine: (line, stream) => stream === 'stderr' && show('simulator', line),
    }).then(keep)
    upstream.url = simulator.url
  }
  const brought = await example?.setUp({ free: () => portFrom(ports.simulator + 1, Object.values(ports)) })
  if (brought) running.push({ stop: () => brought.close() })
  const adminToken = devVars.PARLEY_ADMIN_TOKEN ?? localDeploymentSecret(resolve(dir, 'admin-token'))
  const broker = await startBroker({
    port: ports.broker,
    dir,
    main: example?.worker,
    variables: {
      // What agents name: secrets of identities, tools, events and the bot check.
      ...devVars,
      PROVIDER: upstream.provider,
      AZURE_DEPLOYMENTS: process.env.AZURE_DEPLOYMENTS || devVars.AZURE_DEPLOYMENTS || '',
      OPENAI_API_KEY: upstream.key,
      OPENAI_BASE_URL: upstream.url,
      PARLEY_SECRET: devVars.PARLEY_SECRET ?? localDeploymentSecret(resolve(dir, 'secret')),
      // Secrets that are not required in wrangler.toml do not get in; of this one its hash is enough.
      ADMIN_TOKEN_SHA256: createHash('sha256').update(adminToken).digest('hex'),
      // workerd by itself has none.
      JURISDICTIONS: 'off',
      EXTRA_ORIGINS: [...demoOrigins(ports.demo), ...(devVars.EXTRA_ORIGINS ? [devVars.EXTRA_ORIGINS] : [])].join(','),
      ...brought?.variables,
    },
    onLine: (line) => show('broker', line),
    signal,
  }).then(keep)
  signal.throwIfAborted()

  console.log(
    startText({
      demoUrl: demo.url,
      brokerUrl: broker.url,
      adminToken,
      upstream,
      dir,
      ports,
      wished,
      tips: example?.tips ?? [],
      missingSpeech: missingSpeechPackages(),
    }),
  )
  await Promise.race([
    new Promise<void>((stop) => signal.addEventListener('abort', () => stop())),
    ...programs.map(async (program) => {
      const how = await program.ended
      if (!signal.aborted) throw new Error(`${program.name} ${how}.\n${program.lastLines()}`)
    }),
  ])
  console.log('\nStopping …')
}

function show(part: string, line: string): void {
  if (line) console.error(`${part} | ${line}`)
}

function demoOrigins(port: number): string[] {
  return [`http://localhost:${port}`, `http://127.0.0.1:${port}`]
}

async function freePorts(wished: Ports): Promise<Ports> {
  const broker = await portFrom(wished.broker)
  const demo = await portFrom(wished.demo, [broker])
  const simulator = await portFrom(wished.simulator, [broker, demo])
  return { broker, demo, simulator }
}

function wishedPorts(): Ports {
  return {
    broker: portOf('BROKER_PORT', usualPorts.broker),
    demo: portOf('DEMO_PORT', usualPorts.demo),
    simulator: portOf('SIMULATOR_PORT', usualPorts.simulator),
  }
}

function portOf(name: string, usual: number): number {
  const text = process.env[name]
  if (!text) return usual
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`${name} is not a port: ${text}`)
  return port
}
