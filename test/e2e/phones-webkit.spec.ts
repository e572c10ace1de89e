/** Real `mute`, `unmute` and `ended` events of WebKit. Needs more than a browser: docs/phones.md says how to install it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { build } from 'vite'
import { WEBKIT } from '../../scripts/lib/engines.ts'
import { drives } from './support/engine.ts'
import type { Told } from './support/webkit/page.ts'

const FOLDER = new URL('./support/webkit/', import.meta.url)
const PYTHON = '/usr/bin/python3'
drives(WEBKIT)

let server: Server
let child: ChildProcessByStdio<Writable, Readable, Readable>
const told: Told[] = []
/** WebKit complains about everything that a machine without sound and session bus lacks: shown only when nothing starts. */
let complaints = ''

test.beforeAll(async () => {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL('page.ts', FOLDER)), formats: ['iife'], name: 'page' },
    },
  })
  const [first] = Array.isArray(built) ? built : [built]
  const code = first && 'output' in first ? first.output[0].code : ''
  server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html><body><script>${code}</script>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`
  child = spawn('xvfb-run', ['-a', PYTHON, fileURLToPath(new URL('window.py', FOLDER)), url], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
    },
  })
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  createInterface({ input: child.stdout }).on('line', (line) => told.push(JSON.parse(line) as Told))
})

test.afterAll(async () => {
  child?.stdin.end() // its window closes
  if (child?.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
  await new Promise((resolve) => server?.close(resolve))
})

const say = (command: string) => child.stdin.write(`${command}\n`)
const states = () => told.flatMap(({ state }) => (state === undefined ? [] : [state]))
const events = () => told.flatMap(({ event }) => (event === undefined ? [] : [event]))
const used = () => told.flatMap((one) => (one.used === undefined ? [] : [one.used]))

test('WebKit mutes, unmutes and ends the microphone for real', async () => {
  await expect.poll(() => states().at(-1) ?? complaints, { timeout: 30_000 }).toBe('live')
  expect(used()).toHaveLength(1)

  say('muted')
  await expect.poll(() => states().at(-1)).toBe('muted')
  say('active')
  await expect.poll(() => states().at(-1)).toBe('live')
  expect(events()).toEqual(['mute', 'unmute'])
  expect(used(), 'short: no other microphone').toHaveLength(1)

  say('none')
  await expect.poll(() => used().length, { message: 'ended: a fresh one' }).toBe(2)
  await expect.poll(() => states().at(-1)).toBe('live')
  expect(events()).toEqual(['mute', 'unmute', 'ended'])

  const from = told.length
  say('muted')
  await expect
    .poll(() => used().length, { message: 'muted for 5 s: a fresh one', timeout: 15_000 })
    .toBeGreaterThanOrEqual(3)
  expect(told.slice(from).some(({ event }) => event === 'mute')).toBe(true)
  expect(told.filter(({ failed, lost }) => failed || lost)).toEqual([])
  console.log(`WebKit: ${JSON.stringify(told)}`)
})
