/** Real simulators for the broker's tests, as programs of their own: this project's modules are resolved for workerd. */
import type { TestProject } from 'vitest/node'
import { anyPort } from '../../scripts/lib/ports.ts'
import { startSimulator } from '../../scripts/lib/simulator.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Base URL of the simulator, ends with /v1. */
    simulator: string
    /** The broker's variables for another simulator, which imitates Azure. */
    azure: Readonly<Record<string, string>>
  }
}

export default async function setUp(project: TestProject) {
  const simulator = await startSimulator({ port: await anyPort() })
  const azure = await startSimulator({ port: await anyPort(), dialect: 'azure' })
  project.provide('simulator', simulator.url)
  project.provide('azure', azure.variables)
  return () => Promise.all([simulator.stop(), azure.stop()])
}
