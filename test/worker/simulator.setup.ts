/** A real simulator for the broker's tests, in the Node process of vitest. */
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Base URL of the simulator, ends with /v1. */
    simulator: string
  }
}

export default async function setUp(project: TestProject) {
  const simulator = { url: 'http://127.0.0.1:9/v1', close: async () => {} }
  project.provide('simulator', simulator.url)
  return () => simulator.close()
}
