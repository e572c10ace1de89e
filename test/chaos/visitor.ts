/**
 * A light widget: what a widget does over HTTP and the event socket, without media. It repeats what was not answered with the
 * same idempotency key or text id, comes back when its socket breaks, and writes down whatever it was told.
 */
import * as v from 'valibot'
import { WebSocket } from 'ws'
import {
  CLOSE_CODES,
  type ClientFrame,
  type NoticeFrame,
  PING,
  PONG,
  type ServerFrame,
  ServerFrameSchema,
} from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import type { Item } from '../../protocol/item.ts'
import { CHAOS_ORIGIN } from './constants.ts'
import { offer } from './fixtures.ts'
import { RelayEnd } from './relay-end.ts'
import { type Exchange, REPEAT_AFTER_MS, Requests } from './requests.ts'

const BROKERED = { transport: 'webrtc', handshake: 'brokered', sdp: offer }
const RELAYED = { transport: 'relay', handshake: 'relay' }
/** The conversation goes on in another tab. Whoever loses it must not insist. */
const ELSEWHERE = ['call_superseded', 'token_superseded']
/** Why a second call is not to be had: the first goes on, and the broker asks again. */
const NO_ROLLOVER = [...ELSEWHERE, 'rollover_refused', 'call_not_found', 'session_not_found']
const ROLLOVER_TRIES = 8

/** One event socket, with its frames in the order of their arrival. */
export interface Socket {
  generation: number
  /** The call that its visitor had when it was opened. */
  call: string | null
  frames: ServerFrame[]
  closeCode: number | null
  /** It was still open when its visitor left. */
  openAtEnd: boolean
}

export interface VisitorLog {
  exchanges: Exchange[]
  sockets: Socket[]
  /** Typed texts in the order of typing. */
  typed: { id: string; text: string; acknowledged: boolean }[]
}

export class Visitor {
  readonly log: VisitorLog = { exchanges: [], sockets: [], typed: [] }
  /** Each text twice, each request twice at the same time. */
  doubling = false
  session = ''
  token = ''
  call: string | null = null
  /** Calls that the broker said are ready, and those that it said have ended. */
  readonly ready = new Set<string>()
  readonly ended = new Map<string, string>()
  /** How it calls. */
  way: 'webrtc' | 'relay' = 'webrtc'
  relay: RelayEnd | null = null
  /** What was refused on its relays. */
  readonly refused: string[] = []
  /** Pings that were answered. */
  pongs = 0
  readonly #url: string
  readonly #agent: string
  readonly #note: (what: string) => void
  readonly #requests: Requests
  #socket: WebSocket | null = null
  #wanted = false
  #seq = 0
  /** Rollover: the second call, until it counts; empty while it is asked for. */
  #next: string | null = null

