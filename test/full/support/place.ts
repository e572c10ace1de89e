/**
 * Where a soak takes place: a website with the widget, the broker in workerd and the simulator. The agent's caps are so high
 * that none ends a call (bench/lib/workers/agents.ts).
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Programs } from '../../../bench/lib/programs.ts'
import { type SimulatorControl, simulatorControl } from '../../e2e/support/simulator-control.ts'

export interface Place {
  /** A page with the widget. */
  readonly url: string
  readonly simulator: SimulatorControl
  stop(): Promise<void>
}

export async function startPlace(): Promise<Place> {
  const programs = new Programs()
  let broker = ''
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' })
    response.end(`<!doctype html><html lang="en"><title>Soak</title><h1>Soak</h1>
<script src="${broker}/widget.js" data-agent="bench"></script></html>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  const stop = async () => {
    await programs.stop()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  try {
    const { url: api } = await programs.simulator()
    broker = (await programs.parleySite(url)).url.replace('127.0.0.1', 'localhost')
    return { url, simulator: simulatorControl(api), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
