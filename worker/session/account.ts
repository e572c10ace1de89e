/**
 * What one call or text line has cost so far, and what its next answer may cost. Each answer and each turn counts once, by
 * its id: by the provider's usage where that comes. Where it does not, an answer is estimated from the time, on the dear
 * side, and usage that comes after that changes nothing. What is not counted: the writing down of a turn of which the
 * provider tells nothing. All of it is memory: after a restart the ledger tells (meter.ts).
 */
import type { Agent } from '../../protocol/agent.ts'
import {
  costOf,
  IMAGE_TOKENS,
  INPUT_AUDIO_TOKENS_PER_SECOND,
  OUTPUT_AUDIO_TOKENS_PER_SECOND,
  textTokens,
  transcriptionCost,
} from '../ledger/cost.ts'
import { firstContext, priceOfNext } from '../ledger/desk.ts'
import type { MicroUsd } from '../ledger/money.ts'
import { modelPrice, type Prices, transcriptionPrice } from '../ledger/prices.ts'
import type { CallEvent } from '../provider/provider.ts'
import type { Tokens, Usage } from '../usage.ts'

/** After its longest possible playing time plus this (ms), the usage of an answer will not come any more. */
const OVERDUE_AFTER_MS = 10_000
/** Stands for the answer that should follow what the visitor has said. */
const EXPECTED = 'expected'

export class Account {
  readonly #agent: Agent
  readonly #prices: Prices
  readonly #kind: 'voice' | 'text'
  #context: Tokens
  /** Answers whose usage is still to come, and since when (ms since 1970). */
  readonly #open = new Map<string, number>()
  readonly #counted = new Set<string>()
  #hearingSince: number | null = null
  /** Speech of the visitor that no usage has covered yet (ms). */
  #speechMs = 0
  /** Everything that was settled or estimated. */
  spent: MicroUsd = 0
  /** Answers that had to be estimated, or whose usage had gaps. */
  uncertain = 0

  constructor(agent: Agent, prices: Prices, kind: 'voice' | 'text') {
    this.#agent = agent
    this.#prices = prices
    this.#kind = kind
    this.#context = firstContext(agent, false)
  }

  /** The most that the next answer can cost. */
  get need(): MicroUsd {
    return priceOfNext(this.#agent, this.#prices, { context: this.#context, kind: this.#kind })
  }

  record(event: CallEvent, now: number): void {
    switch (event.type) {
      case 'placed':
        if ((event.item.text || event.item.images) && this.#isNew(`item ${event.item.id}`)) {
          const image = (event.item.images ?? 0) * IMAGE_TOKENS
          this.#context = plus(this.#context, { text: textTokens(event.item.text ?? ''), audio: 0, image })
        }
        return
      case 'speech':
        return event.on ? this.#hears(now) : this.#heard(now)
      case 'transcribed':
        if (event.usage && this.#isNew(`words ${event.id}`)) {
          this.spent += transcriptionCost(event.usage, transcriptionPrice(this.#prices, this.#agent.transcription))
        }
        return
      case 'answer_began':
        return this.#began(event.response, now)
      case 'answer_ended':
        return this.#ended(event, now)
      default:
        return
    }
  }

  /** Estimates what has not come in time. */
  settleOverdue(now: number): void {
    const longest = (this.#agent.maxOutputTokens / OUTPUT_AUDIO_TOKENS_PER_SECOND) * 1000 + OVERDUE_AFTER_MS
    for (const [response, since] of this.#open) {
      if (now - since >= longest) this.#estimate(response, now - since)
    }
  }

  /** It is over: estimates whatever has not come. */
  settleAll(now: number): void {
    for (const [response, since] of this.#open) this.#estimate(response, now - since)
  }

  #began(response: string, now: number): void {
    if (this.#counted.has(`answer ${response}`) || this.#open.has(response)) return
    this.#open.delete(EXPECTED)
    // One answer at a time: the end of an earlier one was lost.
    this.settleAll(now)
    this.#open.set(response, now)
  }

  #ended(event: Extract<CallEvent, { type: 'answer_ended' }>, now: number): void {
    if (this.#counted.has(`answer ${event.response}`)) return
    const since = this.#open.get(event.response) ?? now
    if (!event.usage) return this.#estimate(event.response, event.audioMs ?? now - since)
    this.#settle(event.response, event.usage)
    const { input, output } = event.usage
    this.#context = plus(input, { ...output, image: 0 })
  }

  #estimate(response: string, ms: number): void {
    const { maxOutputTokens } = this.#agent
    const tokens = Math.min(maxOutputTokens, Math.ceil((ms / 1000) * OUTPUT_AUDIO_TOKENS_PER_SECOND))
    // Written answers come faster than they can be said: the time tells nothing about their length.
    const output = this.#kind === 'voice' ? { text: 0, audio: tokens } : { text: maxOutputTokens, audio: 0 }
    const speech = Math.ceil((this.#speechMs / 1000) * INPUT_AUDIO_TOKENS_PER_SECOND)
    const input = plus(this.#context, { text: 0, audio: speech, image: 0 })
    this.#settle(response, { input, cached: { text: 0, audio: 0, image: 0 }, output, complete: false })
    this.#context = plus(input, { ...output, image: 0 })
  }

  #settle(response: string, usage: Usage): void {
    this.#open.delete(response)
    this.#open.delete(EXPECTED)
    this.#speechMs = 0
    if (response !== EXPECTED) this.#counted.add(`answer ${response}`)
    if (!usage.complete) this.uncertain += 1
    this.spent += costOf(usage, modelPrice(this.#prices, this.#agent.model))
  }

  #hears(now: number): void {
    this.#hearingSince ??= now
  }

  #heard(now: number): void {
    if (this.#hearingSince === null) return
    this.#speechMs += now - this.#hearingSince
    this.#hearingSince = null
    this.#open.set(EXPECTED, now)
  }

  #isNew(key: string): boolean {
    if (this.#counted.has(key)) return false
    this.#counted.add(key)
    return true
  }
}

function plus(a: Tokens, b: Tokens): Tokens {
  return { text: a.text + b.text, audio: a.audio + b.audio, image: a.image + b.image }
}
