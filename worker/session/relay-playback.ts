/**
 * The assistant's sound on the relay: what is sent, what the browser says it played, what it threw away when it was
 * interrupted. Over WebRTC the provider knows that by itself; here it is told by `conversation.item.truncate`
 * (realtime-api.md 4.4), and the recorder by the same events as there.
 */
import { BYTES_PER_MS } from '../../protocol/relay.ts'
import type { RelayClientFrame } from '../../protocol/relay-client.ts'
import type { Log } from '../log.ts'
import type { CallEvent, Provider, Wire } from '../provider/provider.ts'
import type { Clock } from './ports.ts'
import type { ItemAudio } from './relay-audio.ts'
import { Pace, type SoundSink } from './relay-pace.ts'

/** A browser that has not answered a flush in this time (ms) is not waited for any more. */
export const FLUSH_TIMEOUT_MS = 500

export interface PlaybackSink extends SoundSink {
  flush(flush: number): void
}

export interface PlaybackPorts {
  provider: Pick<Provider, 'truncate'>
  clock: Clock
  log: Log
  /** To the provider. */
  send: (...wires: Wire[]) => void
  /** What became of the playing, in the words of a call over WebRTC. */
  tell: (event: CallEvent) => void
}

/** An interruption: what was thrown away, until it is known how much of it was heard. */
interface Cut {
  items: readonly ItemAudio[]
  at: number
  stopTimer: () => void
}

export class Playback {
  readonly #ports: PlaybackPorts
  readonly #pace = new Pace()
  #sink: PlaybackSink | null = null
  /** The answer in the making. */
  #running: string | null = null
  /** The answer that is being played, as we told it. */
  #playing: string | null = null
  /** Answers that were interrupted: what still comes of them is not played. */
  readonly #silenced = new Set<string>()
  /** Items whose sound was passed on, or would have been had there been room. */
  readonly #sounding = new Set<string>()
  /** Items that we had cut at the provider: its echo is no news. */
  readonly #truncated = new Set<string>()
  readonly #cuts = new Map<number, Cut>()
  #flushes = 0
  #full = false

  constructor(ports: PlaybackPorts) {
    this.#ports = ports
  }

