/** Tools in conversations by voice, by relay and in writing, against the real simulator. */
import * as v from 'valibot'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { tool } from '../../../protocol/tool.ts'
import {
  asked,
  calls,
  converse,
  deploy,
  discardAll,
  eventOf,
  gate,
  outputs,
  refusals,
  results,
  type Way,
} from './lab.ts'

afterEach(discardAll)

const add = tool({
  name: 'add',
  description: 'Adds two numbers.',
  parameters: v.object({ a: v.number(), b: v.pipe(v.number(), v.maxValue(1000)) }),
  execute: ({ a, b }) => ({ sum: a + b }),
})
const nothing = v.object({})
const named = (name: string, execute: Parameters<typeof tool>[0]['execute'], more: object = {}) =>
  tool({ name, description: `Does ${name}.`, parameters: nothing, execute, ...more })

describe.each(['voice', 'relay', 'text'] satisfies Way[])('a tool, in a conversation by %s', (way) => {
  it('is run with checked arguments, and the assistant speaks to its result', async () => {
    const { say, told, stored, journal } = await converse([add], way)
    say('call the tool add with {"a": 19, "b": 23}')
    expect(await told('add')).toBe('The tool add said: {"status":"success","result":{"sum":42}}')
    const entries = await journal()
    expect(outputs(entries)).toHaveLength(1)
    expect(refusals(entries)).toEqual([])
    // One for the visitor's question, one for the result.
    expect(asked(entries)).toHaveLength(2)
    const [call] = calls(await stored())
    expect(call).toMatchObject({ role: 'tool', status: 'completed', text: '{"a": 19, "b": 23}', tool: { name: 'add' } })
    expect(results(await stored())).toMatchObject([
      { role: 'tool', status: 'completed', tool: call?.tool, text: '{"status":"success","result":{"sum":42}}' },
    ])
  })

  it('and another that was called with it are answered together, when both are done', async () => {
    const slow = gate<string>()
    const tools = [named('fast', () => 'f'), named('slow', () => slow.promise)]
    const { say, told, journal, stored } = await converse(tools, way, {})
    say('call the tool fast and the tool slow')
    await vi.waitUntil(async () => results(await stored()).length === 1, { timeout: 5000 })
    slow.open('s')
    expect(await told('slow')).toContain('The tool fast said: {"status":"success","result":"f"}')
    const entries = await journal()
    const sent = outputs(entries)
    expect(sent).toHaveLength(2)
    const last = asked(entries)
    expect(last).toHaveLength(2)
    expect(last[1]?.n).toBeGreaterThan(Math.max(...sent.map(({ n }) => n)))
    expect(refusals(entries)).toEqual([])
  })
})

