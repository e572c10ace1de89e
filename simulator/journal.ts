/** What happened, in order: every request, every event on every channel, and the life of every call. */
import { isObject } from './realtime/checks.ts'

export type ChannelKind = 'data_channel' | 'sideband' | 'websocket'

/** Where a call itself comes from. */
type Place = ChannelKind | 'phone'

export interface JournalEntry {
  /** Counts up from 1. */
  n: number
  /** Milliseconds since 1970. */
  t: number
  kind: 'request' | 'event' | 'call'
  direction: 'in' | 'out'
  channel: 'http' | Place
  call?: string
  [detail: string]: unknown
}

type Details = Omit<JournalEntry, 'n' | 't'>

/** So many entries are kept, the oldest are forgotten. */
const CAPACITY = 50_000

export class Journal {
  #now: () => number
  #entries: JournalEntry[] = []
  #count = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** The entry that was written; details that are known later (a status) are added to it. */
  add(details: Details): JournalEntry {
    const entry = { n: ++this.#count, t: this.#now(), ...details } as JournalEntry
    this.#entries.push(entry)
    if (this.#entries.length > CAPACITY * 1.1) this.#entries = this.#entries.slice(-CAPACITY)
    return entry
  }

  /** Entries with a number above `n`, as JSON Lines. */
  after(n: number): string {
    return this.#entries
      .filter((entry) => entry.n > n)
      .map((entry) => `${JSON.stringify(entry)}\n`)
      .join('')
  }
}

const BULKY = ['audio', 'image_url']

/** The event without the bytes of audio and images; their length stays. */
export function withoutBytes(event: unknown): unknown {
  const audioDelta = isObject(event) && event.type === 'response.output_audio.delta'
  return slim(event, audioDelta ? [...BULKY, 'delta'] : BULKY)
}

function slim(value: unknown, bulky: string[]): unknown {
  if (Array.isArray(value)) return value.map((entry) => slim(entry, bulky))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const cut = typeof entry === 'string' && bulky.includes(key)
      return [key, cut ? `[${entry.length} characters]` : slim(entry, bulky)]
    }),
  )
}
