/** Everything that `npm start` starts, for one test file: on free ports, with state of its own, and breakable. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDemo } from '../../../demo/server.ts'
import { type RunningBroker, startBroker } from '../../../scripts/lib/broker.ts'
import { newDeploymentSecret } from '../../../scripts/lib/deployment-secret.ts'
import { anyPort } from '../../../scripts/lib/ports.ts'
import { startSimulator } from '../../../scripts/lib/simulator.ts'
import { dialect } from './dialect.ts'
import { type SimulatorControl, simulatorControl } from './simulator-control.ts'

export interface StackOptions {
  /** After this time the simulator ends a call, as the provider does after 60 min. ms */
  callLimitMs?: number
  /** The broker's own file, for agents that only a test needs. */
  main?: string
  /** Folder of another website, absolute. */
  site?: string
  /** More variables for the broker; they win over the usual ones. */
  variables?: Record<string, string>
}

export interface Stack {
  /** Origin of the broker, without a slash at the end. */
  readonly brokerUrl: string
  /** Origin of the demo website, another one than the broker's. */
  readonly demoUrl: string
  readonly simulator: SimulatorControl
  /** Where the broker keeps its Durable Objects. */
  readonly stateDir: string
  /** What the broker wrote so far. Wrangler's own warnings are among it. */
  brokerLog(): string
  /** SIGKILL for the broker's whole process group, as in a crash. Its state stays. */
  killBroker(): Promise<void>
  /** Starts the broker again, on the same state and port. */
  startBroker(): Promise<void>
  stop(): Promise<void>
}

/** The widget must have been built: `npm test` does that, and so does `npm run build`. */
export async function startStack({ callLimitMs, main, site, variables = {} }: StackOptions = {}): Promise<Stack> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-stack-'))
  const log: string[] = []
  const keep = (line: string) => log.push(line)
  const brokerPort = await anyPort()
  const brokerUrl = `http://localhost:${brokerPort}`

  const demo = await createDemo({ port: 0, brokerUrl, site })
  const simulator = await startSimulator({ port: await anyPort(), callLimitMs, dialect: dialect() })
  const brokerOptions = {
    port: brokerPort,
    main,
    dir,
    variables: {
      ...simulator.variables,
      PARLEY_SECRET: newDeploymentSecret(),
      EXTRA_ORIGINS: demo.url,
      ...variables,
    },
    onLine: keep,
  }
  let broker: RunningBroker | undefined
  const stop = async () => {
    await Promise.all([broker?.stop(), simulator.stop(), demo.close()])
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    broker = await startBroker(brokerOptions)
  } catch (error) {
    await stop()
    throw error
  }

  return {
    brokerUrl,
    demoUrl: demo.url,
    simulator: simulatorControl(simulator.url),
    stateDir: join(dir, 'state'),
    brokerLog: () => log.join('\n'),
    async killBroker() {
      await broker?.kill()
      broker = undefined
    },
    async startBroker() {
      if (broker) throw new Error('The broker runs already')
      broker = await startBroker(brokerOptions)
    },
    stop,
  }
}
