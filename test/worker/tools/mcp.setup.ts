/** MCP servers that the provider asks: one for everybody, one with a key. What they got is at `/requests`. */
import type { TestProject } from 'vitest/node'
import { startMcpServer } from '../../fixtures/mcp/server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    mcp: { open: string; closed: string }
  }
}

export default async function setUp(project: TestProject) {
  const open = await startMcpServer()
  const closed = await startMcpServer('the key of the handbook')
  project.provide('mcp', { open: open.url, closed: closed.url })
  return () => {
    open.close()
    closed.close()
  }
}
