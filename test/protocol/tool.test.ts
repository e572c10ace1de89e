import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { defineAgent } from '../../protocol/agent.ts'
import { endCall, remember } from '../../protocol/built-in-tools.ts'
import { pageTool } from '../../protocol/page-tool.ts'
import { codeOf, type ToolInput, tool } from '../../protocol/tool.ts'

type Any = ToolInput<v.GenericSchema<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>
const make = (more: Partial<Any> = {}) =>
  tool({ name: 'look_up', description: 'Looks up.', parameters: v.object({}), execute: () => null, ...more })
const agentWith = (tools: ReturnType<typeof tool>[]) =>
  defineAgent({ name: 'A', instructions: 'B', origins: ['*'], tools })

describe('tool', () => {
  it('fills in its limits and describes its arguments to a model', () => {
    const parameters = v.object({
      city: v.pipe(v.string(), v.trim(), v.minLength(1), v.description('Where')),
      days: v.optional(v.pipe(v.number(), v.integer(), v.maxValue(7)), 1),
    })
    const { parameters: schema, ...rest } = JSON.parse(JSON.stringify(make({ parameters })))
    expect(rest).toEqual({
      name: 'look_up',
      description: 'Looks up.',
      timeoutMs: 5000,
      holdAfterMs: 1500,
      cacheMs: 0,
      idempotent: false,
    })
    expect(JSON.parse(schema)).toEqual({
      type: 'object',
      properties: {
        city: { type: 'string', minLength: 1, description: 'Where' },
        days: { type: 'integer', maximum: 7, default: 1 },
      },
      required: ['city'],
    })
  })

  it('checks arguments and hands on what the schema makes of them', () => {
    const parameters = v.object({ city: v.pipe(v.string(), v.trim()), days: v.optional(v.number(), 1) })
    const code = codeOf(make({ parameters }))
    expect(code?.check({ city: ' Rome ', more: true })).toEqual({ ok: true, value: { city: 'Rome', days: 1 } })
    expect(code?.check({ city: 4 })).toMatchObject({ ok: false, problems: expect.stringContaining('city: ') })
    expect(code?.check(null)).toMatchObject({ ok: false, problems: expect.stringContaining('arguments: ') })
  })

  it.each<[string, Partial<Any>, RegExp]>([
    ['a name with a blank', { name: 'look up' }, /name: /],
    ['an empty name', { name: '' }, /name: /],
    ['a name of 65 letters', { name: 'a'.repeat(65) }, /name: /],
    ['no description', { description: '' }, /description: /],
    ['no time at all', { timeoutMs: 0 }, /timeoutMs: /],
    ['a minute and more', { timeoutMs: 60_001 }, /timeoutMs: /],
    ['half a millisecond', { holdAfterMs: 1500.5 }, /holdAfterMs: /],
    ['a name of the broker', { name: 'end_call' }, /name: this is a tool of the broker/],
    ['an empty label', { label: ' ' }, /label: /],
    ['no time to agree', { confirmMs: 4_999 }, /confirmMs: /],
    ['too long a time to agree', { confirmMs: 300_001 }, /confirmMs: /],
    ['a cache for ever', { cacheMs: Number.POSITIVE_INFINITY }, /cacheMs: /],
  ])('refuses %s at start-up', (_, more, message) => {
    expect(() => make(more)).toThrow(message)
  })

  it('refuses arguments that a model cannot be told of, or that are no object', () => {
    const day = v.object({ day: v.date() }) as unknown as Any['parameters']
    expect(() => make({ parameters: day })).toThrow('The parameters of the tool "look_up" cannot be described')
    const list = v.array(v.string()) as unknown as Any['parameters']
    expect(() => make({ parameters: list })).toThrow('must be one object')
  })

  it('keeps its code away from JSON and from structured clones, but not from the deployment', () => {
    const made = make()
    expect(codeOf(made)).not.toBeNull()
    expect(codeOf({ ...made })).not.toBeNull()
    expect(codeOf(structuredClone(made))).toBeNull()
    expect(codeOf(JSON.parse(JSON.stringify(made)))).toBeNull()
    expect(structuredClone(made)).toEqual(JSON.parse(JSON.stringify(made)))
  })
})

describe('what the visitor is asked', () => {
  const parameters = v.object({ nights: v.number(), guests: v.array(v.string()) })
  const args = { nights: 2, guests: ['Ada', 'Bob'] }
  const consentOf = (confirm: Any['confirm'], more: Partial<Any> = {}) =>
    codeOf(make({ parameters, ...(confirm === undefined ? {} : { confirm }), ...more }))?.consent

  it('is nothing where the agent does not say so', () => {
    expect(consentOf(undefined)).toBeNull()
  })

  it.each<[string, Any['confirm'], string]>([
    ['true', true, 'nights: 2, guests: ["Ada","Bob"]'],
    ['a text', ' Book? ', 'Book?'],
    ['a function', ({ nights }) => `Book ${nights} nights?`, 'Book 2 nights?'],
    ['a function that has nothing to say', () => ' ', 'nights: 2, guests: ["Ada","Bob"]'],
    ['far too long a text', 'x'.repeat(600), 'x'.repeat(500)],
  ])('comes of %s', (_, confirm, text) => {
    expect(consentOf(confirm)?.ask(args)).toBe(text)
  })

  it('stands under the label, or the name in words, and waits a minute', () => {
    expect(consentOf(true)).toMatchObject({ label: 'look up', waitMs: 60_000 })
    expect(consentOf(true, { label: 'Booking', confirmMs: 5_000 })).toMatchObject({ label: 'Booking', waitMs: 5_000 })
  })
})

describe('tools of the page and of the broker', () => {
  it('are data like every other', () => {
    const page = pageTool({ name: 'show', description: 'Shows.', parameters: v.object({}), result: v.boolean() })
    expect(structuredClone(page)).toMatchObject({ name: 'show', timeoutMs: 20_000, idempotent: false })
    const code = codeOf(page)
    if (!code || !('page' in code)) throw new Error('no page')
    expect([code.page.check(true), code.page.check('yes')]).toMatchObject([{ ok: true, value: true }, { ok: false }])
    expect(agentWith([page, endCall(), remember({ description: 'Mine' })]).tools).toMatchObject([
      { name: 'show' },
      { name: 'end_call', description: expect.stringContaining('goodbye') },
      { name: 'remember', description: 'Mine', idempotent: true },
    ])
  })
})

describe('the tools of an agent', () => {
  it('are none by default, and stay the same when an agent is made of another', () => {
    const one = make()
    expect(agentWith([]).tools).toEqual([])
    const agent = agentWith([one])
    expect(defineAgent({ ...agent, name: 'C' }).tools[0]).toBe(one)
  })

  it('have each a name of their own, and were made by tool', () => {
    expect(() => agentWith([make(), make()])).toThrow(/tools: each name once/)
    expect(() => agentWith([JSON.parse(JSON.stringify(make()))])).toThrow(/tools\.0: made with tool/)
    expect(() => agentWith(Array.from({ length: 33 }, (_, n) => make({ name: `t${n}` })))).toThrow(/tools: /)
  })
})
