/** A broker in memory: sessions, calls, tokens by generation, event sockets; fails when told to. */

import * as v from 'valibot'
import type { AgentFace } from '../../../protocol/api.ts'
import { ERRORS, type ErrorCode, ParleyError } from '../../../protocol/errors.ts'
import { type ClientFrame, ClientFrameSchema, type EndReason, type ServerFrame } from '../../../protocol/frames.ts'
import { newId } from '../../../protocol/ids.ts'
import type { Item } from '../../../protocol/item.ts'
import type { FakeSocket } from './socket.ts'

const AGREED = v.object({ consent: v.object({ version: v.string() }) })

interface Stored {
  id: string
  /** Generation of the newest token that was used. */
  used: number
  call: { id: string; ready: boolean } | null
  /** Rollover: the call that waits to take over. */
  second: string | null
  items: { seq: number; item: Item }[]
}

export interface Asked {
  route: string
  token: string | null
  body: unknown
  keepalive: boolean
}

export class FakeBroker {
  readonly asked: Asked[] = []
  readonly sessions = new Map<string, Stored>()
  readonly sockets: FakeSocket[] = []
  readonly texts: string[] = []
  handshake: 'brokered' | 'ephemeral' = 'brokered'
  turns: 'server_vad' | 'push_to_talk' = 'server_vad'
  agent = 'concierge'
  name = 'Concierge'
  greeting = ''
  consent: AgentFace['consent']
  /** False: nothing answers. */
  reachable = true
  says = { ready: true, ack: true, pong: true, welcome: true }
  /** Answers of the next requests of a route, such as `POST sessions`. */
  readonly fail: { route: string; code: ErrorCode; reason?: EndReason }[] = []
  /** Set: requests of this route wait for `letThrough`. */
  hold: string | null = null
  readonly #held: (() => void)[] = []
  /** Told of every frame of a widget, after it was answered. */
  onFrame: (frame: ClientFrame) => void = () => {}
  /** Told when a call may be spoken to. */
  onReady: () => void = () => {}

  readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname, searchParams, host } = new URL(url)
    const method = init.method ?? 'GET'
    if (host === 'provider.test') return this.#provider(init)
    const path = pathname.replace('/v1/', '')
    const route = `${method} ${path.replace(/(ses|call)_\w+/g, '$1')}`
    const authorization = new Headers(init.headers).get('Authorization')
    const body: unknown = init.body ? JSON.parse(String(init.body)) : null
    const token = authorization?.replace('Bearer ', '') ?? null
    this.asked.push({ route, token, body, keepalive: init.keepalive === true })
    if (this.hold === route) await new Promise<void>((resolve) => this.#held.push(resolve))
    if (!this.reachable) throw new TypeError('fetch failed')
    const failing = this.fail.findIndex((each) => each.route === route)
    const [failure] = failing >= 0 ? this.fail.splice(failing, 1) : []
    try {
      if (failure) throw new ParleyError(failure.code, undefined, { reason: failure.reason })
      return this.#answer(route, path, token, body, searchParams)
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error
      return Response.json(error.toProblem(), { status: ERRORS[error.code].status })
    }
  }

  letThrough(): void {
    this.hold = null
    for (const go of this.#held.splice(0)) go()
  }

  #answer(route: string, path: string, token: string | null, body: unknown, query: URLSearchParams): Response {
    const id = path.match(/ses_\w+/)?.[0] ?? ''
    switch (route) {
      case `GET agents/${this.agent}`:
        return Response.json({
          agent: this.agent,
          name: this.name,
          tagline: '',
          greeting: this.greeting,
          handshake: this.handshake,
          transport: 'auto',
          turns: this.turns,
          theme: {},
          consent: this.consent,
        })
      case 'POST sessions': {
        if (this.consent && !v.is(AGREED, body)) throw new ParleyError('consent_required')
        const session: Stored = { id: newId('ses_'), used: 0, call: null, second: null, items: [] }
        this.sessions.set(session.id, session)
        const wantsCall = typeof body === 'object' && body !== null && 'call' in body
        const call = wantsCall ? this.#openCall(session) : { handshake: 'none' }
        return Response.json({ ...call, session: session.id, token: `${session.id}.0` })
      }
      case 'POST sessions/ses/calls': {
        const session = this.admit(id, token)
        if (isRollover(body))
          return Response.json({ ...this.#openSecond(session), token: `${session.id}.${session.used + 1}` })
        return Response.json({ ...this.#openCall(session), token: `${session.id}.${session.used + 1}` })
      }
      case 'PUT sessions/ses/rating':
        this.admit(id, token)
        return new Response(null, { status: 204 })
      case 'PUT sessions/ses/calls/call':
        this.#setReady(this.admit(id, token))
        return new Response(null, { status: 204 })
      case 'POST sessions/ses/calls/call/end': {
        const session = this.admit(id, token)
        if (session.call && path.includes(session.call.id)) session.call = null
        return new Response(null, { status: 204 })
      }
      case 'GET sessions/ses/transcript': {
        // Two items a page, so that paging is always seen.
        const after = Number(query.get('after') ?? 0)
        const items = this.admit(id, token)
          .items.map(({ item }) => item)
          .filter((item) => item.position > after)
        const next = items.length > 2 ? String(items[1]?.position) : null
        return Response.json({ session: id, items: items.slice(0, 2), next })
      }
      case 'DELETE sessions/ses':
        this.sessions.delete(this.admit(id, token).id)
        return new Response(null, { status: 204 })
      default:
        throw new ParleyError('not_found')
    }
  }

  #openCall(session: Stored) {
    session.call = { id: newId('call_'), ready: false }
    if (this.handshake === 'ephemeral') {
      const client_secret = { value: 'ek_test', expires_at: 1 }
      return { handshake: 'ephemeral', call: session.call.id, client_secret, url: 'https://provider.test/calls' }
    }
    this.#setReady(session)
    return { handshake: 'brokered', call: session.call.id, sdp: 'v=0 answer' }
  }

  #openSecond(session: Stored) {
    session.second = newId('call_')
    return { handshake: 'brokered', call: session.second, sdp: 'v=0 answer' }
  }

  /** The second call counts from now on. */
  takeOver(): void {
    const { session } = this
    const older = session.call?.id
    if (!session.second || !older) throw new Error('no rollover is under way')
    session.call = { id: session.second, ready: true }
    session.second = null
    this.send({ type: 'ready', call: session.call.id })
    this.send({ type: 'notice', code: 'call_ended', call: older, reason: 'rolled_over' })
  }

  askRollover(): void {
    this.send({ type: 'notice', code: 'rollover', call: this.session.call?.id ?? '' })
  }

  #setReady(session: Stored): void {
    if (!this.says.ready || !session.call) return
    session.call.ready = true
    this.send({ type: 'ready', call: session.call.id })
    this.onReady()
  }

  #provider(init: RequestInit): Response {
    this.asked.push({
      route: 'POST provider',
      token: new Headers(init.headers).get('Authorization'),
      body: init.body,
      keepalive: false,
    })
    return new Response('v=0 answer', { status: 201, headers: { Location: '/v1/realtime/calls/rtc_u1_abc' } })
  }

  /** The same rules as the real one: a token is good until its successor was used. */
  admit(id: string, token: string | null): Stored {
    const session = this.sessions.get(id)
    if (!session) throw new ParleyError('session_not_found')
    const generation = Number(token?.split('.')[1] ?? Number.NaN)
    if (Number.isNaN(generation)) throw new ParleyError('token_invalid')
    if (generation < session.used) throw new ParleyError('token_superseded')
    session.used = generation
    return session
  }

  /** A socket wants in. Answers its session, or null when it is refused. */
  welcome(socket: FakeSocket): ServerFrame | null {
    if (!this.reachable) return null
    try {
      const session = this.admit(socket.url.match(/ses_\w+/)?.[0] ?? '', socket.token)
      const seq = session.items.at(-1)?.seq ?? 0
      return { type: 'welcome', session: session.id, agent: this.agent, seq, call: session.call }
    } catch {
      return null
    }
  }

  changedAfter(session: string, after: number): ServerFrame[] {
    const items = this.sessions.get(session)?.items ?? []
    return items.filter(({ seq }) => seq > after).map(({ seq, item }) => ({ type: 'update', seq, item }))
  }

  hear(socket: FakeSocket, text: string): void {
    if (text === 'ping') {
      if (this.says.pong) socket.receive('pong')
      return
    }
    this.texts.push(text)
    const { success, output: frame } = v.safeParse(ClientFrameSchema, JSON.parse(text))
    // The real one answers with an error; a widget that makes one is broken, and a test is to say so.
    if (!success) throw new Error(`The widget sent a frame that is none: ${text}`)
    if (frame.type === 'text') {
      if (!this.says.ack) return
      this.store({ id: frame.id, role: 'user', text: frame.text, via: 'text' })
      this.send({ type: 'ack', id: frame.id })
    }
    this.onFrame(frame)
  }

  /** Stores an item and tells every socket. */
  store(part: Partial<Item> & { id: string }): void {
    const session = this.session
    if (session.items.some(({ item }) => item.id === part.id)) return
    const seq = (session.items.at(-1)?.seq ?? 0) + 1
    const item: Item = {
      position: seq,
      role: 'assistant',
      kind: 'message',
      text: '',
      status: 'completed',
      via: 'voice',
      call: null,
      at: 0,
      ...part,
    }
    session.items.push({ seq, item })
    this.send({ type: 'update', seq, item })
  }

  /** A stored item has more words, or another status. */
  amend(id: string, part: Partial<Item>): void {
    const { items } = this.session
    const stored = items.find(({ item }) => item.id === id)
    if (!stored) throw new Error(`no item ${id}`)
    // It moves to the end of the updates and keeps its place in the conversation.
    const next = { seq: (items.at(-1)?.seq ?? 0) + 1, item: { ...stored.item, ...part } }
    items.splice(items.indexOf(stored), 1)
    items.push(next)
    this.send({ type: 'update', ...next })
  }

  send(frame: ServerFrame): void {
    for (const socket of this.sockets) socket.receive(JSON.stringify(frame))
  }

  get session(): Stored {
    const session = [...this.sessions.values()].at(-1)
    if (!session) throw new Error('no session was made')
    return session
  }

  routes(): string[] {
    return this.asked.map(({ route }) => route)
  }

  count(route: string): number {
    return this.routes().filter((each) => each === route).length
  }
}

function isRollover(body: unknown): boolean {
  return JSON.stringify(body).includes('"because":"rollover"')
}
