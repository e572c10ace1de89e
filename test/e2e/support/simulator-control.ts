/** Asks and breaks the simulator from a test. */
import type { JournalEntry } from '../../../simulator/journal.ts'

export type { JournalEntry }

export interface SimulatorControl {
  /** With /v1: what a client of the API is given. */
  readonly url: string
  /** Everything so far, or everything later than entry number `after`. */
  journal(after?: number): Promise<JournalEntry[]>
  /** Live calls. */
  calls(): Promise<LiveCall[]>
  /** Breaks something; without `call` among the details, for every live call. */
  fault(kind: string, details?: Record<string, unknown>): Promise<void>
}

export interface LiveCall {
  id: string
  [more: string]: unknown
}

export function simulatorControl(url: string): SimulatorControl {
  const root = new URL(url).origin
  return {
    url,
    async journal(after = 0) {
      const text = await (await ask(`${root}/_simulator/journal?after=${after}`)).text()
      return text
        .split('\n')
        .filter(Boolean)
        .map((line): JournalEntry => JSON.parse(line))
    },
    async calls() {
      const body: LiveCall[] | { calls: LiveCall[] } = JSON.parse(await (await ask(`${root}/_simulator/calls`)).text())
      return Array.isArray(body) ? body : body.calls
    },
    async fault(kind, details = {}) {
      await ask(`${root}/_simulator/faults`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ kind, ...details }),
      })
    },
  }
}

async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response
}
