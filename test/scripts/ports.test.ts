import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { anyPort, isFree, portFrom } from '../../scripts/lib/ports.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function occupy(port: number, host: string): Promise<void> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(port, host, resolve))
}

describe('ports', () => {
  it('gives the wished port when nobody listens there', async () => {
    const port = await anyPort()
    expect(await portFrom(port)).toBe(port)
  })

  it.each(['127.0.0.1', '0.0.0.0'])('goes on to a later port when somebody listens on %s', async (host) => {
    const port = await anyPort()
    await occupy(port, host)
    expect(await isFree(port)).toBe(false)
    expect(await portFrom(port)).toBeGreaterThan(port)
  })

  it('of many picked none is given twice, and none may be taken by an outgoing connection', async () => {
    const ports = await Promise.all(Array.from({ length: 100 }, () => anyPort()))
    expect(new Set(ports).size).toBe(100)
    expect(Math.max(...ports)).toBeLessThan(32_768)
  })

  it('leaves out ports that are spoken for', async () => {
    const port = await anyPort()
    expect(await portFrom(port, [port])).toBeGreaterThan(port)
  })
})
