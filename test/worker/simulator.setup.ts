/** A real simulator for the broker's tests, as a program of its own: this project's modules are resolved for workerd. */
import type { TestProject } from 'vitest/node'
import { anyPort } from '../../scripts/lib/ports.ts'
import { startSimulator } from '../../scripts/lib/simulator.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Base URL of the simulator, ends with /v1. */
    simulator: string
  }
}

export default async function setUp(project: TestProject) {
  const simulator = await startSimulator({ port: await anyPort() })
  project.provide('simulator', simulator.url)
  return () => simulator.stop()
}
