import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { testEngines } from './support/engines.ts'
import { start } from './support/run.ts'

const MAIN = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url))
const children = new Set<ChildProcess>()

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

function run(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, exit, output: () => output, errors: () => errors }
}

test('it says where it is, serves, and stops on a signal', async () => {
  const simulator = run('--port', '0', '--call-limit', '0.1')
  await expect.poll(simulator.output, { timeout: 15_000 }).toContain('/v1')
  expect(simulator.output()).toContain('Call cap  0.1 min')
  expect(simulator.output()).not.toContain('not installed')
  const url = /http:\/\/localhost:\d+\/v1/.exec(simulator.output())?.[0]
  const response = await fetch(`${url}/models`, { headers: { Authorization: 'Bearer sk-x' } })
  expect(response.status).toBe(200)
  simulator.child.kill('SIGTERM')
  expect(await simulator.exit).toBe(0)
  expect(simulator.errors()).toBe('')
})

test('a taken port gets a message that says what to do', async () => {
  const { port } = await start({ engines: testEngines() })
  const second = run('--port', String(port))
  expect(await second.exit).toBe(1)
  expect(second.errors()).toContain(`Port ${port} is taken`)
})

test('nonsense is refused', async () => {
  const nonsense = run('--port', 'high')
  expect(await nonsense.exit).toBe(2)
  expect(nonsense.errors()).toContain('--port must be a number')
})