  constructor(url: string, agent: string, note: (what: string) => void) {
    this.#url = url
    this.#agent = agent
    this.#note = note
    this.#requests = new Requests({
      ...{ url, note, exchanges: this.log.exchanges },
      token: () => this.token,
      doubling: () => this.doubling,
    })
  }

  /** Another tab with the same session and token. */
  twin(note: (what: string) => void): Visitor {
    const twin = new Visitor(this.#url, this.#agent, note)
    twin.session = this.session
    twin.token = this.token
    twin.way = this.way
    return twin
  }

  async start(withCall: boolean): Promise<void> {
    const body = { agent: this.#agent, ...(withCall ? { call: this.#wish } : {}) }
    const answer = await this.#requests.insist('/v1/sessions', body)
    this.session = String(answer.session)
    this.token = String(answer.token)
    if (withCall) this.#took(String(answer.call))
  }

  get #wish(): object {
    return this.way === 'relay' ? RELAYED : BROKERED
  }

  /** This is its call now. */
  #took(call: string): void {
    this.call = call
    this.relay?.close()
    const url = `${this.#url.replace('http', 'ws')}/v1/sessions/${this.session}/relay`
    const options = { url, call, token: () => this.token, refused: this.refused, note: this.#note }
    this.relay = this.way === 'relay' ? new RelayEnd(options) : null
  }

  /** Null: another tab has taken over, which is not to be insisted against. */
  async open(): Promise<string | null> {
    const answer = await this.#requests.insist(`/v1/sessions/${this.session}/calls`, this.#wish, ELSEWHERE)
    if (answer.code) return null
    this.token = String(answer.token)
    this.#took(String(answer.call))
    return this.call
  }

  /** The broker has asked for a second call. There is no media: it is connected as soon as it is there. */
  async #rollOver(call: string): Promise<void> {
    if (this.#next !== null) return
    this.#next = ''
    try {
      const asking = { ...BROKERED, after: { call, because: 'rollover' } }
      const answer = await this.#requests.insist(
        `/v1/sessions/${this.session}/calls`,
        asking,
        NO_ROLLOVER,
        ROLLOVER_TRIES,
      )
      this.#next = answer.code ? null : String(answer.call)
      if (!this.#next) return
      this.token = String(answer.token)
      if (this.ended.has(this.#next)) this.#next = null
      else this.#send({ type: 'connected', call: this.#next })
    } catch {
      this.#next = null // never answered: the first call goes on
    }
  }

  async hangUp(): Promise<void> {
    const call = this.call
    this.call = null
    this.relay?.close()
    if (call)
      await this.#requests.insist(`/v1/sessions/${this.session}/calls/${call}/end`, {}, [
        'call_not_found',
        ...ELSEWHERE,
      ])
  }

  /** The event socket, opened again whenever it breaks. */
  async connect(): Promise<void> {
    this.#wanted = true
    if (this.#socket) return
    const generation = Number(this.token.split('.')[1])
    const record: Socket = { generation, call: this.call, frames: [], closeCode: null, openAtEnd: false }
    this.log.sockets.push(record)
    this.#note(`opens its event socket, generation ${generation}, after ${this.#seq}`)
    const url = `${this.#url.replace('http', 'ws')}/v1/sessions/${this.session}/events?after=${this.#seq}`
    const socket = new WebSocket(url, ['parley.v1', `token.${this.token}`], { headers: { Origin: CHAOS_ORIGIN } })
    this.#socket = socket
    socket.on('message', (data) => {
      if (String(data) === PONG) this.pongs += 1
      else this.#hear(record, String(data))
    })
    socket.on('error', () => socket.terminate())
    socket.on('close', (code) => {
      record.closeCode = code
      this.#note(`event socket of generation ${generation} is closed: ${code}`)
      if (this.#socket === socket) this.#socket = null
      if (code === CLOSE_CODES.superseded || code === CLOSE_CODES.erased) this.#loses()
      if (this.#wanted) setTimeout(() => this.#wanted && void this.connect(), REPEAT_AFTER_MS)
    })
  }

  type(text: string): string {
    const id = newId('txt_')
    this.log.typed.push({ id, text, acknowledged: false })
    this.#sendText(id, text)
    // As after a reconnect in which the acknowledgements were lost.
    if (this.doubling) for (const typed of this.log.typed) this.#sendText(typed.id, typed.text)
    return id
  }

  acknowledged(id: string): boolean {
    return this.log.typed.some((typed) => typed.id === id && typed.acknowledged)
  }

  /** What was typed and not acknowledged goes out again. */
  repeatUnacknowledged(): void {
    for (const { id, text, acknowledged } of this.log.typed) if (!acknowledged) this.#sendText(id, text)
  }

  ping(): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(PING)
  }

  /** `silent`: the socket stays open and nobody speaks, as when a phone sleeps. */
  leave(how: 'goodbye' | 'cut' | 'silent'): void {
    this.#note(`leaves: ${how}`)
    this.#wanted = false
    if (how === 'silent') this.relay?.fallAsleep()
    else this.relay?.close()
    const last = this.log.sockets.at(-1)
    if (last?.closeCode === null) last.openAtEnd = true
    if (how === 'goodbye') this.#socket?.close(1000)
    if (how === 'cut') this.#socket?.terminate()
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  /** Newest state of each item that it was told of. */
  get items(): Map<string, Item> {
    const items = new Map<string, Item>()
    for (const { frames } of this.log.sockets) {
      for (const frame of frames) if (frame.type === 'update') items.set(frame.item.id, frame.item)
    }
    return items
  }

  /** The whole transcript, page by page. */
  async transcript(): Promise<Item[]> {
    const items: Item[] = []
    let after = '0'
    for (;;) {
      const page = await this.#requests.insist(`/v1/sessions/${this.session}/transcript?limit=50&after=${after}`, null)
      items.push(...(page.items as Item[]))
      if (page.next === null) return items
      after = String(page.next)
    }
  }

  #sendText(id: string, text: string): void {
    this.#send({ type: 'text', id, text })
  }

  #send(frame: ClientFrame): void {
    const data = JSON.stringify(frame)
    const open = this.#socket?.readyState === WebSocket.OPEN
    this.#note(`${open ? 'sends' : 'cannot send'} ${data}`)
    if (open) this.#socket?.send(data)
  }

  #hear(record: Socket, data: string): void {
    const frame = v.parse(ServerFrameSchema, JSON.parse(data))
    record.frames.push(frame)
    this.#note(`hears ${data}`)
    if (frame.type === 'welcome') {
      if (frame.call?.ready) this.ready.add(frame.call.id)
      if (frame.call && frame.call.id === this.#next) this.#swap(frame.call.id)
      else if (this.#next) this.#send({ type: 'connected', call: this.#next })
      // It tells which call is live: not the one that we had before we asked means that ours has ended unheard.
      if (record.call && frame.call?.id !== record.call) this.ended.set(record.call, 'unheard')
      if (this.relay && this.ended.has(this.relay.call)) this.relay.close()
      this.repeatUnacknowledged()
    }
    if (frame.type === 'update') this.#seq = Math.max(this.#seq, frame.seq)
    if (frame.type === 'ready') this.ready.add(frame.call)
    if (frame.type === 'ready' && frame.call === this.#next) this.#swap(frame.call)
    if (frame.type === 'ack') for (const typed of this.log.typed) if (typed.id === frame.id) typed.acknowledged = true
    if (frame.type === 'notice') this.#notice(frame)
  }

  #notice(frame: NoticeFrame): void {
    if (frame.code === 'call_ended' && frame.call) this.ended.set(frame.call, frame.reason ?? '')
    if (frame.code === 'call_ended' && frame.call === this.#next) this.#next = null
    if (frame.code === 'rollover' && frame.call && frame.call === this.call && this.#wanted) {
      void this.#rollOver(frame.call)
    }
    if (frame.code === 'superseded') this.#loses()
    if (this.relay && this.ended.has(this.relay.call)) this.relay.close()
  }

  /** The conversation goes on elsewhere: nothing of this one comes back. */
  #loses(): void {
    this.#wanted = false
    this.relay?.close()
  }

  /** The second call counts now. */
  #swap(call: string): void {
    this.call = call
    this.#next = null
  }
}
