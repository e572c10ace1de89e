/** Silence in real calls: the alarm looks at a call at a later time, as it does after a restart. */
import { abortAllDurableObjects, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import { brokerWith } from './agents.ts'
import { items, providerRef, secondSocket } from './inside.ts'
import { answers, BROKERED, connect, journal } from './support.ts'

const ended = (frame: ServerFrame) => frame.type === 'notice' && frame.code === 'call_ended'
const soon = (isTrue: () => boolean | Promise<boolean>) => vi.waitUntil(isTrue, { timeout: 5000, interval: 10 })

const begun: string[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const id of begun.splice(0)) await env.SESSIONS.getByName(id).discard()
})

async function silentCall(more: Parameters<typeof brokerWith>[1] = {}) {
  const broker = brokerWith({ callSeconds: 3600 }, more)
  const call = await broker.live()
  begun.push(call.session)
  return { ...call, broker, ref: await providerRef(call.session) }
}
type Silent = Awaited<ReturnType<typeof silentCall>>

/** The watchdog comes by so much later; a fresh socket is a sign of life of the widget, not of the visitor. */
async function later({ session, token, stub }: Pick<Silent, 'session' | 'token' | 'stub'>, ms: number) {
  vi.setSystemTime(Date.now() + ms)
  const widget = await connect(session, token)
  await runDurableObjectAlarm(stub)
  return widget
}

/** Answers that the broker asked for with instructions of its own, as the provider got them. */
async function questions(ref: string): Promise<string[]> {
  return (await journal()).flatMap(({ call, direction, event }) => {
    const { type, response } = (event ?? {}) as { type?: string; response?: { instructions?: string } }
    const isOurs = type === 'response.create' && response?.instructions?.includes('silent')
    return call === ref && direction === 'in' && isOurs ? [response?.instructions ?? ''] : []
  })
}

/** After two minutes the assistant has asked, and its question is through. */
async function askedCall(more: Parameters<typeof brokerWith>[1] = {}) {
  const call = await silentCall(more)
  const widget = await later(call, 121_000)
  await soon(async () => (await questions(call.ref)).length === 1)
  await soon(() => widget.frames.some((frame) => frame.type === 'activity' && frame.state === 'speaking'))
  await soon(async () => (await items(call.session)).every(({ status }) => status !== 'in_progress'))
  // No browser plays it here, so that it would never be through.
  ;(await secondSocket(call.ref)).send({ type: 'output_audio_buffer.clear' })
  await soon(() => widget.frames.some((frame) => frame.type === 'activity' && frame.state === 'listening'))
  return { ...call, widget }
}

describe('a silent call', () => {
  it('is asked whether somebody is there, and ends; nobody but the visitor may call again', async () => {
    const { widget, ...call } = await askedCall()
    expect(widget.frames.some(ended)).toBe(false)
    const last = await later(call, 61_000)
    expect(await last.next(ended, 'the end')).toMatchObject({ call: call.call, reason: 'idle' })
    const transcript = await items(call.session)
    expect(transcript.map(({ role }) => role)).toEqual(['assistant', 'notice'])
    expect(transcript[1]).toMatchObject({ kind: 'notice', text: 'idle' })
    const hangUp = `/v1/realtime/calls/${call.ref}/hangup`
    await soon(async () => (await journal()).some(({ path }) => path === hangUp))

    const calls = `/v1/sessions/${call.session}/calls`
    const { ask } = call.broker
    const after = { call: call.call, because: 'dropped' }
    const again = await ask(calls, { method: 'POST', token: call.token, body: { ...BROKERED, after } })
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'call_over', reason: 'idle' }])
    const own = await ask(calls, { method: 'POST', token: call.token, body: BROKERED })
    expect(own.status).toBe(201)
  })

  it('goes on when the visitor writes', async () => {
    const { widget, ...call } = await askedCall()
    widget.send({ type: 'text', id: newId('txt_'), text: 'yes, I am here' })
    await widget.until((frames) => answers(frames).some((text) => text.includes('I am here')), 'an answer')
    widget.send({ type: 'interrupt' })
    const last = await later(call, 61_000)
    last.send({ type: 'text', id: newId('txt_'), text: 'and still here' })
    await last.until((frames) => answers(frames).some((text) => text.includes('still here')), 'an answer')
    expect(last.frames.some(ended)).toBe(false)
  })

  it('has its end after a restart, too', async () => {
    const { widget, ...call } = await askedCall()
    widget.raw.close()
    await abortAllDurableObjects()
    const last = await later({ ...call, stub: env.SESSIONS.getByName(call.session) }, 61_000)
    expect(await last.next(ended, 'the end')).toMatchObject({ call: call.call, reason: 'idle' })
    expect(await questions(call.ref)).toHaveLength(1)
  })

  it('is left alone where the agent says so', async () => {
    const call = await silentCall({ idle: null })
    const widget = await later(call, 1_000_000)
    await later(call, 1_000_000)
    expect(await questions(call.ref)).toEqual([])
    expect(widget.frames.some(ended)).toBe(false)
  })
})
