/** The assistant hangs up by itself: when its goodbye was heard, and only then. */
import { abortAllDurableObjects, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { endCall } from '../../../protocol/built-in-tools.ts'
import type { NoticeFrame, ServerFrame } from '../../../protocol/frames.ts'
import { newId } from '../../../protocol/ids.ts'
import { ask, connect, RELAYED } from '../support.ts'
import { asked, converse, discardAll, outputs, refusals, results } from './lab.ts'

afterEach(discardAll)

const isEnd = (frame: ServerFrame): frame is NoticeFrame => frame.type === 'notice' && frame.code === 'call_ended'
const GOODBYE = 'say goodbye and have a good day and then call the tool end_call'

describe('the assistant that hangs up', () => {
  it('with its goodbye in the same answer: that is heard to its end, and nothing more is said', async () => {
    const { say, widget, journal, stored, call, browser } = await converse([endCall()], 'relay')
    say(GOODBYE)
    await vi.waitUntil(async () => results(await stored()).length === 1, { timeout: 8000, interval: 20 })
    expect(results(await stored())[0]?.text).toContain('The call ends now')
    await browser().playAll((ms) => expect(widget.frames.filter(isEnd), `after ${ms} ms`).toEqual([]))
    expect(await widget.next(isEnd, 'the end')).toMatchObject({ reason: 'assistant', call })
    const entries = await journal()
    expect(asked(entries), 'one answer').toHaveLength(1)
    expect(outputs(entries)).toHaveLength(1)
    expect(refusals(entries)).toEqual([])
    const said = (await stored()).filter(({ role }) => role === 'assistant')
    expect(said).toMatchObject([{ text: 'goodbye and have a good day', status: 'completed' }])
  })

  it('without a word: says goodbye first', async () => {
    const { say, widget, journal, told, browser } = await converse([endCall()], 'relay')
    say('call the tool end_call')
    await browser().playAll((ms) => expect(widget.frames.filter(isEnd), `after ${ms} ms`).toEqual([]))
    expect(await told('end_call')).toContain('Say goodbye in one short sentence now')
    expect(await widget.next(isEnd, 'the end')).toMatchObject({ reason: 'assistant' })
    const entries = await journal()
    expect(asked(entries)).toHaveLength(2)
    expect(refusals(entries)).toEqual([])
  })

  it('stays when the visitor has something to say after all', async () => {
    const { say, widget, hear } = await converse([endCall()])
    say(GOODBYE)
    await widget.until((frames) => frames.some((f) => f.type === 'activity' && f.state === 'speaking'), 'the goodbye')
    say('one more thing')
    await hear((text) => text.includes('one more thing'), 'an answer')
    await new Promise((resume) => setTimeout(resume, 500))
    expect(widget.frames.filter(isEnd)).toEqual([])
  })

  it('in writing has nothing to hang up', async () => {
    const { say, widget, told } = await converse([endCall()], 'text')
    say('call the tool end_call')
    expect(await told('end_call')).toContain('there is no call to end')
    expect(widget.frames.filter(isEnd)).toEqual([])
  })

  it('hangs up although the object was lost in the middle', async () => {
    const { say, widget, session, token, stub, stored } = await converse([endCall()])
    say(GOODBYE)
    await vi.waitUntil(async () => results(await stored()).length === 1, { timeout: 8000, interval: 10 })
    expect(widget.frames.filter(isEnd)).toEqual([])
    await abortAllDurableObjects()
    await runDurableObjectAlarm(stub)
    const again = await connect(session, token)
    expect(await again.next(isEnd, 'the end')).toMatchObject({ reason: 'assistant' })
  })
})

describe('a call that the assistant has ended', () => {
  it('is followed only by the visitor, and the next one does not begin with the goodbye', async () => {
    const talk = await converse([endCall()], 'relay')
    talk.say(GOODBYE)
    await talk.browser().playAll()
    await talk.widget.next(isEnd, 'the end')
    const { session, call } = talk
    const body = { ...RELAYED, after: { call, because: 'dropped' } }
    const response = await ask(`/v1/sessions/${session}/calls`, { method: 'POST', token: talk.token, body })
    expect([response.status, await response.json()]).toMatchObject([409, { code: 'call_over', reason: 'assistant' }])
    await talk.dial()
    await new Promise((resume) => setTimeout(resume, 300))
    expect(asked(await talk.journal())).toHaveLength(1)
    talk.widget.send({ type: 'text', id: newId('txt_'), text: 'hello again' })
    await talk.hear((text) => text.includes('hello again'), 'an answer')
  })
})
