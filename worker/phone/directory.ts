/** Which agent answers which call. Headers are the caller's word: they lead to an agent and allow nothing else. */
import type { Agent, Agents } from '../../protocol/agent.ts'
import { numberIn } from './number.ts'

export interface SipHeader {
  name: string
  value: string
}

export interface IncomingCall {
  /** E.164, null where it is withheld or not a number. */
  from: string | null
  /** What was dialled, as far as that can be told. */
  to: string | null
  headers: readonly SipHeader[]
}

/** Where the dialled number may stand: the second and third after a forwarding (RFC 5806, RFC 7044). */
const CALLED = ['to', 'diversion', 'history-info']

export function readHeaders(headers: readonly SipHeader[]): IncomingCall {
  return { from: firstNumber(headers, 'from'), to: calledNumbers(headers)[0] ?? null, headers }
}

/** The agent for a call, null where there is none. An agent's own header goes before numbers. */
export function agentFor(agents: Agents, headers: readonly SipHeader[]): { id: string; agent: Agent } | null {
  const all = Object.entries(agents).map(([id, agent]) => ({ id, agent }))
  const named = all.find(({ agent }) => {
    const own = agent.phone?.header
    return own && headers.some(({ name, value }) => sameName(name, own.name) && value.trim() === own.value)
  })
  if (named) return named
  for (const number of calledNumbers(headers)) {
    const found = all.find(({ agent }) => agent.phone?.numbers.includes(number))
    if (found) return found
  }
  return null
}

/** @throws Error where two agents would answer the same call: at start-up rather than at the first one */
export function requireDirectory(agents: Agents): void {
  const known = new Map<string, string>()
  for (const [id, { phone }] of Object.entries(agents)) {
    const header = phone?.header && `${phone.header.name.toLowerCase()}: ${phone.header.value}`
    for (const key of [...(phone?.numbers ?? []), ...(header ? [header] : [])]) {
      const other = known.get(key)
      if (other !== undefined) throw new Error(`The agents "${other}" and "${id}" both answer ${key}`)
      known.set(key, id)
    }
  }
}

function calledNumbers(headers: readonly SipHeader[]): string[] {
  return CALLED.flatMap((wanted) =>
    headers.filter(({ name }) => sameName(name, wanted)).flatMap(({ value }) => numberIn(value) ?? []),
  )
}

function firstNumber(headers: readonly SipHeader[], wanted: string): string | null {
  const header = headers.find(({ name }) => sameName(name, wanted))
  return header ? numberIn(header.value) : null
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
