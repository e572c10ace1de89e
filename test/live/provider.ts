/** The provider without Parley between: a socket of its own for each question, and an eye on the money. */
import { WebSocket } from 'ws'
import { modelPrice, readPrices } from '../../worker/ledger/prices.ts'

export const MODEL = 'gpt-realtime-2.1-mini'
const TIMEOUT_MS = 20_000

/** An event as it came; what is asked of it is looked up where it is used. */
export interface WireEvent {
  type: string
  [more: string]: unknown
}

/** Counts what answers cost, and stops before it becomes too much. */
export class Purse {
  readonly #limit: number
  #spent = 0

  /** @param limit USD */
  constructor(limit: number) {
    this.#limit = limit
  }

  get spent(): number {
    return this.#spent
  }

  /** @throws Error when nothing more may be spent */
  open(): void {
    if (this.#spent >= this.#limit) throw new Error(`the limit of ${this.#limit} USD for questions is reached`)
  }

  /** A `response.done`: everything uncached, which is the most that it can have cost. */
  pay(done: WireEvent): void {
    const { text, audio, image } = modelPrice(readPrices(undefined), MODEL)
    const usage = field(field(done, 'response'), 'usage')
    const [input, output] = [field(usage, 'input_token_details'), field(usage, 'output_token_details')]
    const tokens = (of: unknown, kind: string) => Number(field(of, `${kind}_tokens`) ?? 0)
    const microUsd =
      tokens(input, 'text') * text.in +
      tokens(input, 'audio') * audio.in +
      tokens(input, 'image') * image.in +
      tokens(output, 'text') * text.out +
      tokens(output, 'audio') * audio.out
    this.#spent += microUsd / 1_000_000
  }
}

export function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[name] : undefined
}

export interface Line {
  readonly events: readonly WireEvent[]
  /** Why it was closed; null while it is open. */
  readonly closed: string | null
  send(event: object): void
  /** The next event that fits, or one that is there already after `from`. */
  until(fits: (event: WireEvent) => boolean, from?: number, timeoutMs?: number): Promise<WireEvent | null>
  close(): void
}

/** A call is not known to the provider's sockets at once: a sideband is tried for again (realtime-api.md 6). ms */
const SIDEBAND_PAUSES_MS = [200, 500, 1_000, 2_000, 3_000]

/** @throws Error with the status when it is refused for good */
export async function openSideband(base: string, call: string, key: string, purse: Purse): Promise<Line> {
  for (const pause of SIDEBAND_PAUSES_MS) {
    try {
      return await openLine(socketUrl(base, { call_id: call }), key, purse)
    } catch {
      await new Promise((next) => setTimeout(next, pause))
    }
  }
  return openLine(socketUrl(base, { call_id: call }), key, purse)
}

/** @param url `wss:` or `ws:` @throws Error with the status when it is refused */
export async function openLine(url: string, key: string, purse: Purse): Promise<Line> {
  const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${key}` } })
  const events: WireEvent[] = []
  let closed: string | null = null
  socket.on('message', (data) => {
    const event = JSON.parse(String(data)) as WireEvent
    events.push(event)
    if (event.type === 'response.done') purse.pay(event)
  })
  socket.on('close', (code) => {
    closed = String(code)
  })
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve())
    socket.on('error', reject)
    socket.on('unexpected-response', (_, response) => reject(new Error(`status ${response.statusCode}`)))
  })
  return {
    events,
    get closed() {
      return closed
    },
    send: (event) => socket.send(JSON.stringify(event)),
    async until(fits, from = 0, timeoutMs = TIMEOUT_MS) {
      for (let waited = 0; waited < timeoutMs; waited += 50) {
        const found = events.slice(from).find(fits)
        if (found) return found
        if (closed !== null) return null
        await new Promise((next) => setTimeout(next, 50))
      }
      return null
    },
    close: () => socket.close(),
  }
}

export const isType =
  (...types: string[]) =>
  (event: WireEvent) =>
    types.includes(event.type)

export function socketUrl(base: string, query: Record<string, string>): string {
  return `${base.replace(/^http/, 'ws')}/realtime?${new URLSearchParams(query)}`
}
