import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineAgent } from '../../protocol/agent.ts'
import { costOf, IMAGE_TOKENS, textTokens, transcriptionCost, worstCase } from '../../worker/ledger/cost.ts'
import { modelPrice, readPrices, requirePrices, transcriptionPrice } from '../../worker/ledger/prices.ts'
import type { Usage } from '../../worker/usage.ts'

const prices = readPrices('')
const large = modelPrice(prices, 'gpt-realtime-2.1')
const writing = transcriptionPrice(prices, 'gpt-transcribe')
const none = { text: 0, audio: 0, image: 0 }
const usage = (more: Partial<Usage>): Usage => ({
  input: none,
  cached: none,
  output: { text: 0, audio: 0 },
  complete: true,
  ...more,
})

describe('costOf', () => {
  it('adds up modality by modality, cached tokens as a part of the whole', () => {
    const cost = costOf(
      usage({
        input: { text: 1000, audio: 600, image: 765 },
        cached: { text: 400, audio: 500, image: 65 },
        output: { text: 50, audio: 1200 },
      }),
      large,
    )
    // 600×4 + 400×0.4 + 100×32 + 500×0.4 + 700×5 + 65×0.5 + 50×24 + 1200×64, rounded up
    expect(cost).toBe(87_493)
  })

  it('is a whole number of micro-dollars, and a hair of a float costs nothing', () => {
    expect(costOf(usage({ input: { ...none, text: 3 }, cached: { ...none, text: 3 } }), large)).toBe(2)
    expect(costOf(usage({ input: { ...none, text: 10 }, cached: { ...none, text: 10 } }), large)).toBe(4)
  })

  it('does not pay out when a provider tells more cached tokens than there were', () => {
    expect(costOf(usage({ input: { ...none, audio: 10 }, cached: { ...none, audio: 1000 } }), large)).toBe(4)
  })
})

describe('transcriptionCost', () => {
  it('goes by the minute; without a length it is the longest turn', () => {
    expect(transcriptionCost({ seconds: 30 }, writing)).toBe(3000)
    expect(transcriptionCost({ seconds: null }, writing)).toBe(6000)
  })
})

describe('worstCase', () => {
  const tokens = fc.integer({ min: 0, max: 50_000 })

  it('covers every answer to a turn of up to 60 s', () => {
    fc.assert(
      fc.property(
        fc.record({ text: tokens, audio: tokens, image: tokens }),
        fc.integer({ min: 0, max: 600 }),
        fc.integer({ min: 1, max: 4096 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (context, speech, maxOutputTokens, spoken) => {
          const audio = Math.floor(maxOutputTokens * spoken)
          const input = { ...context, audio: context.audio + speech }
          fc.pre(input.text + input.audio + input.image <= large.contextTokens)
          const real = costOf(usage({ input, output: { audio, text: maxOutputTokens - audio } }), large)
          const words = transcriptionCost({ seconds: speech / 10 }, writing)
          expect(worstCase({ context, kind: 'voice', maxOutputTokens }, large, writing)).toBeGreaterThanOrEqual(
            real + words,
          )
        },
      ),
    )
  })

  it('does not grow any more when the provider would cut the context', () => {
    const at = (audio: number) =>
      worstCase({ context: { ...none, audio }, kind: 'voice', maxOutputTokens: 1 }, large, writing)
    expect(at(128_000)).toBe(at(500_000))
  })

  it('takes as much text for granted as fits, where others may put some in, and never more than fits', () => {
    const at = (hasForeignText: boolean, text = 0) =>
      worstCase({ context: { ...none, text }, kind: 'text', hasForeignText, maxOutputTokens: 1 }, large, writing)
    expect(at(true)).toBe(at(false, large.contextTokens))
    expect(at(true)).toBe(at(true, 1_000_000))
    expect(at(true)).toBeGreaterThan(at(false))
  })

  it('has room for a picture where those are taken', () => {
    const at = (hasImages: boolean) =>
      worstCase({ context: none, kind: 'voice', hasImages, maxOutputTokens: 1 }, large, writing)
    expect(at(true) - at(false)).toBe(IMAGE_TOKENS * large.image.in)
  })

  it('is cheaper for an answer in writing', () => {
    const at = (kind: 'voice' | 'text') => worstCase({ context: none, kind, maxOutputTokens: 1024 }, large, writing)
    expect(at('text')).toBeLessThan(at('voice'))
  })
})

describe('textTokens', () => {
  it('counts at least one token for three bytes', () => {
    expect(textTokens('')).toBe(0)
    expect(textTokens('abcdef')).toBe(6)
    expect(textTokens('話す')).toBe(6)
  })
})

describe('prices', () => {
  const agent = (more: object) =>
    defineAgent({ name: 'Test', instructions: 'Be kind.', origins: ['https://example.com'], ...more })

  it('refuse an agent with a model that nobody knows the price of', () => {
    expect(() => requirePrices({ a: agent({}) }, prices)).not.toThrow()
    expect(() => requirePrices({ shop: agent({ model: 'gpt-next' }) }, prices)).toThrow(
      /"shop".*model: no price is known for "gpt-next".*PRICES/,
    )
    expect(() => requirePrices({ shop: agent({ transcription: 'toString' }) }, prices)).toThrow(
      /transcription: no price/,
    )
  })

  it('refuse a truncation that the provider would refuse with each call', () => {
    const old = { model: 'gpt-realtime-1.5', truncation: { maxTokens: 24_000 } }
    expect(() =>
      requirePrices({ a: agent(old), b: agent({ truncation: { maxTokens: 96_000 } }) }, prices),
    ).not.toThrow()
    expect(() => requirePrices({ shop: agent({ ...old, truncation: { maxTokens: 24_001 } }) }, prices)).toThrow(
      /"shop".*truncation\.maxTokens: at most 24000 with "gpt-realtime-1\.5"/,
    )
  })

  it('can be corrected and added to', () => {
    const override = { models: { 'gpt-next': { ...large, contextTokens: 5 } }, transcription: {} }
    const more = readPrices(JSON.stringify(override))
    expect(modelPrice(more, 'gpt-next').contextTokens).toBe(5)
    expect(modelPrice(more, 'gpt-realtime-2.1')).toEqual(large)
  })

  it.each([
    ['{', /not JSON/],
    ['{"models":{"m":{"text":{"in":-1,"cached":0,"out":0}}}}', /models\.m\.text\.in/],
    ['{"model":{}}', /model/],
  ])('name what is wrong with the variable: %s', (text, message) => {
    expect(() => readPrices(text)).toThrow(message)
  })
})