  /** @param item whose sound the browser got last, and how much of it (bytes), where it comes back */
  attach(sink: PlaybackSink, item?: string, received?: number): void {
    this.#sink = sink
    // It was interrupted while nobody could tell the browser; otherwise it has nothing left that this could stop.
    if (item !== undefined && !this.#pace.items.some((one) => one.item === item)) sink.flush(++this.#flushes)
    this.#pace.attach(sink, item, received)
  }

  detach(): void {
    this.#sink = null
    this.#pace.detach()
    for (const flush of this.#cuts.keys()) this.#settle(flush, null)
  }

  /** Lets `hear` take what is of interest to others, and looks after the sound itself. */
  pass(event: CallEvent, hear: (event: CallEvent) => void): void {
    if (event.type === 'sound') return this.#sound(event.response, event.id, event.pcm)
    if (event.type === 'truncated' && this.#truncated.delete(event.id)) return
    hear(event)
    switch (event.type) {
      case 'answer_began':
        this.#running = event.response
        break
      case 'finished':
        this.#pace.complete(event.item.id)
        break
      case 'answer_ended':
        this.#answerEnded(event)
        break
      case 'speech':
        if (event.on) this.interrupt()
        break
    }
  }

  /** The browser has played. */
  played({ item, ms, done }: Extract<RelayClientFrame, { type: 'played' }>): void {
    const { over, playing } = this.#pace.played(item, ms * BYTES_PER_MS, done, this.#ports.clock.now())
    for (const each of playing ? [...over, playing] : over) this.#tellPlaying(each.response)
    this.#tellIfDrained()
  }

  /** Somebody else speaks now: what was not played yet never will be. */
  interrupt(): void {
    if (this.#running !== null) this.#silenced.add(this.#running)
    const items = this.#pace.flush()
    if (items.length === 0) return
    const flush = ++this.#flushes
    const stopTimer = this.#ports.clock.after(FLUSH_TIMEOUT_MS, () => this.#settle(flush, null))
    this.#cuts.set(flush, { items, at: this.#ports.clock.now(), stopTimer })
    const nothingSent = items.every((item) => item.sent === 0)
    if (nothingSent || !this.#sink) this.#settle(flush, null)
    else this.#sink.flush(flush)
  }

  /** The browser's answer to an interruption. */
  flushed({ flush, item, ms }: Extract<RelayClientFrame, { type: 'flushed' }>): void {
    this.#settle(flush, { item, bytes: ms * BYTES_PER_MS })
  }

  /** The call is over: what was not played will not be heard any more. */
  close(): void {
    const { clock, tell } = this.#ports
    const now = clock.now()
    const left = { items: this.#pace.flush(), at: now, stopTimer: () => {} }
    const cuts = [...this.#cuts.values(), left]
    this.#cuts.clear()
    this.detach()
    for (const cut of cuts) {
      const { items, at, stopTimer } = cut
      stopTimer()
      for (const [i, bytes] of heardAsFarAsWeKnow(items, at, now).entries()) {
        const item = items[i]
        if (!item || (item.complete && bytes >= item.received)) continue
        const ms = Math.floor(bytes / BYTES_PER_MS)
        tell({ type: 'truncated', id: item.item, ms, estimated: true, ...(cut === left ? { broke: true } : {}) })
      }
    }
  }

  #sound(response: string, id: string, pcm: Uint8Array): void {
    const isNew = !this.#sounding.has(id)
    this.#sounding.add(id)
    if (this.#silenced.has(response)) {
      if (isNew) this.#truncate(id, 0, false)
      return
    }
    if (this.#pace.push(response, id, pcm) || this.#full) return
    this.#full = true // once a call is enough
    this.#ports.log.error('relay_full')
  }

  #answerEnded({ response, items }: Extract<CallEvent, { type: 'answer_ended' }>): void {
    for (const id of items) {
      this.#pace.complete(id)
      // Words without a sound, interrupted: nothing to be cut at the provider, and nothing was heard.
      const isUnheard = this.#silenced.has(response) && !this.#sounding.has(id)
      if (isUnheard) this.#ports.tell({ type: 'truncated', id, ms: 0 })
    }
    if (this.#running === response) this.#running = null
    this.#silenced.delete(response)
    this.#tellIfDrained()
  }

  #settle(flush: number, told: { item: string | null; bytes: number } | null): void {
    const cut = this.#cuts.get(flush)
    if (!cut) return
    this.#cuts.delete(flush)
    cut.stopTimer()
    const heard = told ? heardAsTold(cut.items, told) : heardAsFarAsWeKnow(cut.items, cut.at, this.#ports.clock.now())
    let cleared = false
    for (const [i, item] of cut.items.entries()) {
      const bytes = heard[i] ?? 0
      if (bytes > 0) this.#tellPlaying(item.response)
      if (item.complete && bytes >= item.received) continue // heard to its end
      cleared = true
      this.#truncate(item.item, Math.floor(bytes / BYTES_PER_MS), told === null && item.sent > 0)
    }
    this.#endPlaying(cleared ? 'cleared' : 'drained')
  }

  #truncate(id: string, ms: number, estimated: boolean): void {
    const { provider, send, tell } = this.#ports
    this.#truncated.add(id)
    tell({ type: 'truncated', id, ms, ...(estimated ? { estimated } : {}) })
    send(provider.truncate(id, ms))
  }

  #tellPlaying(response: string): void {
    if (this.#playing === response) return
    this.#endPlaying('drained')
    this.#playing = response
    this.#ports.tell({ type: 'playback', state: 'began', response })
  }

  #tellIfDrained(): void {
    const response = this.#playing
    if (response === null || response === this.#running) return
    const cuts = [...this.#cuts.values()]
    const left = [...this.#pace.items, ...cuts.flatMap(({ items }) => items)]
    if (!left.some((item) => item.response === response)) this.#endPlaying('drained')
  }

  #endPlaying(state: 'drained' | 'cleared'): void {
    const response = this.#playing
    this.#playing = null
    if (response !== null) this.#ports.tell({ type: 'playback', state, response })
  }
}

/** How much of each item was heard (bytes), first to last, when `told.item` was stopped at `told.bytes`. */
function heardAsTold(items: readonly ItemAudio[], told: { item: string | null; bytes: number }): number[] {
  const stopped = items.findIndex(({ item }) => item === told.item)
  return items.map((item, i) => {
    if (stopped === -1) return told.item === null ? item.sent : item.played
    if (i === stopped) return Math.min(told.bytes, item.sent)
    return i < stopped ? item.sent : 0
  })
}

/** The same without an answer: the last report, and it went on playing until it was stopped at the latest. */
function heardAsFarAsWeKnow(items: readonly ItemAudio[], stoppedAt: number, now: number): number[] {
  const until = Math.min(now, stoppedAt + FLUSH_TIMEOUT_MS)
  return items.map((item) => {
    if (item.reportedAt === null) return 0
    return Math.min(item.sent, item.played + (until - item.reportedAt) * BYTES_PER_MS)
  })
}