describe('a call of a tool', () => {
  it('with arguments that do not fit is not run, and the model is told what to correct', async () => {
    const execute = vi.fn(() => 'done')
    const strict = tool({ name: 'book', description: 'Books.', parameters: v.object({ nights: v.number() }), execute })
    const { say, hear } = await converse([strict])
    say('call the tool book with {"nights": "two"}')
    const told = await hear((text) => text.includes('nights'), 'the correction')
    expect(told).toContain('"status":"error"')
    expect(told).toMatch(/nights: .*Expected number but received/)
    say('call the tool book with {nights}')
    await hear((text) => text.includes('They are not JSON'), 'the other correction')
    expect(execute).not.toHaveBeenCalled()
  })

  it('whose arguments throw where they are checked has a result, too, and is over', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const execute = vi.fn(() => 'done')
    const parameters = v.object({
      city: v.pipe(
        v.string(),
        v.transform((city): string => {
          throw new RangeError(`${city} is hunter2`)
        }),
      ),
    })
    const weather = tool({ name: 'weather', description: 'Weather.', parameters, execute })
    const { say, told, stored } = await converse([weather])
    say('call the tool weather with {"city": "Rome"}')
    expect(await told('weather')).toContain('{"status":"error","message":"The tool failed.')
    const lines = log.mock.calls.map(([line]) => String(line)).join()
    log.mockRestore()
    expect(lines).toContain('"tool":"weather","cause":"RangeError"')
    expect(lines + JSON.stringify(results(await stored()))).not.toContain('hunter2')
    expect(execute).not.toHaveBeenCalled()
  })

  it('beyond those of one turn is refused, and the answer to that may call no other', async () => {
    const execute = vi.fn(() => 'done')
    const page = tool({ name: 'page', description: 'A page.', parameters: v.object({ n: v.number() }), execute })
    const { say, hear, journal } = await converse([page], 'text')
    const all = (count: number) =>
      Array.from({ length: count }, (_, n) => `the tool page with {"n": ${n}}`).join(' and ')
    const choices = async () => asked(await journal()).map((entry) => eventOf(entry)?.response?.tool_choice)
    say(`call ${all(10)}`)
    await hear((text) => text.includes('The tool page said'), 'the results')
    expect(await choices()).toEqual([undefined, undefined])
    say(`call ${all(11)}`)
    await hear((text) => text.includes('Too many tools were called'), 'the refusal')
    expect(execute).toHaveBeenCalledTimes(20)
    expect(await choices()).toEqual([undefined, undefined, undefined, 'none'])
  })

  it('that throws tells the model nothing of why, and neither does the log', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const broken = named('broken', () => {
      throw new TypeError('password hunter2 refused by db.internal')
    })
    const rejected = named('rejected', async () => {
      throw 'hunter2'
    })
    const { say, told, stored, journal } = await converse([broken, rejected])
    say('call the tool broken and the tool rejected')
    expect(await told('broken')).toContain('{"status":"error","message":"The tool failed.')
    expect(results(await stored())).toHaveLength(2)
    const lines = log.mock.calls.map(([line]) => String(line))
    log.mockRestore()
    expect(lines.join()).toContain('"tool":"broken","cause":"TypeError"')
    expect([...lines, JSON.stringify(await journal()), JSON.stringify(await stored())].join()).not.toContain('hunter2')
  })

  it('that takes too long is aborted; what it brings afterwards is dropped', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const late = gate<string>()
    let signal: AbortSignal | undefined
    const slow = named(
      'slow',
      (_, context) => {
        signal = context.signal
        return late.promise
      },
      { timeoutMs: 150 },
    )
    const { say, told, stored, journal } = await converse([slow])
    say('call the tool slow')
    expect(await told('slow')).toContain('did not answer in time')
    expect(signal?.aborted).toBe(true)
    late.open('too late')
    await vi.waitUntil(() => log.mock.calls.some(([line]) => String(line).includes('tool_late')))
    log.mockRestore()
    expect(outputs(await journal())).toHaveLength(1)
    expect(JSON.stringify(await stored())).not.toContain('too late')
  })

  it.each([
    ['a cycle', () => Object.assign({}, { self: {} as object }), false],
    ['nothing', () => undefined, true],
    ['more than can be read', () => 'x'.repeat(8_000), false],
  ])('that answers %s still has one result of the usual shape', async (what, make, isFine) => {
    const strange = named('strange', () => {
      const made = make()
      if (what === 'a cycle' && typeof made === 'object') made.self = made
      return made
    })
    const { say, told } = await converse([strange], 'text')
    say('call the tool strange')
    const text = (await told('strange')).replace('The tool strange said: ', '')
    expect(JSON.parse(text).status).toBe(isFine ? 'success' : 'error')
  })

  it('is run once when the same is asked twice in a turn, and each call has its result', async () => {
    const execute = vi.fn(({ city }: { city: string }) => `sun in ${city}`)
    const weather = tool({
      name: 'weather',
      description: 'Weather.',
      parameters: v.object({ city: v.string() }),
      execute,
    })
    const { say, told, journal } = await converse([weather])
    say('call the tool weather with {"city": "Rome"} and the tool weather with { "city":"Rome" }')
    expect(await told('weather')).toMatch(/sun in Rome.*sun in Rome/)
    expect(execute).toHaveBeenCalledTimes(1)
    expect(outputs(await journal())).toHaveLength(2)
  })

  it('is answered from the session as long as cacheMs says, and no longer', async () => {
    const execute = vi.fn(() => 'sun')
    const fresh = named('fresh', vi.fn(execute))
    const kept = named('kept', execute, { cacheMs: 60_000 })
    const { say, widget } = await converse([kept, fresh], 'text')
    for (const turn of [1, 2]) {
      say('call the tool kept')
      const told = () =>
        widget.frames.filter(
          (f) => f.type === 'update' && f.item.status === 'completed' && f.item.text.startsWith('The tool kept'),
        )
      await widget.until(() => told().length === turn, `answer ${turn}`)
    }
    expect(execute).toHaveBeenCalledTimes(1)
    for (const turn of [1, 2]) {
      say('call the tool fresh')
      const told = () =>
        widget.frames.filter(
          (f) => f.type === 'update' && f.item.status === 'completed' && f.item.text.startsWith('The tool fresh'),
        )
      await widget.until(() => told().length === turn, `answer ${turn}`)
    }
    expect(execute).toHaveBeenCalledTimes(3)
  })

  it('beyond the tenth of a turn is not run any more', async () => {
    const execute = vi.fn(({ n }: { n: number }) => n)
    const count = tool({ name: 'count', description: 'Counts.', parameters: v.object({ n: v.number() }), execute })
    const { say, told, journal } = await converse([count], 'text')
    say(`call ${Array.from({ length: 12 }, (_, n) => `the tool count with {"n": ${n}}`).join(' and ')}`)
    expect(await told('count')).toContain('Too many tools were called')
    expect(execute).toHaveBeenCalledTimes(10)
    expect(outputs(await journal())).toHaveLength(12)
    say('call the tool count with {"n": 99}')
    await vi.waitUntil(() => execute.mock.calls.length === 11)
  })

  it('that the deployment does not have any more says so', async () => {
    const { agentId, say, told } = await converse([named('gone', () => 'here')], 'text')
    deploy(agentId, [])
    say('call the tool gone')
    expect(await told('gone')).toContain('There is no such tool')
  })

  it('that the session did not begin with is not run, whatever the deployment has', async () => {
    const execute = vi.fn(() => 'new')
    const { agentId, say, hear } = await converse([], 'text')
    deploy(agentId, [named('new', execute)])
    say('call the tool new')
    await hear((text) => text.includes('I do not have a tool called new'), 'a refusal')
    expect(execute).not.toHaveBeenCalled()
  })

  it('gets to know where it is called, and what the deployment has', async () => {
    const execute = vi.fn<Parameters<typeof tool>[0]['execute']>(() => 'ok')
    const { say, told, session, agentId, stored } = await converse([named('look', execute)])
    say('call the tool look')
    await told('look')
    const context = execute.mock.calls[0]?.[1]
    expect(context).toMatchObject({
      session,
      agent: agentId,
      person: null,
      callId: calls(await stored())[0]?.tool?.callId,
    })
    expect(context?.env.PARLEY_SECRET).toBe('a secret that only tests know')
  })
})
