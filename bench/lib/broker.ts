/** A website that talks to the broker: sessions, calls and event sockets, with every request marked as a real one would be. */
import { readFileSync } from 'node:fs'
import WebSocket from 'ws'
import type { CallCreated, SessionCreated } from '../../protocol/api.ts'
import {
  PING,
  PING_EVERY_MS,
  PONG,
  type ServerFrame,
  SUBPROTOCOL,
  TOKEN_SUBPROTOCOL_PREFIX,
} from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import { inProject } from '../../scripts/lib/paths.ts'
import { request } from './http.ts'

export const OFFER = readFileSync(inProject('test/fixtures/chromium-offer.sdp'), 'utf8')
const CALL = { transport: 'webrtc', handshake: 'brokered', sdp: OFFER } as const
const NEW_SESSION = JSON.stringify({ agent: 'bench' })
const NEW_CALL = JSON.stringify(CALL)

export interface BenchSession {
  session: string
  token: string
  /** The newest call. */
  call: string
  /** The provider's id of it. */
  ref: string
}

let visitors = 0

export class BrokerClient {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async createSession(): Promise<BenchSession> {
    const { session, token } = await this.#post<SessionCreated>('/v1/sessions', NEW_SESSION)
    return { session, token, call: '', ref: '' }
  }

  async createSessionWithCall(agent: 'bench' | 'brief' = 'bench'): Promise<BenchSession> {
    return known(await this.#post<SessionCreated>('/v1/sessions', JSON.stringify({ agent, call: CALL })))
  }

  /** A new call on a session, which gets the new token. */
  async call(session: BenchSession): Promise<void> {
    const path = `/v1/sessions/${session.session}/calls`
    const created = await this.#post<CallCreated>(path, NEW_CALL, session.token)
    Object.assign(session, known({ ...created, session: session.session }))
  }

  async endCall({ session, call, token }: BenchSession): Promise<void> {
    await this.#post(`/v1/sessions/${session}/calls/${call}/end`, '', token)
  }

  async erase({ session, token }: BenchSession): Promise<void> {
    await request(`${this.#url}/v1/sessions/${session}`, { method: 'DELETE', headers: headers(token) })
  }

  /** @param after number of the newest update that the widget knows */
  async connect({ session, token }: BenchSession, after = 0): Promise<EventSocket> {
    const url = `${this.#url.replace('http', 'ws')}/v1/sessions/${session}/events?after=${after}`
    return EventSocket.open(new WebSocket(url, [SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + token], { headers: headers() }))
  }

  async #post<T>(path: string, body: string, token?: string): Promise<T> {
    const text = await request(this.#url + path, { method: 'POST', headers: headers(token), body })
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
}

/** Frames of one widget, as they come in. */
export class EventSocket {
  readonly #socket: WebSocket
  #unread: ServerFrame[] = []
  #wake = () => {}

  private constructor(socket: WebSocket) {
    this.#socket = socket
    const beat = setInterval(() => socket.send(PING), PING_EVERY_MS)
    socket.on('close', () => clearInterval(beat))
    socket.on('message', (data) => {
      if (String(data) === PONG) return
      this.#unread.push(JSON.parse(String(data)) as ServerFrame)
      this.#wake()
    })
  }

  static open(socket: WebSocket): Promise<EventSocket> {
    const opened = new EventSocket(socket)
    return new Promise((resolve, reject) => {
      socket.on('error', reject)
      socket.on('open', () => resolve(opened))
    })
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame))
  }

  /** Resolves with the first unread frame that fits; those before it count as read. */
  next(what: string, fits: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    let last = 'nothing'
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`waited in vain for ${what}; last: ${last}`)), 60_000)
      this.#wake = () => {
        for (let frame = this.#unread.shift(); frame; frame = this.#unread.shift()) {
          last = JSON.stringify(frame)
          if (!fits(frame)) continue
          clearTimeout(late)
          this.#wake = () => {}
          return resolve(frame)
        }
      }
      this.#wake()
    })
  }

  /** The call of this session may be spoken to. */
  async ready({ call }: BenchSession): Promise<void> {
    await this.next('ready', (frame) =>
      frame.type === 'welcome'
        ? frame.call?.id === call && frame.call.ready
        : frame.type === 'ready' && frame.call === call,
    )
  }

  /** The widget is gone: whether and when the broker closes its side is not waited for. */
  close(): void {
    this.#socket.close(1000)
  }
}

/** Visitors come from many neighbourhoods, so that the rate limit counts and does not refuse. */
function headers(token?: string): Record<string, string> {
  visitors += 1
  return {
    Origin: 'http://bench.example',
    'Content-Type': 'application/json',
    'CF-Connecting-IP': `10.${(visitors >> 8) % 256}.${visitors % 256}.7`,
    'Idempotency-Key': newId('key_'),
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
  }
}

function known(created: SessionCreated | (CallCreated & { session: string })): BenchSession {
  if (created.handshake !== 'brokered') throw new Error('the broker answered without a call')
  const { session, token, call, sdp } = created
  return { session, token, call, ref: sdp.match(/a=ref:(\S+)/)?.[1] ?? '' }
}
