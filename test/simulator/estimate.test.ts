/** What the broker sets aside for an answer, held against what the simulator then bills. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineAgent } from '../../protocol/agent.ts'
import { type Entry, newEntry } from '../../simulator/realtime/conversation.ts'
import { Inputs } from '../../simulator/realtime/inputs.ts'
import { newConfig } from '../../simulator/realtime/session-config.ts'
import { checkSession } from '../../simulator/realtime/session-fields.ts'
import { assistantAudioTokens, frontBlock, textTokens, usageOf } from '../../simulator/realtime/usage.ts'
import { costOf } from '../../worker/ledger/cost.ts'
import { priceOfNext } from '../../worker/ledger/desk.ts'
import { modelPrice, readPrices } from '../../worker/ledger/prices.ts'
import { openingConfig } from '../../worker/provider/openai/session-config.ts'
import { readUsage } from '../../worker/provider/openai/usage.ts'
import { Account } from '../../worker/session/account.ts'

const prices = readPrices(undefined)
type Turn = { visitor: number; assistant: number }

function entry(role: 'user' | 'assistant', n: number, audioMs: number, transcript: string): Entry {
  const type = role === 'user' ? 'input_audio' : 'output_audio'
  const head = { id: `${role}_${n}`, object: 'realtime.item', status: 'completed' } as const
  return { ...newEntry({ ...head, type: 'message', role, content: [{ type, transcript }] }), audioMs }
}

/** Set aside and billed (micro-dollars) for each answer, nothing of it cached. */
function talk(script: readonly Turn[], more: object = {}) {
  const base = { name: 'Test', instructions: 'Be kind. '.repeat(4000), origins: ['https://example.com'] }
  const agent = defineAgent({ ...base, ...more })
  const config = newConfig(checkSession(openingConfig({ agent, seeded: false }), 'session'))
  const inputs = new Inputs()
  const account = new Account(agent, prices, 'voice')
  const entries: Entry[] = []
  return script.map(({ visitor, assistant }, n) => {
    const { need } = account
    entries.push(entry('user', n, visitor, ''))
    const { blocks } = inputs.next(entries, frontBlock(config.instructions, config.tools ?? []), config)
    const transcript = `${n}`.padEnd(assistant / 70, 'x')
    const written = textTokens(transcript)
    const audio = Math.min(agent.maxOutputTokens - written, assistantAudioTokens(assistant))
    entries.push(entry('assistant', n, audio * 50, transcript))
    const usage = readUsage(usageOf(blocks, 0, { text: written, audio }))
    const about = { outcome: 'completed', cause: undefined, items: [], audioMs: assistant } as const
    account.record({ type: 'answer_ended', response: `${n}`, ...about, usage }, n)
    const tokens = usage.input.text + usage.input.audio
    return { need, billed: costOf(usage, modelPrice(prices, agent.model)), tokens }
  })
}

const TURN = fc.record({
  visitor: fc.integer({ min: 100, max: 60_000 }),
  assistant: fc.integer({ min: 50, max: 40_000 }),
})
const long = Array.from({ length: 120 }, () => ({ visitor: 20_000, assistant: 20_000 }))
/** Short turns before answers of 1024 tokens. */
const dearest = Array.from({ length: 60 }, () => ({ visitor: 1000, assistant: 60_000 }))

describe('with truncation', () => {
  test('what is set aside covers every answer, however it is truncated', () => {
    fc.assert(
      fc.property(
        fc.array(TURN, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 10_000, max: 30_000 }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (script, maxTokens, retentionRatio) => {
          for (const { need, billed } of talk(script, { truncation: { maxTokens, retentionRatio } })) {
            expect(need).toBeGreaterThanOrEqual(billed)
          }
        },
      ),
      { numRuns: 50, examples: [[dearest, 10_000, 1]] },
    )
  })

  test('it stops to grow where the provider begins to drop, within a tenth of what an answer then can cost', () => {
    const answers = talk(long, { truncation: { maxTokens: 12_000, retentionRatio: 1 } })
    const last = answers.slice(-20)
    const dearest = Math.max(...last.map(({ billed }) => billed))
    for (const { tokens } of last) expect(tokens).toBeLessThanOrEqual(12_000 + 9000)
    // All of 1024 tokens spoken, and the writing down of a minute, could still come.
    const unspoken = 1024 * 64 + 6000
    for (const { need } of last) expect(need).toBeLessThan(1.1 * dearest + unspoken)
    expect(new Set(last.map(({ need }) => need)).size).toBe(1)
  })

  test('nothing is set aside for what will be dropped', () => {
    const base = { name: 'Test', instructions: 'Be kind.', origins: ['https://example.com'] }
    const agent = defineAgent({ ...base, truncation: { maxTokens: 12_000 } })
    const context = { text: 0, audio: 50_000, image: 0 }
    // All that may be left is sound, beside up to 300 tokens of instructions; the longest answer; a minute written down.
    const most = (12_000 + 300) * 32 + 1024 * 64 + 6000
    expect(priceOfNext(agent, prices, { context, kind: 'voice' })).toBe(most)
  })

  test('without it goes on growing', () => {
    const needs = talk(long, { truncation: null }).map(({ need }) => need)
    expect(needs.at(-1)).toBeGreaterThan(3 * (needs.at(20) ?? Infinity))
  })

  test('is not counted on where a page may turn it off', () => {
    const most = (tamper: string) =>
      Math.max(...talk(long, { tamper, instructions: 'Be kind.' }).map(({ need }) => need))
    expect(most('allow')).toBeGreaterThan(most('revert'))
  })
})
