/** Talks to the broker as a website does, inside workerd and against the real simulator. */
import { exports } from 'cloudflare:workers'
import * as v from 'valibot'
import { inject } from 'vitest'
import { type CallCreated, CallCreatedSchema, type SessionCreated, SessionCreatedSchema } from '../../protocol/api.ts'
import { type ClientFrame, type ServerFrame, ServerFrameSchema } from '../../protocol/frames.ts'
import type { Sql } from '../../worker/session/ports.ts'
import { Vault } from '../../worker/session/vault.ts'
import offer from '../fixtures/chromium-offer.sdp?raw'

export const ORIGIN = 'http://localhost:8788'
/** Where the broker is asked, and so the origin of its console. */
export const BROKER = 'https://broker.example'
export const ADMIN_TOKEN = 'an-admin-token-that-only-tests-know'
export const OFFER = offer
export const BROKERED = { transport: 'webrtc', handshake: 'brokered', sdp: offer } as const
export const EPHEMERAL = { transport: 'webrtc', handshake: 'ephemeral' } as const
export const RELAYED = { transport: 'relay', handshake: 'relay' } as const

/** For rows that are made without a session. */
export function testVault(sql: Sql): Vault {
  return new Vault({ sql, owner: 'test', secrets: ['a secret that only tests know'] })
}

export interface Ask {
  method?: string
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

/** A request from the demo website. */
export function ask(path: string, { method = 'GET', token, body, headers = {} }: Ask = {}): Promise<Response> {
  return exports.default.fetch(
    new Request(`${BROKER}${path}`, {
      method,
      headers: { Origin: ORIGIN, ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  )
}

export async function createSession(body: object = { agent: 'tutor' }): Promise<SessionCreated> {
  const response = await ask('/v1/sessions', { method: 'POST', body })
  if (response.status !== 201) throw new Error(`POST /v1/sessions: ${response.status} ${await response.text()}`)
  return v.parse(SessionCreatedSchema, await response.json())
}

export async function createCall(session: string, token: string, body: object = BROKERED): Promise<CallCreated> {
  const response = await ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body })
  if (response.status !== 201) throw new Error(`POST calls: ${response.status} ${await response.text()}`)
  return v.parse(CallCreatedSchema, await response.json())
}

export interface Widget {
  frames: ServerFrame[]
  send(frame: ClientFrame): void
  raw: WebSocket
  /** The first frame, arrived or still to come, that fits. */
  next(fits: (frame: ServerFrame) => boolean, what: string): Promise<ServerFrame>
  until(fits: (frames: ServerFrame[]) => boolean, what: string): Promise<void>
}

/** Opens the event socket. Every frame is checked against the schema. */
export async function connect(
  session: string,
  token: string,
  after = 0,
  headers: Record<string, string> = {},
): Promise<Widget> {
  const response = await ask(`/v1/sessions/${session}/events?after=${after}`, {
    headers: { ...headers, Upgrade: 'websocket', 'Sec-WebSocket-Protocol': `parley.v1, token.${token}` },
  })
  const raw = response.webSocket
  if (!raw) throw new Error(`no socket: ${response.status} ${await response.text()}`)
  const frames: ServerFrame[] = []
  const waiting = new Set<() => void>()
  raw.addEventListener('message', (event) => {
    if (event.data === 'pong') return
    frames.push(v.parse(ServerFrameSchema, JSON.parse(String(event.data))))
    for (const look of waiting) look()
  })
  raw.accept()
  const until = (fits: (frames: ServerFrame[]) => boolean, what: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!fits(frames)) return
        waiting.delete(look)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.delete(look)
        reject(new Error(`waited for ${what}, got ${JSON.stringify(frames)}`))
      }, 20_000)
      waiting.add(look)
      look()
    })
  return {
    frames,
    raw,
    until,
    send: (frame) => raw.send(JSON.stringify(frame)),
    async next(fits, what) {
      await until((all) => all.some(fits), what)
      const found = frames.find(fits)
      if (!found) throw new Error(what)
      return found
    },
  }
}

export const isReady = (frame: ServerFrame) => frame.type === 'ready'
/** Told by the call, or, to a socket that was opened when it was ready already, by the welcome. */
export const isUp = (frame: ServerFrame) => isReady(frame) || (frame.type === 'welcome' && frame.call?.ready === true)
/** Text of the finished assistant turns, in order of their updates. */
export function answers(frames: ServerFrame[]): string[] {
  return frames.flatMap((frame) =>
    frame.type === 'update' && frame.item.role === 'assistant' && frame.item.status !== 'in_progress'
      ? [frame.item.text]
      : [],
  )
}

/** Control side of the simulator. */
export interface JournalEntry {
  n: number
  t: number
  kind: 'request' | 'event' | 'call'
  direction?: 'in' | 'out'
  channel?: string
  call?: string
  [more: string]: unknown
}

const control = () => new URL(inject('simulator')).origin

export async function journal(after = 0): Promise<JournalEntry[]> {
  // As bytes: workerd warns when a body that is not text/* is read as text.
  const bytes = await (await fetch(`${control()}/_simulator/journal?after=${after}`)).arrayBuffer()
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JournalEntry)
}

/** How often the provider was asked for anything. What happens in calls of other tests meanwhile does not count. */
export async function upstreamRequests(): Promise<number> {
  return (await journal()).filter(({ kind }) => kind === 'request').length
}

export async function fault(body: { kind: string; call?: string; [more: string]: unknown }): Promise<void> {
  const response = await fetch(`${control()}/_simulator/faults`, { method: 'POST', body: JSON.stringify(body) })
  if (response.status !== 204) throw new Error(`fault refused: ${response.status} ${await response.text()}`)
}
