/** No dead air: what is heard and shown while a tool takes long. */
import * as v from 'valibot'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ServerFrame } from '../../../protocol/frames.ts'
import { tool } from '../../../protocol/tool.ts'
import { connect } from '../support.ts'
import { asked, converse, discardAll, eventOf, gate, outputs, refusals, type Way } from './lab.ts'

afterEach(discardAll)

function slow(name: string, holdAfterMs: number) {
  const door = gate<string>()
  const spec = tool({
    name,
    description: `Does ${name}.`,
    parameters: v.object({}),
    holdAfterMs,
    timeoutMs: 20_000,
    execute: () => door.promise,
  })
  return { spec, open: door.open }
}

const shown = (frames: ServerFrame[]) =>
  frames.flatMap((frame) => (frame.type === 'tool' ? [`${frame.name} ${frame.state}`] : []))
const ofOurs = (instructions: string | undefined) => instructions?.startsWith('A tool that you have called')

describe.each(['voice', 'relay'] satisfies Way[])('a tool that takes long, in a call by %s', (way) => {
  it('makes the assistant say so once, in its own words, and then its result is spoken', async () => {
    const { spec, open } = slow('order', 300)
    const { say, hear, told, journal, widget } = await converse([spec], way)
    say('call the tool order')
    await hear((text) => text.includes('I am still working on order'), 'the hold line')
    expect(shown(widget.frames)).toEqual(['order running'])
    await new Promise((resume) => setTimeout(resume, 800)) // no second one
    open('42')
    expect(await told('order')).toContain('42')
    expect(shown(widget.frames)).toEqual(['order running', 'order over'])
    const entries = await journal()
    const holds = asked(entries).filter((entry) => ofOurs(eventOf(entry)?.response?.instructions))
    expect(holds.map((entry) => eventOf(entry)?.response?.tool_choice)).toEqual(['none'])
    expect(asked(entries)).toHaveLength(3)
    expect(refusals(entries)).toEqual([])
  })

  it('with its result in the middle of the hold line: the line is finished first, then the result is spoken', async () => {
    const { spec, open } = slow('order', 150)
    const { say, told, journal, widget, said } = await converse([spec], way)
    say('call the tool order')
    await widget.until((frames) => frames.some((f) => f.type === 'delta' && f.text.includes('moment')), 'its beginning')
    open('42')
    await told('order')
    expect(said().filter(Boolean)).toEqual([
      'One moment, I am still working on order.',
      'The tool order said: {"status":"success","result":"42"}',
    ])
    expect(refusals(await journal())).toEqual([])
  })

  it('beside another: one line speaks for both', async () => {
    const one = slow('one', 200)
    const two = slow('two', 250)
    const { say, hear, told, journal } = await converse([one.spec, two.spec], way)
    say('call the tool one and the tool two')
    await hear((text) => text.includes('still working'), 'the hold line')
    await new Promise((resume) => setTimeout(resume, 600))
    one.open('1')
    two.open('2')
    await told('two')
    expect(asked(await journal())).toHaveLength(3)
  })
})

describe('a tool that takes long', () => {
  it('is shown to a widget that comes back meanwhile', async () => {
    const { spec, open } = slow('order', 100)
    const { say, session, widget, token } = await converse([spec], 'text')
    say('call the tool order')
    await widget.until((frames) => shown(frames).length === 1, 'the tool')
    const again = await connect(session, token)
    await again.until((frames) => shown(frames).length === 1, 'the tool, again')
    open('42')
    await again.until((frames) => shown(frames).length === 2, 'its end')
    expect(shown(again.frames)).toEqual(['order running', 'order over'])
  })

  it('in writing is shown, and nothing is written about it', async () => {
    const { spec, open } = slow('order', 100)
    const { say, told, journal, widget, said } = await converse([spec], 'text')
    say('call the tool order')
    await widget.until((frames) => shown(frames).length === 1, 'the tool')
    open('42')
    await told('order')
    expect(said()).toHaveLength(1)
    expect(asked(await journal())).toHaveLength(2)
  })

  it('waits until the words before it are over, and then as long again', async () => {
    const { spec, open } = slow('order', 400)
    const { say, hear, told, said, widget } = await converse([spec], 'relay')
    say('say this will take a little while I am afraid and then call the tool order')
    await hear((text) => text.includes('still working'), 'the hold line')
    open('42')
    await told('order')
    expect(said().map((text) => text.split(' ').slice(0, 3).join(' '))).toEqual([
      'this will take',
      'One moment, I',
      'The tool order',
    ])
    expect(shown(widget.frames)).toEqual(['order running', 'order over'])
  })

  it('that is fast is neither spoken of nor shown', async () => {
    const fast = tool({ name: 'fast', description: 'F.', parameters: v.object({}), holdAfterMs: 100, execute: () => 1 })
    const { say, told, widget, journal } = await converse([fast])
    say('call the tool fast')
    await told('fast')
    await new Promise((resume) => setTimeout(resume, 300))
    expect(shown(widget.frames)).toEqual([])
    expect(asked(await journal())).toHaveLength(2)
  })

  it('and brings its result while something else is answered gets an answer of its own, once', async () => {
    const { spec, open } = slow('order', 20_000)
    const { say, hear, told, journal, said } = await converse([spec], 'text')
    say('call the tool order')
    await vi.waitUntil(async () => (await journal()).some((entry) => eventOf(entry)?.type === 'response.done'))
    say('think for 1 seconds')
    await vi.waitUntil(async () => asked(await journal()).length === 2)
    open('42')
    await hear((text) => text.includes('think for'), 'the answer to the visitor')
    // That answer was begun without the result.
    await told('order')
    await new Promise((resume) => setTimeout(resume, 300))
    expect(said()).toHaveLength(2)
    expect(asked(await journal())).toHaveLength(3)
    expect(outputs(await journal())).toHaveLength(1)
    expect(refusals(await journal())).toEqual([])
  })
})
