/** Simulators for tests: on free ports, closed after each test, every event checked against the schema. */
import { afterEach, expect } from 'vitest'
import type { JournalEntry } from '../../../simulator/journal.ts'
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/server.ts'
import { eventFault } from './schema.ts'

const running = new Set<Simulator>()

afterEach(async () => {
  for (const simulator of running) {
    const events = await readJournal(simulator)
    await simulator.close()
    running.delete(simulator)
    expect(events.flatMap(schemaFaults)).toEqual([])
  }
})

/** Generation is made fast, and sidebands are found at once, unless a test says otherwise. */
export async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const timing = { speedup: 1000, textWordMs: 0, transcriptionDelayMs: 10, ...options.timing }
  const simulator = await createSimulator({ sideband404Ms: 0, log: unexpected, ...options, timing })
  running.add(simulator)
  return simulator
}

export async function readJournal(simulator: Simulator, after = 0): Promise<JournalEntry[]> {
  const text = await (await fetch(`${controlUrl(simulator)}/journal?after=${after}`)).text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

export interface ShownCall {
  id: string
  transport: string
  state: string
  session: string
  sidebands: number
  items: {
    item: string
    type: string
    role?: string
    status: string
    text?: string
    sent_ms?: number
    sent_text?: string
  }[]
}

export async function liveCalls(simulator: Simulator): Promise<ShownCall[]> {
  return (await (await fetch(`${controlUrl(simulator)}/calls`)).json()) as ShownCall[]
}

export function injectFault(simulator: Simulator, fault: Record<string, unknown>): Promise<Response> {
  return fetch(`${controlUrl(simulator)}/faults`, { method: 'POST', body: JSON.stringify(fault) })
}

/** A POST to the API with a project key. */
export function post(simulator: Simulator, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return fetch(simulator.url + path, {
    method: 'POST',
    headers: { Authorization: 'Bearer sk-test', 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
  })
}

export async function mint(simulator: Simulator, body: unknown = {}): Promise<string> {
  const response = await post(simulator, '/realtime/client_secrets', body)
  return ((await response.json()) as { value: string }).value
}

/** Makes a WebRTC call the unified way; for fake peers. Answers the call id. */
export async function call(simulator: Simulator, session: Record<string, unknown> = {}): Promise<string> {
  const form = new FormData()
  form.set('sdp', 'v=0\r\n')
  form.set('session', JSON.stringify({ type: 'realtime', model: 'gpt-realtime-2.1', ...session }))
  const headers = { Authorization: 'Bearer sk-test' }
  const response = await fetch(`${simulator.url}/realtime/calls`, { method: 'POST', headers, body: form })
  expect(response.status).toBe(201)
  return response.headers.get('location')?.split('/').at(-1) ?? ''
}

function controlUrl(simulator: Simulator): string {
  return new URL('/_simulator', simulator.url).href
}

/** Everything that was sent must be valid, and everything that was accepted. */
function schemaFaults(entry: JournalEntry): string[] {
  if (entry.kind !== 'event' || 'refused' in entry) return []
  const fault = eventFault(entry.direction === 'in' ? 'client' : 'server', entry.event)
  return fault ? [fault] : []
}

function unexpected(line: string): void {
  throw new Error(`the simulator was not expected to log: ${line}`)
}
