/**
 * The browser's end of a relayed call, without a loudspeaker: whatever comes counts as played at once, and the microphone
 * hears nothing. Comes back when its socket breaks, with what it had got.
 */
import * as v from 'valibot'
import { type RawData, WebSocket } from 'ws'
import {
  BYTES_PER_MS,
  RELAY_CLOSE_CODES,
  RELAY_SUBPROTOCOL,
  type RelayServerFrame,
  RelayServerFrameSchema,
} from '../../protocol/relay.ts'
import type { RelayClientFrame } from '../../protocol/relay-client.ts'
import { CHAOS_ORIGIN } from './constants.ts'

const COME_BACK_AFTER_MS = 60
/** The relay takes a few reports in a second. */
const TELL_EVERY_MS = 120
const SILENCE = Buffer.alloc(40 * BYTES_PER_MS)
/** After these the call is over, or has another browser. */
const FINAL: ReadonlySet<number> = new Set([
  ...[RELAY_CLOSE_CODES.call_over, RELAY_CLOSE_CODES.replaced, RELAY_CLOSE_CODES.flood],
])

export interface RelayEndOptions {
  /** `ws://…/v1/sessions/{id}/relay` */
  url: string
  call: string
  /** The newest one. */
  token: () => string
  /** Codes of frames that were refused are written down here. */
  refused: string[]
  note: (what: string) => void
}

export class RelayEnd {
  readonly call: string
  readonly #options: RelayEndOptions
  #socket: WebSocket | null = null
  #over = false
  #asleep = false
  #item: string | null = null
  /** Bytes of that item. */
  #received = 0
  #toldAt = 0
  #later: NodeJS.Timeout | undefined

  constructor(options: RelayEndOptions) {
    this.call = options.call
    this.#options = options
    this.#open()
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  /** Whatever a page may send. */
  send(data: string | Buffer): void {
    if (this.isOpen && !this.#asleep) this.#socket?.send(data)
  }

  /** As a phone does: the socket stays, and nobody is there. */
  fallAsleep(): void {
    this.#over = true
    this.#asleep = true
  }

  close(): void {
    this.#over = true
    this.#socket?.terminate()
  }

  #open(): void {
    const { url, call, token, note } = this.#options
    const back = this.#item === null ? '' : `&item=${this.#item}&received=${this.#received}`
    const protocols = [RELAY_SUBPROTOCOL, `token.${token()}`]
    const socket = new WebSocket(`${url}?call=${call}${back}`, protocols, { headers: { Origin: CHAOS_ORIGIN } })
    this.#socket = socket
    socket.on('open', () => {
      note(`relay of ${call} is open`)
      socket.send(SILENCE)
    })
    socket.on('message', (data, isBinary) => (isBinary ? this.#sound(data) : this.#frame(String(data))))
    socket.on('error', () => socket.terminate())
    socket.on('close', (code) => {
      note(`relay of ${call} is closed: ${code}`)
      if (FINAL.has(code)) this.#over = true
      if (!this.#over) setTimeout(() => this.#over || this.#open(), COME_BACK_AFTER_MS)
    })
  }

  #sound(data: RawData): void {
    this.#received += (data as Buffer).length
    this.#played(false)
  }

  #frame(data: string): void {
    const frame: RelayServerFrame = v.parse(RelayServerFrameSchema, JSON.parse(data))
    switch (frame.type) {
      case 'audio':
        if (frame.item !== this.#item) this.#received = 0
        this.#item = frame.item
        break
      case 'end_of_item':
        if (frame.item === this.#item) this.#played(true)
        break
      case 'flush':
        this.#tell({ type: 'flushed', flush: frame.flush, item: null, ms: 0 })
        break
      case 'error':
        this.#options.refused.push(frame.code)
        break
    }
  }

  #played(done: boolean): void {
    if (this.#item === null) return
    if (!done && Date.now() - this.#toldAt < TELL_EVERY_MS) {
      this.#later ??= setTimeout(() => this.#played(false), TELL_EVERY_MS)
      return
    }
    clearTimeout(this.#later)
    this.#later = undefined
    this.#toldAt = Date.now()
    this.#tell({ type: 'played', item: this.#item, ms: Math.floor(this.#received / BYTES_PER_MS), done })
  }

  #tell(frame: RelayClientFrame): void {
    this.send(JSON.stringify(frame))
  }
}
