/** What becomes of a call of a tool when sockets, calls, events or the object itself are lost while it is at work. */
import { abortAllDurableObjects, runDurableObjectAlarm } from 'cloudflare:test'
import * as v from 'valibot'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { tool } from '../../../protocol/tool.ts'
import { providerRef } from '../inside.ts'
import { answers, connect, fault } from '../support.ts'
import { asked, calls, converse, discardAll, eventOf, gate, outputs, refusals, results, type Way } from './lab.ts'

afterEach(discardAll)

const named = (name: string, execute: Parameters<typeof tool>[0]['execute'], more: object = {}) =>
  tool({ name, description: `Does ${name}.`, parameters: v.object({}), execute, ...more })
const soon = (isTrue: () => boolean | Promise<boolean>) => vi.waitUntil(isTrue, { timeout: 8000, interval: 20 })

/** A tool at work that a test lets go on. */
async function atWork(way: Way, more: object = {}) {
  const door = gate<string>()
  const execute = vi.fn(() => door.promise)
  const talk = await converse([named('order', execute, { timeoutMs: 20_000, holdAfterMs: 20_000, ...more })], way)
  talk.say('call the tool order')
  await soon(() => execute.mock.calls.length === 1)
  return { ...talk, talk, door, execute }
}

describe('a tool at work when its sideband breaks', () => {
  it('tells its result on the next one, once, and is answered', async () => {
    const { session, door, told, journal, execute } = await atWork('voice')
    await fault({ kind: 'close_sideband', call: await providerRef(session) })
    door.open('42')
    expect(await told('order')).toContain('{"status":"success","result":"42"}')
    expect(outputs(await journal())).toHaveLength(1)
    expect(execute).toHaveBeenCalledTimes(1)
  })

  it('right after it was told: the provider is not told twice', async () => {
    const { session, door, told, journal, talk } = await atWork('voice')
    const ref = await providerRef(session)
    // The result goes out, and its confirmation does not come back.
    await fault({ kind: 'lose_event', type: 'conversation.item.added', call: ref, channel: 'sideband' })
    await fault({ kind: 'lose_event', type: 'response.created', call: ref, channel: 'sideband' })
    door.open('42')
    await soon(async () => outputs(await journal()).length === 1)
    await fault({ kind: 'close_sideband', call: ref })
    await told('order')
    talk.say('still there?')
    await talk.hear((text) => text.includes('still there'), 'an answer')
    const entries = await journal()
    expect(outputs(entries)).toHaveLength(1)
    expect(results(await talk.stored())).toHaveLength(1)
  })
})

describe('a tool at work when its call is lost', () => {
  it.each(['voice', 'relay'] satisfies Way[])('by %s: its result is the first thing in the next call', async (way) => {
    const { door, dial, told, journal, stored, execute, call: first } = await atWork(way)
    await fault({ kind: 'drop_call' })
    door.open('42')
    await soon(async () => results(await stored()).length === 1)
    await dial()
    expect(await told('order')).toContain('42')
    const seeds = (await journal()).flatMap((entry) => {
      const { item, type } = eventOf(entry) ?? {}
      return entry.direction === 'in' && type === 'conversation.item.create' && item ? [item] : []
    })
    const [call] = calls(await stored())
    expect(call?.call).toBe(first)
    expect(seeds.filter(({ call_id }) => call_id === call?.tool?.callId).map(({ type }) => type)).toEqual([
      'function_call',
      'function_call_output',
    ])
    expect(execute).toHaveBeenCalledTimes(1)
    expect(refusals(await journal())).toEqual([])
  })

  it('and brings its result when the next call is there already', async () => {
    const { door, dial, told, journal, stored } = await atWork('voice')
    await fault({ kind: 'drop_call' })
    await dial()
    door.open('42')
    expect(await told('order')).toContain('42')
    expect(outputs(await journal())).toHaveLength(1)
    expect(refusals(await journal())).toEqual([])
    expect(results(await stored())).toHaveLength(1)
  })

  it('in writing: the line is opened again for the answer', async () => {
    const { door, told, journal, execute } = await atWork('text')
    await fault({ kind: 'end_call' })
    door.open('42')
    expect(await told('order')).toContain('42')
    expect(execute).toHaveBeenCalledTimes(1)
    expect(refusals(await journal())).toEqual([])
  })
})

