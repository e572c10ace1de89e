/** A WebSocket client that keeps what it got and waits for what is to come. */
import { WebSocket } from 'ws'
import type { Simulator } from '../../../simulator/server.ts'

export interface Event {
  type: string
  [field: string]: unknown
}

export interface Client {
  readonly events: Event[]
  send(event: Record<string, unknown>): void
  sendText(text: string): void
  /** The next event of this type that nobody waited for yet. */
  next(type: string): Promise<Event>
  /** Types of all events so far. */
  types(): string[]
  closed: Promise<{ code: number; reason: string }>
  close(): void
}

export interface ConnectOptions {
  key?: string | null
  protocols?: string[]
  headers?: Record<string, string>
}

/** Opens `/v1/realtime?…`. Rejects with a `Refused` when the handshake fails. */
export function connect(simulator: Simulator, query: string, options: ConnectOptions = {}): Promise<Client> {
  const { key = 'sk-test', protocols = [], headers = {} } = options
  const authorization = key === null ? {} : { Authorization: `Bearer ${key}` }
  const url = `${simulator.url.replace('http', 'ws')}/realtime${query}`
  const socket = new WebSocket(url, protocols, { headers: { ...authorization, ...headers } })
  const client = clientOf(socket)
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(client))
    socket.once('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => reject(new Refused(response.statusCode ?? 0, JSON.parse(body))))
    })
    socket.once('error', reject)
  })
}

export class Refused extends Error {
  readonly status: number
  readonly body: { error: { code: string | null; param: string | null; message: string } }

  constructor(status: number, body: Refused['body']) {
    super(`refused with ${status}`)
    this.status = status
    this.body = body
  }
}

function clientOf(socket: WebSocket): Client {
  const events: Event[] = []
  const read = new Map<string, number>()
  const waiting = new Set<() => void>()
  socket.on('message', (data) => {
    events.push(JSON.parse(data.toString()))
    for (const check of [...waiting]) check()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  return {
    events,
    closed,
    send: (event) => socket.send(JSON.stringify(event)),
    sendText: (text) => socket.send(text),
    types: () => events.map((event) => event.type),
    close: () => socket.close(),
    next: (type) => {
      const nth = read.get(type) ?? 0
      read.set(type, nth + 1)
      return new Promise((resolve, reject) => {
        const check = () => {
          const found = events.filter((event) => event.type === type)[nth]
          if (!found) return
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
        void closed.then(({ code }) => {
          if (waiting.has(check)) reject(new Error(`closed with ${code} while waiting for ${type}`))
        })
      })
    },
  }
}

/** Events that a client often sends. */
export const say = (text: string, id?: string) => ({
  type: 'conversation.item.create',
  item: { ...(id ? { id } : {}), type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
})

export const respond = (response?: Record<string, unknown>) => ({
  type: 'response.create',
  ...(response ? { response } : {}),
})

export function pcmBase64(pcm: Int16Array): string {
  return Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64')
}
