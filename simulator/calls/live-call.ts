/** One live call: its session, everybody who listens to it, and its end. */
import { type ChannelKind, type Journal, type JournalEntry, withoutBytes } from '../journal.ts'
import type { AudioSink } from '../realtime/playout.ts'
import { Session } from '../realtime/session.ts'
import type { SessionConfig } from '../realtime/session-config.ts'
import type { ServerEvent, World } from '../realtime/world.ts'
import { Refusal } from '../refusal.ts'
import { Tampering } from './tampering.ts'

/** Where events go to and come from. */
export interface Channel {
  readonly kind: ChannelKind
  /** Whether what is sent can still arrive. */
  readonly open: boolean
  /** Which events it gets; null: all. */
  readonly takes: ReadonlySet<string> | null
  send(text: string): void
  /** A goodbye with a WebSocket close code. */
  close(code: number, reason: string): void
  /** Gone without a goodbye. */
  drop(): void
}

export type EndReason = 'hangup' | 'remote' | 'lost' | 'expired' | 'fault' | 'shutdown'

export interface CallOptions {
  world: World
  journal: Journal
  kind: 'webrtc' | 'websocket' | 'sip'
  /** Of a telephone call, which has its id before it is taken. */
  id?: string
  config: SessionConfig
  /** The call ends by itself after so many ms. */
  limitMs: number
  sink: AudioSink | null
  onEnded(reason: EndReason): void
}

export class LiveCall {
  readonly id: string
  readonly kind: CallOptions['kind']
  readonly session: Session
  readonly createdAt: number
  readonly tampering = new Tampering()
  state: 'connecting' | 'live' | 'peer_gone' | 'ended' = 'connecting'
  #world: World
  #journal: Journal
  #limitMs: number
  #main: Channel | null = null
  #sidebands = new Set<Channel>()
  /** Events that come after the next one, for the channels that one waits on. */
  #held = new Map<Channel, () => void>()
  #onEnded: CallOptions['onEnded']
  #cancelLimit: () => void
  #peerGone: EndReason = 'remote'

  constructor(options: CallOptions) {
    const { world, limitMs } = options
    this.kind = options.kind
    this.#world = world
    this.#journal = options.journal
    this.#limitMs = limitMs
    this.#onEnded = options.onEnded
    this.createdAt = world.clock.now()
    this.session = new Session({
      world,
      config: options.config,
      expiresAt: Math.floor((this.createdAt + limitMs) / 1000),
      emit: (event) => this.#emit(event),
      sink: options.sink,
      responseFault: () => this.tampering.takeResponseFault(),
    })
    this.id = options.id ?? (this.kind === 'webrtc' ? world.newId('rtc_') : this.session.id)
    this.#cancelLimit = world.clock.after(limitMs, () => this.expire())
    this.#note('opened', { transport: this.kind, session: this.session.id })
  }

  get sidebands(): number {
    return this.#sidebands.size
  }

  /** The channel that the call lives on: a data channel or a plain WebSocket; null for a telephone call, which has none. */
  connect(channel: Channel | null): void {
    if (this.state !== 'connecting') return
    this.#main = channel
    this.state = 'live'
    this.#note('connected', {})
    this.session.greet()
  }

  /** The assistant's voice from now on: the visitor's own sound, or its own again. */
  loopback(on: boolean): void {
    this.session.loopback = on
    this.#note('loopback', { on })
  }

  /** Something that only the network knows of happened. */
  tell(type: string, fields: Record<string, unknown>): void {
    this.#emit({ type, ...fields })
  }

  /** Gives the call something to end before it is connected. */
  prepare(channel: Channel): void {
    this.#main = channel
  }

  /** Microphone audio. */
  hear(pcm: Int16Array): void {
    if (this.state !== 'ended') this.session.hear(pcm)
  }

  /** Events from before are not sent again (realtime-api.md 6). */
  attach(sideband: Channel): void {
    this.#sidebands.add(sideband)
    this.#note('sideband_attached', {})
  }

