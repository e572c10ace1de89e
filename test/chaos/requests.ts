/** What a widget asks over HTTP, again and again with the same idempotency key until it is answered. */
import { newId } from '../../protocol/ids.ts'
import { CHAOS_ORIGIN } from './constants.ts'
import { pause } from './pause.ts'

/** A request without an answer is given up and repeated after this long (ms). The broker's own waits are shortened, see bundle.ts. */
const REQUEST_MS = 6_000
export const REPEAT_AFTER_MS = 60
const TRIES = 200
/** One request and what came of it. `status` 0: no answer. */
export interface Exchange {
  key: string | null
  path: string
  status: number
  body: Record<string, unknown> | null
  /** As it came, to look for secrets. */
  raw: string
}

export interface RequestsOptions {
  /** Of the broker. */
  url: string
  exchanges: Exchange[]
  token: () => string
  /** Each request twice at the same time. */
  doubling: () => boolean
  note: (what: string) => void
}

export class Requests {
  readonly #options: RequestsOptions

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  /** Repeats a request until it is answered with something other than "try again". */
  async insist(
    path: string,
    body: object | null,
    accepted: string[] = [],
    atMost = TRIES,
  ): Promise<Record<string, unknown>> {
    const { doubling } = this.#options
    const key = body && newId('key_')
    let last: Exchange | undefined
    for (let tries = 0; tries < atMost; tries++) {
      const asked = this.#ask(path, body, key)
      const [exchange] = await Promise.all(doubling() && key ? [asked, this.#ask(path, body, key)] : [asked])
      last = exchange
      if (exchange.status >= 200 && exchange.status < 300) return exchange.body ?? {}
      if (accepted.includes(String(exchange.body?.code))) return exchange.body ?? {}
      await pause(REPEAT_AFTER_MS)
    }
    throw new Error(`${path} was never answered, last with ${last?.status} ${last?.raw}`)
  }

  async #ask(path: string, body: object | null, key: string | null): Promise<Exchange> {
    const exchange: Exchange = { key, path, status: 0, body: null, raw: '' }
    const { url, exchanges, token, note } = this.#options
    exchanges.push(exchange)
    note(`asks ${path} ${key ?? ''}`)
    try {
      const response = await fetch(url + path, {
        method: body ? 'POST' : 'GET',
        headers: {
          Origin: CHAOS_ORIGIN,
          ...(token() ? { Authorization: `Bearer ${token()}` } : {}),
          ...(key ? { 'Idempotency-Key': key } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(REQUEST_MS),
      })
      exchange.raw = await response.text()
      exchange.status = response.status
      if (exchange.raw.startsWith('{')) exchange.body = JSON.parse(exchange.raw)
    } catch {
      // No answer, as when the broker is dead: status 0 says so, and it is asked again.
    }
    const { sdp, ...rest } = exchange.body ?? {}
    note(`${path} ${key ?? ''} is answered: ${exchange.status} ${JSON.stringify(rest)}`)
    return exchange
  }
}
