/** A telephone call: it rings until the webhook's owner takes it or turns it down, and is then a call like any other. */
import { createHandset, type Handset } from '../media/handset.ts'
import type { SessionConfig } from '../realtime/session-config.ts'
import { Refusal } from '../refusal.ts'
import { type EndReason, LiveCall } from './live-call.ts'
import type { Opening } from './open.ts'
import type { SipHeader } from './phone-book.ts'

/** A REFER is on its way to the caller's network for so long (ms) before the call leaves us. */
const REFERRED_MS = 300

export type PhoneState = 'ringing' | 'live' | 'rejected' | 'unanswered' | 'ended'

export interface PhoneCallOptions {
  opening: Opening
  headers: readonly SipHeader[]
  /** Nobody waits longer than this for an answer, ms. */
  ringMs: number
}

export class PhoneCall {
  readonly id: string
  readonly headers: readonly SipHeader[]
  state: PhoneState = 'ringing'
  /** SIP status of a call that was turned down. */
  sipStatus: number | null = null
  endReason: EndReason | null = null
  readonly referredTo: string[] = []
  readonly #opening: Opening
  #handset: Handset | null = null
  #live: LiveCall | null = null
  #stopRinging: () => void

  constructor({ opening, headers, ringMs }: PhoneCallOptions) {
    this.#opening = opening
    this.headers = headers
    this.id = opening.world.newId('rtc_')
    this.#stopRinging = opening.world.clock.after(ringMs, () => this.#over('unanswered'))
    this.#note('ringing', {})
  }

  /** The caller says something after what they are saying already. @throws Refusal where nobody would hear it */
  say(pcm: Int16Array): void {
    if (!this.#handset || this.state !== 'live') throw notNow(this.id, this.state)
    this.#handset.say(pcm)
  }

  get saying(): boolean {
    return this.#handset?.saying ?? false
  }

  get hearing(): boolean {
    return this.#handset?.hearing ?? false
  }

  heard(): Int16Array {
    return this.#handset?.heard() ?? new Int16Array()
  }

  /** Keys of the phone, one event each (realtime-api.md 8.3). */
  press(keys: string): void {
    if (!this.#live || this.state !== 'live') throw notNow(this.id, this.state)
    for (const event of keys)
      this.#live.tell('input_audio_buffer.dtmf_event_received', { event, received_at: this.#now() })
  }

  /** The caller hangs up: their network says goodbye. */
  hangUp(): void {
    if (this.state === 'ringing') this.#over('unanswered')
    else this.#live?.end('remote')
  }

  /** The caller's network is gone without a goodbye: nobody is told, as on a WebRTC call. */
  vanish(): void {
    this.#handset?.stop()
    this.#live?.peerLeft('lost')
  }

  /** @throws Refusal 404 for a call that does not ring any more */
  accept(config: SessionConfig): void {
    this.#requireRinging()
    const { world, journal, calls, limitMs } = this.#opening
    this.#stopRinging()
    this.state = 'live'
    const handset = createHandset(() => performance.now(), {
      onAudio: (pcm) => live.hear(pcm),
      onDrained: () => live.session.drained(),
      onSaid: () => this.#note('said', {}),
    })
    const live: LiveCall = new LiveCall({
      ...{ world, journal, config, limitMs, sink: handset, kind: 'sip', id: this.id },
      onEnded: (reason) => {
        calls.remove(this.id)
        handset.stop()
        this.endReason = reason
        this.state = 'ended'
      },
    })
    this.#handset = handset
    this.#live = live
    calls.add(live)
    live.connect(null)
  }

  reject(sipStatus: number): void {
    this.#requireRinging()
    this.sipStatus = sipStatus
    this.#over('rejected')
  }

  /** The caller's network is asked to call somebody else, and leaves. */
  refer(target: string): void {
    if (this.state !== 'live') throw notNow(this.id, this.state)
    this.referredTo.push(target)
    this.#note('referred', { target })
    this.#opening.world.clock.after(REFERRED_MS, () => this.#live?.end('remote'))
  }

  #requireRinging(): void {
    if (this.state !== 'ringing') throw notNow(this.id, this.state)
  }

  #over(state: 'rejected' | 'unanswered'): void {
    this.#stopRinging()
    if (this.state !== 'ringing') return
    this.state = state
    this.#note(state, this.sipStatus === null ? {} : { sip_status: this.sipStatus })
  }

  #note(state: string, details: Record<string, unknown>): void {
    this.#opening.journal.add({ kind: 'call', direction: 'out', channel: 'phone', call: this.id, state, ...details })
  }

  #now(): number {
    return Math.floor(this.#opening.world.clock.now() / 1000)
  }
}

/** No source tells the code of this one. A call that is over is not found (as for hang-up). */
function notNow(id: string, state: PhoneState): Refusal {
  if (state === 'live') return new Refusal('call_already_accepted', `Call ${id} was accepted already.`, 'call_id')
  if (state === 'ringing') return new Refusal('call_not_accepted', `Call ${id} was not accepted yet.`, 'call_id')
  return new Refusal('call_id_not_found', `No session found for call id: ${id}`, 'call_id', 404)
}