  detach(sideband: Channel): void {
    if (!this.#sidebands.delete(sideband)) return
    this.#note('sideband_detached', {})
    if (this.state === 'peer_gone' && this.#sidebands.size === 0) this.end(this.#peerGone)
  }

  /** One message of a client. */
  receive(channel: Channel, text: string): void {
    if (this.state === 'ended') return
    const entry = this.#journal.add({
      kind: 'event',
      direction: 'in',
      channel: channel.kind,
      call: this.id,
      event: readable(text),
    })
    const refusal = this.session.receive(text)
    if (!refusal) return
    entry.refused = refusal.code
    // The beta shape costs the socket, not only the event (realtime-api.md 5.3).
    if (refusal.code === 'beta_api_shape_disabled') channel.close(4000, `${refusal.type}.${refusal.code}`)
  }

  /**
   * The person has left. Nobody tells a sideband (realtime-api.md 0.12): the call stays until it is hung up, its time is
   * over, or the last sideband closes.
   */
  peerLeft(reason: 'remote' | 'lost'): void {
    if (this.state === 'ended' || this.state === 'peer_gone') return
    if (this.#sidebands.size === 0) return this.end(reason)
    this.state = 'peer_gone'
    this.#peerGone = reason
    this.#main = null
    this.#note('peer_gone', { reason })
  }

  /** The cap: an error, then the end (realtime-api.md 0.6, 5.3). */
  expire(): void {
    if (this.state === 'ended') return
    const message = `Your session hit the maximum duration of ${spelled(this.#limitMs)}.`
    this.session.tellError(new Refusal('session_expired', message))
    this.end('expired', 1001, message)
  }

  end(reason: EndReason, code = 1000, text = ''): void {
    if (!this.#finish(reason)) return
    this.#main?.close(code, text)
    for (const sideband of this.#sidebands) sideband.close(code, text)
    this.#sidebands.clear()
  }

  /** Sockets gone, no goodbye. `keepSideband`: only the person's network is. */
  drop(keepSideband: boolean): void {
    if (keepSideband && this.#sidebands.size > 0) {
      this.#main?.drop()
      return this.peerLeft('lost')
    }
    if (!this.#finish('fault')) return
    this.#main?.drop()
    for (const sideband of this.#sidebands) sideband.drop()
    this.#sidebands.clear()
  }

  /** The sidebands are closed, the call goes on. */
  closeSidebands(code: number): void {
    for (const sideband of this.#sidebands) sideband.close(code, 'fault')
  }

  #finish(reason: EndReason): boolean {
    if (this.state === 'ended') return false
    this.state = 'ended'
    this.#cancelLimit()
    this.session.close()
    this.#note('ended', { reason })
    this.#onEnded(reason)
    return true
  }

  /** The same event, with the same id, to everybody who listens. */
  #emit(event: ServerEvent): void {
    if (this.state === 'ended') return
    const { type, ...fields } = event
    const sent = { type, event_id: this.#world.newId('event_'), ...fields }
    const text = JSON.stringify(sent)
    const slim = withoutBytes(sent)
    for (const channel of [this.#main, ...this.#sidebands]) {
      if (
        !channel?.open ||
        channel.takes?.has(type) === false ||
        (channel === this.#main && this.state === 'connecting')
      )
        continue
      const send = () => {
        this.#journal.add({ kind: 'event', direction: 'out', channel: channel.kind, call: this.id, event: slim })
        channel.send(text)
      }
      this.#deliver(channel, type, send)
    }
  }

  #deliver(channel: Channel, type: string, send: () => void): void {
    const fate = this.tampering.fate(type, channel.kind)
    if (fate !== 'sent') this.#note(`event_${fate}`, { type, on: channel.kind })
    const held = this.#held.get(channel)
    this.#held.delete(channel)
    if (fate === 'swapped') this.#held.set(channel, send)
    else if (fate !== 'lost') send()
    if (fate === 'repeated') send()
    held?.()
  }

  #note(state: string, details: Record<string, unknown>): void {
    const channel = { websocket: 'websocket', webrtc: 'data_channel', sip: 'phone' }[
      this.kind
    ] as JournalEntry['channel']
    this.#journal.add({ kind: 'call', direction: 'out', channel, call: this.id, state, ...details })
  }
}

function readable(text: string): unknown {
  try {
    return withoutBytes(JSON.parse(text))
  } catch {
    // Not JSON: the session refuses it with an error event, the journal shows what came.
    return { unreadable: text.slice(0, 200) }
  }
}

function spelled(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} minutes`
  return `${ms / 1000} seconds`
}
