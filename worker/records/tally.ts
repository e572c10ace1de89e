/** What one call, or one conversation in writing, has used and gone through so far. Memory: what a restart forgets, see `GROWING` in statements.ts. */

import type { LastEvent } from '../../protocol/console.ts'
import type { Item } from '../../protocol/item.ts'
import { costsOf, transcriptionCost } from '../ledger/cost.ts'
import type { ModelPrice, TranscriptionPrice } from '../ledger/prices.ts'
import type { CallEvent } from '../provider/provider.ts'
import type { Usage } from '../usage.ts'
import { bucketOf } from './buckets.ts'

/** A visitor who leaves so soon (ms) after a tool was called may have left because of it. */
const LEFT_AFTER_TOOL_MS = 30_000

export interface Rates {
  model: ModelPrice
  transcription: TranscriptionPrice
}

/** Counts by the number of the bucket. */
type Counts = Record<string, number>

export class Tally {
  readonly #rates: Rates
  readonly #counted = new Set<string>()
  /** Calls of tools that have no result yet: since when (ms since 1970), without the time that the visitor was asked in. */
  readonly #tools = new Map<string, number>()
  readonly #asked = new Map<string, number>()
  #lastToolAt: number | null = null
  /** Micro-dollars, not rounded. */
  #micro = { audio: 0, text: 0, image: 0, words: 0 }
  tokensIn = 0
  tokensCached = 0
  tools = 0
  toolErrors = 0
  connectTimes: Counts = {}
  toolTimes: Counts = {}
  last: LastEvent = 'opening'
  lastAt: number

  constructor(rates: Rates, now: number) {
    this.#rates = rates
    this.lastAt = now
  }

  /** Whole micro-dollars, by what they were spent for. */
  get micro() {
    const { audio, text, image, words } = this.#micro
    return {
      audio: Math.round(audio),
      text: Math.round(text),
      image: Math.round(image),
      words: Math.round(words),
      sum: Math.round(audio + text + image + words),
    }
  }

  hear(event: CallEvent): void {
    if (event.type === 'answer_ended' && event.usage && this.#isNew(event.response)) this.#use(event.usage)
    if (event.type === 'transcribed' && event.usage && this.#isNew(event.id)) {
      this.#micro.words += transcriptionCost(event.usage, this.#rates.transcription)
    }
  }

  /** The visitor may speak. @param startedAt ms since 1970 */
  ready(startedAt: number, now: number): void {
    this.#saw('ready', now)
    if (Object.keys(this.connectTimes).length === 0) this.connectTimes = { [bucketOf(now - startedAt)]: 1 }
  }

  /** An item is new or changed. */
  item({ role, kind, status, tool, id }: Item, now: number): void {
    this.#saw(role === 'user' ? 'visitor' : role, now)
    const callId = tool?.callId
    if (callId === undefined) return
    this.#lastToolAt = now
    if (kind === 'tool_call' && status === 'completed' && this.#isNew(id)) {
      this.tools += 1
      this.#tools.set(callId, now)
    }
    const since = this.#tools.get(callId)
    if (kind !== 'tool_result' || since === undefined) return
    this.#tools.delete(callId)
    const bucket = bucketOf(now - since)
    this.toolTimes = { ...this.toolTimes, [bucket]: (this.toolTimes[bucket] ?? 0) + 1 }
  }

  /** The visitor is asked before a tool runs, or has answered. @param callId of the tool */
  asked(callId: string, isAsked: boolean, now: number): void {
    const askedAt = this.#asked.get(callId)
    const since = this.#tools.get(callId)
    if (isAsked && askedAt === undefined) this.#asked.set(callId, now)
    if (isAsked || askedAt === undefined) return
    this.#asked.delete(callId)
    if (since !== undefined) this.#tools.set(callId, since + now - askedAt)
  }

  toolFailed(): void {
    this.toolErrors += 1
  }

  /** The visitor has gone now: did they wait for a tool, or had they just seen one at work? */
  isSoonAfterTool(now: number): boolean {
    return this.#lastToolAt !== null && now - this.#lastToolAt <= LEFT_AFTER_TOOL_MS
  }

  #use(usage: Usage): void {
    const costs = costsOf(usage, this.#rates.model)
    this.#micro.audio += costs.audio
    this.#micro.text += costs.text
    this.#micro.image += costs.image
    this.tokensIn += usage.input.audio + usage.input.text + usage.input.image
    this.tokensCached += usage.cached.audio + usage.cached.text + usage.cached.image
  }

  #saw(what: LastEvent, now: number): void {
    this.last = what
    this.lastAt = now
  }

  /** An event may be told again. */
  #isNew(id: string): boolean {
    if (this.#counted.has(id)) return false
    this.#counted.add(id)
    return true
  }
}
