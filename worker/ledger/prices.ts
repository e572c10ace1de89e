/**
 * What models cost, in one place. A price that is missing stops the start: an unknown model is never free.
 * Other models and newer prices: variable `PRICES`, JSON of the same form as the table, entry by entry.
 */
import * as v from 'valibot'
import type { Agents } from '../../protocol/agent.ts'

const usd = v.pipe(v.number(), v.finite(), v.minValue(0))
const tokens = v.pipe(v.number(), v.integer(), v.minValue(1))
const Rates = v.strictObject({ in: usd, cached: usd, out: usd })

/** USD for a million tokens, which is micro-dollars for one. */
const ModelPriceSchema = v.strictObject({
  text: Rates,
  audio: Rates,
  image: v.strictObject({ in: usd, cached: usd }),
  /** The most that can be billed as the input of one answer (tokens): what is longer is cut off by the provider. */
  contextTokens: tokens,
})
export type ModelPrice = v.InferOutput<typeof ModelPriceSchema>

/** USD for a minute of what visitors say. */
const TranscriptionPriceSchema = v.strictObject({ minute: usd })
export type TranscriptionPrice = v.InferOutput<typeof TranscriptionPriceSchema>

const PricesSchema = v.strictObject({
  models: v.optional(v.record(v.string(), ModelPriceSchema), {}),
  transcription: v.optional(v.record(v.string(), TranscriptionPriceSchema), {}),
})
export type Prices = v.InferOutput<typeof PricesSchema>

/** As of 2026-11-20. Source: OpenAI's model pages as read for realtime-api.md 1.1 and 1.2. */
const LARGE = { audio: { in: 32, cached: 0.4, out: 64 }, image: { in: 5, cached: 0.5 } }
const MINI: ModelPrice = {
  text: { in: 0.6, cached: 0.06, out: 2.4 },
  audio: { in: 10, cached: 0.3, out: 20 },
  image: { in: 0.8, cached: 0.08 },
  contextTokens: 128_000,
}
const TABLE: Prices = {
  models: {
    'gpt-realtime-2.1': { ...LARGE, text: { in: 4, cached: 0.4, out: 24 }, contextTokens: 128_000 },
    'gpt-realtime-2.1-mini': MINI,
    'gpt-realtime-2': { ...LARGE, text: { in: 4, cached: 0.4, out: 24 }, contextTokens: 128_000 },
    'gpt-realtime-1.5': { ...LARGE, text: { in: 4, cached: 0.4, out: 16 }, contextTokens: 32_000 },
    // These two shut down on 2027-01-20; some of their prices are from memory (realtime-api.md 1.1).
    'gpt-realtime': { ...LARGE, text: { in: 4, cached: 0.4, out: 16 }, contextTokens: 32_000 },
    'gpt-realtime-mini': { ...MINI, contextTokens: 32_000 },
  },
  transcription: {
    'gpt-transcribe': { minute: 0.006 },
    'gpt-realtime-whisper': { minute: 0.017 },
    'gpt-live-transcribe': { minute: 0.017 },
    // These shut down on 2027-02-26; prices from memory (realtime-api.md 1.2).
    'gpt-4o-mini-transcribe': { minute: 0.003 },
    'gpt-4o-transcribe': { minute: 0.006 },
    'whisper-1': { minute: 0.006 },
  },
}

/**
 * The table with what `override` (the variable PRICES) puts in its place.
 * @throws Error that names what is wrong with the variable
 */
export function readPrices(override: string | undefined): Prices {
  if (!override) return TABLE
  let json: unknown
  try {
    json = JSON.parse(override)
  } catch (error) {
    throw new Error('The variable PRICES is not JSON.', { cause: error })
  }
  const result = v.safeParse(PricesSchema, json)
  if (!result.success) {
    const problems = result.issues.map((issue) => `  ${v.getDotPath(issue) ?? '(all)'}: ${issue.message}`)
    throw new Error(`The variable PRICES is not valid:\n${problems.join('\n')}`)
  }
  return {
    models: { ...TABLE.models, ...result.output.models },
    transcription: { ...TABLE.transcription, ...result.output.transcription },
  }
}

/** @throws Error for a model without a price */
export function modelPrice(prices: Prices, model: string): ModelPrice {
  return known(prices.models, model, 'model')
}

/** @throws Error for a model without a price */
export function transcriptionPrice(prices: Prices, model: string): TranscriptionPrice {
  return known(prices.transcription, model, 'transcription')
}

/** Of a model's context, the rest is for instructions and the answer. Providers refuse a call that asks for more. */
const MOST_OF_CONTEXT = 0.75

/**
 * Checked at start-up.
 * @throws Error that names an agent whose models have no price, or too small a context for its `truncation`
 */
export function requirePrices(agents: Agents, prices: Prices): void {
  for (const [id, agent] of Object.entries(agents)) {
    try {
      const { contextTokens } = modelPrice(prices, agent.model)
      transcriptionPrice(prices, agent.transcription)
      const most = contextTokens * MOST_OF_CONTEXT
      if (agent.truncation && agent.truncation.maxTokens > most) {
        throw new Error(`truncation.maxTokens: at most ${most} with "${agent.model}".`)
      }
    } catch (error) {
      throw new Error(`The agent "${id}" cannot be used. ${(error as Error).message}`, { cause: error })
    }
  }
}

function known<P>(table: Record<string, P>, model: string, field: string): P {
  const price = Object.hasOwn(table, model) ? table[model] : undefined
  if (price) return price
  const names = Object.keys(table).join(', ')
  throw new Error(`${field}: no price is known for "${model}". Known: ${names}. Add it to the variable PRICES.`)
}