describe('a tool at work when the object is lost', () => {
  it.each(['voice', 'text'] satisfies Way[])('by %s: is not run again, and the model is told so', async (way) => {
    const { session, talk, execute, journal, stub } = await atWork(way)
    await abortAllDurableObjects()
    await runDurableObjectAlarm(stub)
    const again = await connect(session, talk.token)
    const heard = () => answers(again.frames).find((text) => text.includes('The tool order said'))
    await again.until(() => heard() !== undefined, 'the result')
    expect(heard()).toContain('was interrupted')
    expect(execute).toHaveBeenCalledTimes(1)
    expect(outputs(await journal())).toHaveLength(1)
    expect(results(await talk.stored())).toHaveLength(1)
  })

  it('is run again when that does no harm, with the same key', async () => {
    const { session, talk, execute, door, journal, stub } = await atWork('voice', { idempotent: true })
    await abortAllDurableObjects()
    await runDurableObjectAlarm(stub)
    await soon(() => execute.mock.calls.length === 2)
    door.open('42')
    const again = await connect(session, talk.token)
    await again.until((frames) => answers(frames).some((text) => text.includes('42')), 'the result')
    const keys = (execute.mock.calls as unknown as [object, { callId: string }][]).map(([, { callId }]) => callId)
    expect(new Set(keys).size).toBe(1)
    expect(outputs(await journal())).toHaveLength(1)
  })

  it('is aborted when the conversation is erased, and brings nothing back', async () => {
    let signal: AbortSignal | undefined
    const door = gate<string>()
    const wait = named('wait', (_, context) => {
      signal = context.signal
      return door.promise
    })
    const { say, stub, stored } = await converse([wait], 'text')
    say('call the tool wait')
    await soon(() => signal !== undefined)
    await stub.discard()
    expect(signal?.aborted).toBe(true)
    door.open('42')
    await new Promise((resume) => setTimeout(resume, 50))
    expect(await stored()).toEqual([])
  })
})

describe('a call of a tool of which events are lost, repeated or out of order', () => {
  const cases: [string, string, string[]][] = [
    ['lose_event', 'conversation.item.done', []],
    ['lose_event', 'conversation.item.added', []],
    ['lose_event', 'response.output_item.added', []],
    ['lose_event', 'response.done', []],
    ['lose_event', 'response.created', []],
    ['repeat_event', 'conversation.item.done', []],
    ['repeat_event', 'response.done', []],
    ['swap_event', 'conversation.item.done', []],
    ['swap_event', 'response.done', []],
  ]
  it.each(cases)('%s %s: it is run once and answered', async (kind, type) => {
    const execute = vi.fn(() => '42')
    const talk = await converse([named('order', execute)], 'text')
    // The line is there, and the visitor's own text is in.
    talk.say('hello')
    await talk.hear((text) => text.includes('hello'), 'an answer')
    await fault({ kind: 'clear' })
    talk.say('think for 1 seconds and then call the tool order')
    await soon(async () => asked(await talk.journal()).length === 2)
    await fault({ kind, type, channel: 'websocket' })
    try {
      await soon(async () => outputs(await talk.journal()).length > 0)
      // What ends an answer may be what was lost: then the next words of the visitor set it going.
      // The answer to those has the result before it, and speaks to both.
      if (!(await answered(talk))) talk.say('well?')
      await talk.hear((text) => /The tool order said|well/.test(text), 'an answer')
    } finally {
      await fault({ kind: 'clear' })
    }
    expect(execute).toHaveBeenCalledTimes(1)
    expect(outputs(await talk.journal())).toHaveLength(1)
    expect(results(await talk.stored())).toHaveLength(1)
  })
})

async function answered(talk: { said: () => string[] }): Promise<boolean> {
  try {
    await vi.waitUntil(() => talk.said().some((text) => text.includes('The tool')), { timeout: 1500 })
    return true
  } catch {
    return false
  }
}
