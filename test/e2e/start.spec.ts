import { createServer } from 'node:net'
import { expect, test } from '@playwright/test'
import { anyPort, isFree } from '../../scripts/lib/ports.ts'
import { commandLine, isRunning } from '../../scripts/lib/process-table.ts'
import { type NpmStart, npmStart } from './support/npm-start.ts'

let parley: NpmStart | undefined
test.afterEach(() => parley?.cleanUp())

test('npm start runs everything, says what is where, and leaves nothing behind after Ctrl-C', async ({ page }) => {
  parley = await npmStart()
  const { ports } = parley
  const block = await parley.ready()
  expect(block).toContain(`http://localhost:${ports.demo}`)
  expect(block).toContain(`http://localhost:${ports.broker}`)
  expect(block).toContain(`http://localhost:${ports.simulator}/v1`)
  expect(block).toContain('simulator')
  expect(block).toContain('.dev.vars')
  expect(block).not.toContain('was taken')

  await page.goto(`http://localhost:${ports.demo}`)
  await expect(page.locator('parley-widget').getByRole('button').first()).toBeVisible()
  expect((await fetch(`http://localhost:${ports.broker}/healthz`)).status).toBe(200)

  const processes = parley.processes()
  // npm, its shell, start.ts, and at least leash, wrangler and workerd of the broker, leash and simulator.
  expect(processes.length).toBeGreaterThanOrEqual(7)
  parley.ctrlC()
  // npm itself ends by the signal or, in other versions, with 0.
  expect([0, null]).toContain(await parley.ended)
  expect(parley.output()).toContain('Stopping')
  await expect.poll(() => processes.filter(isRunning)).toEqual([])
  for (const port of Object.values(ports)) expect(await isFree(port), `port ${port}`).toBe(true)
})

test('npm start goes to the next free port when one is taken, and says so @long', async () => {
  const taken = createServer()
  const port = await anyPort()
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve))
  parley = await npmStart({ broker: port, demo: await anyPort(), simulator: await anyPort() })
  const block = await parley.ready()
  taken.close()
  const [, moved] = new RegExp(`Port ${port} was taken, so the broker is on (\\d+)`).exec(block) ?? []
  expect(Number(moved)).toBeGreaterThan(port)
  expect((await fetch(`http://localhost:${moved}/healthz`)).status).toBe(200)
  parley.ctrlC()
  await parley.ended
})

test('npm start ends with a clear message when a part dies', async () => {
  parley = await npmStart()
  await parley.ready()
  const processes = parley.processes()
  const simulator = processes.find((pid) => commandLine(pid).includes('simulator/main.ts'))
  expect(simulator).toBeDefined()
  process.kill(simulator ?? 0, 'SIGKILL')
  expect(await parley.ended).toBe(1)
  expect(parley.output()).toContain('The simulator was ended by SIGKILL')
  await expect.poll(() => processes.filter(isRunning)).toEqual([])
})

test('npm start -- NAME runs the agent of an example @long', async () => {
  parley = await npmStart(undefined, ['--', 'shop'])
  await parley.ready()
  const health = await fetch(`http://localhost:${parley.ports.broker}/healthz`)
  expect(await health.json()).toMatchObject({ ok: true, agents: ['shop'] })
})
