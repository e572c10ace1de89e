import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { AgentSchema, defineAgent } from '../../protocol/agent.ts'
import { IMAGE_TOKENS } from '../../worker/ledger/cost.ts'
import { readPrices } from '../../worker/ledger/prices.ts'
import type { CallEvent } from '../../worker/provider/provider.ts'
import { Account } from '../../worker/session/account.ts'

const agent = defineAgent({ name: 'Test', instructions: 'Be kind.', origins: ['https://example.com'] })
const none = { text: 0, audio: 0, image: 0 }
const account = (kind: 'voice' | 'text' = 'voice') => new Account(agent, readPrices(''), kind)
const began = (response: string): CallEvent => ({ type: 'answer_began', response, nonce: undefined })
const ended = (response: string, audio: number | null): CallEvent => ({
  type: 'answer_ended',
  response,
  outcome: 'completed',
  cause: undefined,
  items: [],
  audioMs: undefined,
  usage:
    audio === null
      ? null
      : { input: { ...none, audio: 100 }, cached: none, output: { text: 0, audio }, complete: true },
})
const answerCost = 100 * 32 + 20 * 64

describe('Account', () => {
  it('counts an answer once, however often it is told', () => {
    const one = account()
    for (let n = 0; n < 3; n++) {
      one.record(began('r1'), 0)
      one.record(ended('r1', 20), 1000)
    }
    one.settleAll(60_000)
    expect(one).toMatchObject({ spent: answerCost, uncertain: 0 })
  })

  it('counts the writing down of a turn once, and nothing where it failed', () => {
    const one = account()
    const words: CallEvent = { type: 'transcribed', id: 'u1', text: 'Hi', usage: { seconds: 10 } }
    one.record(words, 0)
    one.record(words, 0)
    one.record({ type: 'transcribed', id: 'u2', text: null }, 0)
    expect(one.spent).toBe(1000)
  })

  it('needs more for the next answer the longer the conversation is', () => {
    const one = account()
    const first = one.need
    one.record(ended('r1', 500), 0)
    expect(one.need).toBeGreaterThan(first)
    const second = one.need
    const item = { id: 'txt_1', role: 'user', kind: 'message', via: 'text', text: 'a'.repeat(3000) } as const
    one.record({ type: 'placed', item, after: null }, 0)
    one.record({ type: 'placed', item, after: null }, 0)
    expect(one.need - second).toBe(1004 * 4)
  })

  it('needs more for the next answer when a picture is shown, once', () => {
    const one = account()
    const before = one.need
    const item = { id: 'img_1', role: 'user', kind: 'message', via: 'text', text: undefined, images: 1 } as const
    one.record({ type: 'placed', item, after: null }, 0)
    one.record({ type: 'placed', item, after: null }, 0)
    expect(one.need - before).toBe(IMAGE_TOKENS * 5)
  })

  it('has room for a picture from the start where those are taken', () => {
    const shows = new Account({ ...agent, images: v.parse(AgentSchema.entries.images, {}) }, readPrices(''), 'voice')
    expect(shows.need - account().need).toBe(IMAGE_TOKENS * 5)
  })

  it('estimates an answer whose end was lost when the next one begins, by its time', () => {
    const one = account()
    one.record(began('r1'), 0)
    one.record(began('r2'), 4000)
    expect(one.uncertain).toBe(1)
    expect(one.spent).toBeGreaterThanOrEqual(80 * 64) // 4 s of speech
    const estimated = one.spent
    one.record(ended('r1', 500), 5000) // late: it is counted already
    expect(one.spent).toBe(estimated)
  })

  it('estimates an answer without usage, never above the longest', () => {
    const one = account()
    one.record(began('r1'), 0)
    one.record(ended('r1', null), 3_600_000)
    expect(one.spent).toBeGreaterThanOrEqual(1024 * 64)
    expect(one.spent).toBeLessThan(account().need)
  })

  it('counts the speech of a visitor whose answer nobody tells of', () => {
    const one = account()
    one.record({ type: 'speech', on: true }, 0)
    one.record({ type: 'speech', on: false }, 30_000)
    one.settleOverdue(40_000)
    expect(one.spent).toBe(0) // the answer may still come
    one.settleOverdue(100_000)
    expect(one.spent).toBeGreaterThanOrEqual(300 * 32)
    const once = one.spent
    one.settleOverdue(200_000)
    expect(one.spent).toBe(once)
  })

  it('does not estimate speech that was answered', () => {
    const one = account()
    one.record({ type: 'speech', on: true }, 0)
    one.record({ type: 'speech', on: false }, 3000)
    one.record(began('r1'), 3500)
    one.record(ended('r1', 20), 5000)
    one.settleAll(500_000)
    expect(one).toMatchObject({ spent: answerCost, uncertain: 0 })
  })

  it('takes an answer in writing of unknown length for the longest', () => {
    const one = account('text')
    one.record(began('r1'), 0)
    one.settleAll(10)
    expect(one.spent).toBeGreaterThanOrEqual(1024 * 24)
  })
})
