/** Tools that the visitor has to agree to: asked in the thread, answered by hand, once, whatever happens meanwhile. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import * as v from 'valibot'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ServerFrame } from '../../../protocol/frames.ts'
import { newId } from '../../../protocol/ids.ts'
import { tool } from '../../../protocol/tool.ts'
import { answers, connect, type Widget } from '../support.ts'
import { asked, calls, converse, discardAll, eventOf, outputs, refusals, results, type Way } from './lab.ts'

afterEach(discardAll)

type Confirm = Extract<ServerFrame, { type: 'confirm' }>
const confirms = (frames: ServerFrame[]) => frames.filter((frame): frame is Confirm => frame.type === 'confirm')
const isQuestion = (frame: ServerFrame) => frame.type === 'confirm' && frame.ask !== null

async function question(widget: Widget): Promise<Confirm> {
  const frame = await widget.next(isQuestion, 'the question')
  if (frame.type !== 'confirm') throw new Error('no question')
  return frame
}

function booking(more: object = {}) {
  const execute = vi.fn(({ nights }: { nights: number }) => `booked ${nights}`)
  const spec = tool({
    name: 'book_room',
    description: 'Books a room.',
    parameters: v.object({ nights: v.number(), view: v.optional(v.string(), 'harbour') }),
    confirm: ({ nights }) => `Book a room for ${nights} nights?`,
    label: 'Booking',
    holdAfterMs: 60_000,
    execute,
    ...more,
  })
  return { spec, execute }
}

const BOOK = 'call the tool book_room with {"nights": 2}'

describe.each(['voice', 'relay', 'text'] satisfies Way[])('a tool to be agreed to, in a conversation by %s', (way) => {
  it('is run when the visitor says yes, and not before', async () => {
    const { spec, execute } = booking()
    const { say, told, widget, journal, stored } = await converse([spec], way)
    say(BOOK)
    const { item, ask } = await question(widget)
    expect(ask).toEqual({ label: 'Booking', text: 'Book a room for 2 nights?' })
    expect(item).toBe(calls(await stored())[0]?.id)
    await new Promise((resume) => setTimeout(resume, 200))
    expect(execute).not.toHaveBeenCalled()
    widget.send({ type: 'confirm', item, yes: true })
    expect(await told('book_room')).toContain('{"status":"success","result":"booked 2"}')
    expect(confirms(widget.frames).map((frame) => frame.ask?.label ?? null)).toEqual(['Booking', null])
    expect(outputs(await journal())).toHaveLength(1)
    expect(refusals(await journal())).toEqual([])
  })
})

describe('what is asked', () => {
  it.each([
    ['the arguments', true, 'nights: 2, view: harbour'],
    ['a text', 'Really book?', 'Really book?'],
  ])('is %s where the agent wants it so', async (_, confirm, text) => {
    const { say, widget } = await converse([booking({ confirm, label: undefined }).spec], 'text')
    say(BOOK)
    expect((await question(widget)).ask).toEqual({ label: 'book room', text })
  })

  it('is asked only of arguments that fit', async () => {
    const { spec } = booking()
    const { say, hear, widget } = await converse([spec], 'text')
    say('call the tool book_room with {"nights": "two"}')
    await hear((text) => text.includes('nights: '), 'the correction')
    expect(confirms(widget.frames)).toEqual([])
  })

  it('that cannot be made leaves the tool alone, and tells the model nothing of why', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { spec, execute } = booking({
      confirm: () => {
        throw new TypeError('hunter2')
      },
    })
    const { say, told, widget, stored } = await converse([spec], 'text')
    say(BOOK)
    expect(await told('book_room')).toContain('The tool failed.')
    const lines = log.mock.calls.join()
    log.mockRestore()
    expect(lines).toContain('"cause":"TypeError"')
    expect(lines + JSON.stringify(await stored())).not.toContain('hunter2')
    expect(execute).not.toHaveBeenCalled()
    expect(confirms(widget.frames)).toEqual([])
  })

  it('is sealed at rest', async () => {
    const { spec } = booking({ confirm: 'Call the number 555 0142?' })
    const { say, widget, session } = await converse([spec], 'text')
    say(BOOK)
    await question(widget)
    const rows = await runInDurableObject(env.SESSIONS.getByName(session), (_, state) =>
      JSON.stringify(state.storage.sql.exec('SELECT * FROM tool_calls').toArray()),
    )
    expect(rows).toContain('sealed')
    expect(rows).not.toContain('555')
  })
})

describe('while an answer is waited for', () => {
  it('the assistant says so once, and a spoken or typed yes does not count', async () => {
    const { spec, execute } = booking({ holdAfterMs: 200 })
    const { say, hear, told, widget, journal } = await converse([spec])
    say(BOOK)
    const { item } = await question(widget)
    const holds = async () =>
      asked(await journal()).filter((entry) =>
        eventOf(entry)?.response?.instructions?.startsWith('Before the tool that you have called is run'),
      )
    await vi.waitUntil(async () => (await holds()).length === 1, { timeout: 5000 })
    say('yes')
    await hear((text) => text.includes('yes'), 'an answer to that')
    await new Promise((resume) => setTimeout(resume, 300))
    expect(execute).not.toHaveBeenCalled()
    widget.send({ type: 'confirm', item, yes: true })
    await told('book_room')
    expect(await holds()).toHaveLength(1)
    expect(execute).toHaveBeenCalledTimes(1)
    // What the visitor was asked is no tool at work.
    expect(widget.frames.filter(({ type }) => type === 'tool')).toEqual([])
  })

  it('its time is over some day: it is not run, and a late answer changes nothing', async () => {
    const { spec, execute } = booking()
    const { say, widget, session, token } = await converse([spec], 'text')
    say(BOOK)
    const { item } = await question(widget)
    // Nobody waits a minute in a test: the row says that it was asked long ago, and the object begins anew.
    await runInDurableObject(env.SESSIONS.getByName(session), (_, state) => {
      state.storage.sql.exec("UPDATE tool_calls SET data = json_set(data, '$.asked.until', 1)")
    })
    await abortAllDurableObjects()
    const again = await connect(session, token)
    await again.until((frames) => answers(frames).some((text) => text.includes('did not answer in time')), 'the result')
    again.send({ type: 'confirm', item, yes: true })
    again.send({ type: 'text', id: newId('txt_'), text: 'still there?' })
    await again.until((frames) => answers(frames).some((text) => text.includes('still there')), 'an answer')
    expect(execute).not.toHaveBeenCalled()
    expect(again.frames.filter(({ type }) => type === 'error')).toEqual([])
  })

  it('the time of the tool itself has not begun', async () => {
    const { spec } = booking({ timeoutMs: 150 })
    const { say, told, widget } = await converse([spec], 'text')
    say(BOOK)
    const { item } = await question(widget)
    await new Promise((resume) => setTimeout(resume, 400))
    widget.send({ type: 'confirm', item, yes: true })
    expect(await told('book_room')).toContain('booked 2')
  })

  it('the same call again asks no second question', async () => {
    const { spec, execute } = booking()
    const { say, told, widget } = await converse([spec], 'text')
    say(`${BOOK} and the tool book_room with {"nights":2}`)
    const { item } = await question(widget)
    widget.send({ type: 'confirm', item, yes: true })
    expect(await told('book_room')).toMatch(/booked 2.*booked 2/)
    expect(confirms(widget.frames)).toHaveLength(2)
    expect(execute).toHaveBeenCalledTimes(1)
  })

  it('the conversation may be erased: nothing is run or left', async () => {
    const { spec, execute } = booking()
    const { say, widget, stub, stored } = await converse([spec], 'text')
    say(BOOK)
    await question(widget)
    await stub.discard()
    await new Promise((resume) => setTimeout(resume, 50))
    expect(execute).not.toHaveBeenCalled()
    expect(await stored()).toEqual([])
  })
})

describe('a question', () => {
  it.each(['voice', 'text'] satisfies Way[])('by %s: outlives the object, as it was asked', async (way) => {
    let words = 'Book two nights?'
    const { spec, execute } = booking({ confirm: () => words })
    const { say, widget, session, token, journal, stub, stored } = await converse([spec], way)
    say(BOOK)
    const first = await question(widget)
    words = 'Something else?'
    await abortAllDurableObjects()
    await runDurableObjectAlarm(stub)
    const again = await connect(session, token)
    expect(await question(again)).toEqual(first)
    expect(execute).not.toHaveBeenCalled()
    again.send({ type: 'confirm', item: first.item, yes: true })
    await again.until((frames) => answers(frames).some((text) => text.includes('booked 2')), 'the result')
    expect(execute).toHaveBeenCalledTimes(1)
    expect(outputs(await journal())).toHaveLength(1)
    expect(results(await stored())).toHaveLength(1)
  })

  it('that was answered is not asked again after a crash, and what was begun then is not begun again', async () => {
    const begun = vi.fn(() => new Promise(() => {}))
    const { spec } = booking({ execute: begun, timeoutMs: 20_000 })
    const { say, widget, session, token } = await converse([spec], 'text')
    say(BOOK)
    const { item } = await question(widget)
    widget.send({ type: 'confirm', item, yes: true })
    await vi.waitUntil(() => begun.mock.calls.length === 1)
    await abortAllDurableObjects()
    const again = await connect(session, token)
    await again.until((frames) => answers(frames).some((text) => text.includes('was interrupted')), 'the result')
    expect(confirms(again.frames)).toEqual([])
    expect(begun).toHaveBeenCalledTimes(1)
  })

  it('is shown to a widget that comes later, and that one may answer it', async () => {
    const { spec } = booking()
    const { say, widget, session, token, told } = await converse([spec], 'text')
    say(BOOK)
    const first = await question(widget)
    const again = await connect(session, token)
    expect(await question(again)).toEqual(first)
    again.send({ type: 'confirm', item: first.item, yes: true })
    expect(await told('book_room')).toContain('booked 2')
    await again.until((frames) => confirms(frames).some(({ ask }) => ask === null), 'its end')
  })
})

describe('a hostile client', () => {
  it('cannot answer what was not asked, in another session, twice, or with what is no answer', async () => {
    const { spec, execute } = booking()
    const victim = await converse([spec], 'text')
    const other = await converse([booking().spec], 'text')
    victim.say(BOOK)
    const { item } = await question(victim.widget)
    const errors = (widget: Widget) => widget.frames.filter((frame) => frame.type === 'error')
    other.widget.send({ type: 'confirm', item, yes: true })
    await other.widget.until((frames) => frames.some(({ type }) => type === 'error'), 'a refusal')
    expect(errors(other.widget)[0]).toMatchObject({ code: 'bad_request', id: item })
    const raw = (frame: object) => victim.widget.raw.send(JSON.stringify(frame))
    raw({ type: 'confirm', item: newId('itm_'), yes: true })
    raw({ type: 'confirm', item, yes: 'true' })
    raw({ type: 'confirm', item, yes: true, args: { nights: 14 } })
    raw({ type: 'page_result', item, result: '"booked 99"' })
    await victim.widget.until((frames) => frames.filter(({ type }) => type === 'error').length === 4, 'four refusals')
    expect(execute).not.toHaveBeenCalled()
    raw({ type: 'confirm', item, yes: false })
    raw({ type: 'confirm', item, yes: true })
    expect(await victim.told('book_room')).toContain('said no')
    expect(execute).not.toHaveBeenCalled()
  })

  it('with a socket that the session has gone on without cannot answer', async () => {
    const { spec, execute } = booking()
    const { say, widget, session, told } = await converse([spec], 'text')
    say(BOOK)
    const { item } = await question(widget)
    // Its close is still on the way to the browser.
    await runInDurableObject(env.SESSIONS.getByName(session), (instance, state) => {
      const { 0: client, 1: server } = new WebSocketPair()
      state.acceptWebSocket(server)
      client.accept()
      server.serializeAttachment({ generation: 0, openedAt: Date.now(), visitor: '' })
      instance.webSocketMessage(server, JSON.stringify({ type: 'confirm', item, yes: true }))
      client.close()
    })
    await new Promise((resume) => setTimeout(resume, 100))
    expect(execute).not.toHaveBeenCalled()
    widget.send({ type: 'confirm', item, yes: false })
    expect(await told('book_room')).toContain('said no')
  })
})
