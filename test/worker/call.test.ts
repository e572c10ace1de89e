import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import tutor from '../../agents/tutor.ts'
import { defineAgent } from '../../protocol/agent.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import { issueToken } from '../../worker/admission/token.ts'
import {
  answers,
  ask,
  BROKERED,
  connect,
  createCall,
  createSession,
  EPHEMERAL,
  fault,
  isReady,
  journal,
  ORIGIN,
} from './support.ts'

const type = (text: string) => ({ type: 'text', id: newId('txt_'), text }) as const
const ended = (frame: ServerFrame) => frame.type === 'notice' && frame.code === 'call_ended'
const requests = async (from: number, path: RegExp) =>
  (await journal(from)).filter((entry) => entry.kind === 'request' && path.test(String(entry.path)))
const last = async () => (await journal()).at(-1)?.n ?? 0

/** A live call of the tutor, who waits for the visitor to speak first. */
async function liveCall() {
  const created = await createSession({ agent: 'tutor', call: BROKERED })
  if (created.handshake !== 'brokered') throw new Error('expected a call')
  const widget = await connect(created.session, created.token)
  await widget.next(isReady, 'ready')
  return { ...created, widget }
}

async function providerRef(session: string): Promise<string> {
  return runInDurableObject(env.SESSIONS.getByName(session), (_, state) => {
    const rows = state.storage.sql.exec("SELECT data FROM calls WHERE state = 'live'").toArray()
    return String(JSON.parse(String(rows[0]?.data)).ref)
  })
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a call with its sideband', () => {
  it('is greeted with the words of the agent, once', async () => {
    const created = await createSession({ agent: 'concierge', call: BROKERED })
    const widget = await connect(created.session, created.token)
    await widget.until((frames) => answers(frames).length === 1, 'the greeting')
    expect(answers(widget.frames)[0]).toContain('Welcome to Harbour House')
  })

  it('takes typed text and answers aloud', async () => {
    const { widget, call } = await liveCall()
    widget.send(type('good morning'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    expect(answers(widget.frames)[0]).toContain('good morning')
    const update = widget.frames.find((frame) => frame.type === 'update' && frame.item.role === 'assistant')
    expect(update).toMatchObject({ item: { via: 'voice', call } })
  })

  it('attaches again when only the sideband breaks, without a new call', async () => {
    const { session, widget } = await liveCall()
    const ref = await providerRef(session)
    const from = await last()
    await fault({ kind: 'close_sideband', call: ref })
    await vi.waitUntil(async () => (await requests(from, /call_id=/)).length > 0, { timeout: 5000 })
    widget.send(type('after the break'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    expect(widget.frames.some(ended)).toBe(false)
    expect(await requests(from, /^\/v1\/realtime\/calls$/)).toEqual([])
  })

  it('tells the widget at once when the call is gone', async () => {
    const { session, widget } = await liveCall()
    await fault({ kind: 'drop_call', call: await providerRef(session) })
    expect(await widget.next(ended, 'call_ended')).toMatchObject({ reason: 'dropped' })
  })

  it('goes on in a new call with the history, as text only, and with the ids of the transcript', async () => {
    const { session, token, widget } = await liveCall()
    widget.send(type('I have two dogs'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    await fault({ kind: 'drop_call', call: await providerRef(session) })
    await widget.next(ended, 'call_ended')
    const from = await last()
    const next = await createCall(session, token)
    await widget.next((frame) => frame.type === 'ready' && frame.call === next.call, 'ready again')
    const seeds = (await journal(from)).filter(
      (entry) => entry.direction === 'in' && JSON.stringify(entry).includes('conversation.item.create'),
    )
    expect(JSON.stringify(seeds)).toMatch(/input_text.*I have two dogs/)
    expect(JSON.stringify(seeds)).toMatch(/output_text/)
    expect(JSON.stringify(seeds)).not.toMatch(/output_audio|input_audio/)
    widget.send(type('what did I say before?'))
    await widget.until((frames) => answers(frames).length === 2, 'an answer that knows')
    expect(answers(widget.frames).at(-1)).toContain('I have two dogs')
    const ids = new Set(widget.frames.flatMap((frame) => (frame.type === 'update' ? [frame.item.id] : [])))
    expect(ids.size).toBe(4) // two questions, two answers: the seeds made no item of their own
  })

  it('answers what was typed while the call was being opened', async () => {
    const { session, token } = await createSession({ agent: 'tutor' })
    const widget = await connect(session, token)
    const opening = createCall(session, token)
    widget.send(type('I am early'))
    await opening
    await widget.until((frames) => answers(frames).some((text) => text.includes('I am early')), 'an answer')
  })
})

describe('text around the end of a call', () => {
  it('is answered in writing when the call ends before it could answer', async () => {
    const { session, token, call, widget } = await liveCall()
    widget.send(type('just before you go'))
    await widget.next((frame) => frame.type === 'ack', 'ack')
    const end = await ask(`/v1/sessions/${session}/calls/${call}/end`, { method: 'POST', token })
    expect(end.status).toBe(204)
    await widget.until((frames) => answers(frames).some((text) => text.includes('just before you go')), 'an answer')
  })
})

describe('push-to-talk', () => {
  it('asks for an answer only when the button gave a turn', async () => {
    const id = newId('ses_')
    const stub = env.SESSIONS.getByName(id)
    const agent = defineAgent({ ...tutor, turns: { detection: 'push_to_talk' } })
    await stub.create({ id, agentId: 'tutor', agent, origin: ORIGIN })
    const token = await issueToken('a secret that only tests know', ORIGIN, { session: id, generation: 1 })
    const widget = await connect(id, token)
    await createCall(id, token)
    await widget.next(isReady, 'ready')
    const from = await last()
    widget.send({ type: 'talk', on: true })
    widget.send({ type: 'talk', on: false })
    const entries = () => journal(from).then((all) => JSON.stringify(all))
    await vi.waitUntil(async () => (await entries()).includes('input_audio_buffer_commit_empty'), { timeout: 5000 })
    widget.send(type('then I write'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    expect((await entries()).match(/"response.create"/g)).toHaveLength(1)
  })
})

describe('one live call per session', () => {
  it('hangs the older one up before the newer one is created, and tells the widget', async () => {
    const { session, token, call, widget } = await liveCall()
    const ref = await providerRef(session)
    const from = await last()
    await createCall(session, token)
    expect(await widget.next(ended, 'call_ended')).toMatchObject({ call, reason: 'superseded' })
    const order = await requests(from, /calls/)
    expect(order.map((entry) => entry.path)).toEqual([`/v1/realtime/calls/${ref}/hangup`, '/v1/realtime/calls'])
  })

  it('keeps one of many that are started at the same moment', async () => {
    const { session, token } = await createSession({ agent: 'tutor' })
    const from = await last()
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => createCall(session, token)))
    const won = results.filter((result) => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(String(result.reason)).toContain('call_superseded')
    }
    const opened = (await requests(from, /^\/v1\/realtime\/calls$/)).length
    await vi.waitUntil(async () => (await requests(from, /hangup$/)).length === opened - 1, { timeout: 5000 })
  })

  it('lets go of a widget that holds an older token', async () => {
    const { session, token, widget } = await liveCall()
    const next = await createCall(session, token)
    await connect(session, next.token)
    await widget.next((frame) => frame.type === 'notice' && frame.code === 'superseded', 'superseded')
  })
})

describe('no orphan', () => {
  it('hangs up when the widget is gone and its grace is over', async () => {
    const { session, widget } = await liveCall()
    const ref = await providerRef(session)
    const from = await last()
    const stub = env.SESSIONS.getByName(session)
    widget.raw.close(1000)
    await vi.waitUntil(() =>
      runInDurableObject(stub, (_, state) =>
        String(state.storage.sql.exec('SELECT data FROM session').one().data).includes('"widgetGoneAt":1'),
      ),
    )
    await runDurableObjectAlarm(stub)
    expect(await requests(from, /hangup$/)).toEqual([])
    vi.setSystemTime(Date.now() + 25_000)
    await runDurableObjectAlarm(stub)
    await vi.waitUntil(async () => (await requests(from, /hangup$/)).length === 1)
    expect((await requests(from, /hangup$/))[0]?.path).toContain(ref)
  })

  it('takes the sideband up again after the object has crashed', async () => {
    const { session, token } = await liveCall()
    const from = await last()
    await abortAllDurableObjects()
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    await vi.waitUntil(async () => (await requests(from, /call_id=/)).length > 0, { timeout: 5000 })
    const widget = await connect(session, token)
    expect(await widget.next((frame) => frame.type === 'welcome', 'welcome')).toMatchObject({ call: { ready: true } })
    widget.send(type('back again'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
  })

  it('fills in what was said while the object was down', async () => {
    const { session, token, widget } = await liveCall()
    widget.send(type('tell me a long story'))
    await widget.next((frame) => frame.type === 'delta', 'the beginning of the story')
    await abortAllDurableObjects()
    const stub = env.SESSIONS.getByName(session)
    await runDurableObjectAlarm(stub)
    const again = await connect(session, token)
    await again.until((frames) => answers(frames).length === 1, 'the story')
    expect(answers(again.frames)[0]?.length).toBeGreaterThan(400)
    const story = again.frames.findLast((frame) => frame.type === 'update')
    expect(story).toMatchObject({ item: { role: 'assistant', status: 'completed' } })
  })

  it('hangs up again until the provider has confirmed', async () => {
    const { session, token, widget } = await liveCall()
    const from = await last()
    await fault({ kind: 'fail_next', count: 1, status: 500, route: 'hangup' })
    await createCall(session, token, EPHEMERAL)
    await widget.next(ended, 'call_ended')
    const stub = env.SESSIONS.getByName(session)
    await runDurableObjectAlarm(stub)
    await vi.waitUntil(async () => (await requests(from, /hangup$/)).length === 2, { timeout: 5000 })
    expect((await requests(from, /hangup$/)).map((entry) => entry.status)).toEqual([500, 200])
  })
})
