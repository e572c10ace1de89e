/** Somebody who calls a broker of the test's own: the simulator rings and signs, the test delivers what it signed. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, inject } from 'vitest'
import { agents } from '../../../agents/index.ts'
import tutor from '../../../agents/tutor.ts'
import { type Agent, type AgentInput, defineAgent } from '../../../protocol/agent.ts'
import { newId } from '../../../protocol/ids.ts'
import { keyedBytes } from '../../../worker/admission/keyed.ts'
import { createApp } from '../../../worker/http/app.ts'
import { newSessionId } from '../../../worker/session/place.ts'
import type { CallRow, SessionRow } from '../../../worker/session/store.ts'
import { items, secondSocket } from '../inside.ts'
import { type JournalEntry, journal } from '../support.ts'

/** As in vitest.config.ts. */
export const PHONE_SECRET = 'whsec_cGhvbmUgY2FsbHMgYXJlIHNpZ25lZCB3aXRoIHRoaXM='
export const CALLER = '+491701234567'

export interface Webhook {
  headers: Record<string, string>
  body: string
}

interface Phone {
  call: string
  state: string
  sip_status: number | null
  end_reason: string | null
  referred_to: string[]
  saying: boolean
  webhook: Webhook
}

const control = () => `${inject('simulator').replace(/\/v1$/, '')}/_simulator/phone`

async function asked(path: string, body?: object): Promise<Phone> {
  const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
  const response = await fetch(control() + path, init)
  if (!response.ok) throw new Error(`phone: ${response.status} ${await response.text()}`)
  return response.json()
}

/** An app with one agent that answers a number that no other test calls. */
export function switchboard(more: Partial<AgentInput> = {}, phone: Partial<NonNullable<AgentInput['phone']>> = {}) {
  const id = `agent-${newId('itm_').slice(4, 12).toLowerCase()}`
  const number = `+4930${String(crypto.getRandomValues(new Uint32Array(1))[0])
    .padStart(10, '0')
    .slice(-8)}`
  const agent: Agent = defineAgent({ ...tutor, ...more, phone: { numbers: [number], ...phone } })
  Object.assign(agents, { [id]: agent }) // what its tools do
  const app = createApp({ [id]: agent })
  const deliver = async ({ headers, body }: Webhook, variables: Record<string, string> = {}) => {
    const request = { method: 'POST', headers, body }
    return app.request('https://broker.example/v1/webhooks/openai', request, { ...env, ...variables })
  }
  /** Rings; nothing is delivered yet. */
  const ring = (more: object = {}) => asked('', { secret: PHONE_SECRET, from: CALLER, to: number, ...more })
  return { id, agent, number, deliver, ring }
}

/** Calls, and is let in. */
export async function callIn(board: ReturnType<typeof switchboard>, more: object = {}) {
  const rung = await board.ring(more)
  const response = await board.deliver(rung.webhook)
  expect({ status: response.status, body: await response.json() }).toEqual({
    status: 200,
    body: { outcome: 'accepted' },
  })
  return { ...(await phoneCall(rung.call)), webhook: rung.webhook }
}

/** What the caller does, and what is known of the call on both sides. */
export async function phoneCall(call: string) {
  const session = await sessionOf(call)
  const act = (body: object) => asked(`/${call}`, body)
  return {
    call,
    session,
    stub: env.SESSIONS.getByName(session),
    say: (text: string) => act({ do: 'say', text }),
    /** What the model is told in writing, as if the caller had said it: a recogniser writes no JSON. */
    write: async (text: string) => {
      const socket = await secondSocket(call)
      const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
      socket.send({ type: 'conversation.item.create', item })
      socket.send({ type: 'response.create' })
    },
    press: (keys: string) => act({ do: 'press', keys }),
    hangUp: () => act({ do: 'hang_up' }),
    state: () => asked(`/${call}`),
    row: () => callRow(session),
    ready: () => expect.poll(async () => (await callRow(session))?.ready, { timeout: 15_000 }).toBe(true),
    ended: (reason: string) =>
      expect.poll(async () => (await callRow(session))?.reason, { timeout: 20_000 }).toBe(reason),
    items: () => items(session),
  }
}

export async function sessionOf(call: string): Promise<string> {
  const bytes = await keyedBytes(env.PARLEY_SECRET, 'phone session', [call])
  return newSessionId(undefined, () => bytes)
}

export function callRow(session: string): Promise<CallRow | null> {
  return runInDurableObject(env.SESSIONS.getByName(session), (_, { storage }) => {
    const row = storage.sql.exec('SELECT data FROM calls').toArray()[0]
    return row ? (JSON.parse(String(row.data)) as CallRow) : null
  })
}

export function sessionRow(session: string): Promise<SessionRow | null> {
  return runInDurableObject(env.SESSIONS.getByName(session), (_, { storage }) => {
    const row = storage.sql.exec('SELECT data FROM session').toArray()[0]
    return row ? (JSON.parse(String(row.data)) as SessionRow) : null
  })
}

/** Requests of the broker about a call, by what they ask for. */
export async function requestsAbout(call: string, verb: string): Promise<JournalEntry[]> {
  return (await journal()).filter(
    ({ kind, path }) => kind === 'request' && path === `/v1/realtime/calls/${call}/${verb}`,
  )
}
