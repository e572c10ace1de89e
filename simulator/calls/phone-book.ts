/** All telephone calls of a simulator, and the webhook that each was told by. */
import { type Delivery, deliver, type Signing, signed, type Webhook } from '../webhook.ts'
import type { Opening } from './open.ts'
import { PhoneCall } from './phone-call.ts'
import { callNotFound } from './registry.ts'

export interface SipHeader {
  name: string
  value: string
}

export interface Dialling {
  /** Where the webhook goes; null: nowhere, whoever dials delivers it. */
  url: string | null
  secret: string
  headers: readonly SipHeader[]
  signing: Signing
  ringMs: number
}

interface Entry {
  call: PhoneCall
  dialling: Dialling
  webhook: Webhook
}

/** A webhook, and what came of it where it was sent. */
export interface Told {
  webhook: Webhook
  delivery: Delivery | null
}

/** So many calls are remembered, the oldest are forgotten. */
const CAPACITY = 200

export class PhoneBook {
  readonly #opening: Opening
  readonly #entries = new Map<string, Entry>()

  constructor(opening: Opening) {
    this.#opening = opening
  }

  /** Somebody calls: answers when the webhook was answered. */
  async dial(dialling: Dialling): Promise<{ call: PhoneCall; told: Told }> {
    const { headers, ringMs } = dialling
    const call = new PhoneCall({ opening: this.#opening, headers, ringMs })
    const webhook = this.#webhookFor(call, dialling, dialling.signing)
    this.#entries.set(call.id, { call, dialling, webhook })
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= CAPACITY) break
      this.#entries.delete(id)
    }
    return { call, told: await tell(dialling.url, webhook) }
  }

  /** The same bytes again: a replay. With a signing: a webhook of its own about the same call. */
  async again(id: string, signing: Signing | undefined): Promise<Told> {
    const { call, dialling, webhook } = this.#entry(id)
    return tell(dialling.url, signing ? this.#webhookFor(call, dialling, signing) : webhook)
  }

  /** @throws Refusal 404 */
  find(id: string): PhoneCall {
    return this.#entry(id).call
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id)
    if (!entry) throw callNotFound(id)
    return entry
  }

  #webhookFor(call: PhoneCall, { secret }: Dialling, signing: Signing): Webhook {
    const { clock, newId } = this.#opening.world
    const created_at = Math.floor(clock.now() / 1000)
    const data = { call_id: call.id, sip_headers: call.headers, sip_media_security: 'srtp' }
    const event = { object: 'event', id: newId('evt_'), type: 'realtime.call.incoming', created_at, data }
    return signed(JSON.stringify(event), secret, newId('wh_'), clock.now(), signing)
  }
}

async function tell(url: string | null, webhook: Webhook): Promise<Told> {
  return { webhook, delivery: url === null ? null : await deliver(url, webhook) }
}
