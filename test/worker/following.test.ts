/** A widget whose connection broke calls again by itself, and hears from the broker's refusal when that was an end for good. */
import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import tutor from '../../agents/tutor.ts'
import { type AgentInput, defineAgent } from '../../protocol/agent.ts'
import type { EndReason, ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import { createApp } from '../../worker/http/app.ts'
import { providerRef, secondSocket } from './inside.ts'
import { ask, BROKERED, connect, createCall, EPHEMERAL, fault, isUp, journal, ORIGIN } from './support.ts'

const ended = (frame: ServerFrame) => frame.type === 'notice' && frame.code === 'call_ended'
const begun: string[] = []

afterEach(async () => {
  vi.useRealTimers()
  for (const id of begun.splice(0)) await env.SESSIONS.getByName(id).discard()
})

/** A live call on an agent of its own. */
async function live(limits: AgentInput['limits'] = {}, handshake: AgentInput['handshake'] = 'brokered') {
  const id = `agent-${newId('itm_').slice(4, 12).toLowerCase()}`
  const app = createApp({ [id]: defineAgent({ ...tutor, handshake, limits }) })
  const body = JSON.stringify({ agent: id, call: BROKERED })
  const init = { method: 'POST', headers: { Origin: ORIGIN }, body }
  const response = await app.request('https://broker.example/v1/sessions', init, env)
  const created = (await response.json()) as { session: string; token: string; call: string }
  begun.push(created.session)
  const widget = await connect(created.session, created.token)
  await widget.next(isUp, 'ready')
  return { ...created, widget, stub: env.SESSIONS.getByName(created.session) }
}
type Live = Awaited<ReturnType<typeof live>>

async function follow({ session, token, call }: Pick<Live, 'session' | 'token' | 'call'>) {
  const from = (await journal()).at(-1)?.n ?? 0
  const after = { call, because: 'dropped' }
  const response = await ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: { ...BROKERED, after } })
  const asked = (await journal(from)).filter((entry) => entry.path === '/v1/realtime/calls').length
  return { status: response.status, answer: await response.json(), asked }
}

const refusal = (reason: EndReason) => ({
  status: 409,
  answer: { code: 'call_over', reason },
  asked: 0, // nothing reached the provider
})

async function spendUntilItEnds({ widget }: Live): Promise<void> {
  for (let turn = 1; turn <= 60 && !widget.frames.some(ended); turn++) {
    widget.send({ type: 'text', id: newId('txt_'), text: `turn ${turn}, tell me more about it` })
    const told = (frames: ServerFrame[]) =>
      frames.filter((f) => f.type === 'update' && f.item.role === 'assistant' && f.item.status !== 'in_progress')
    await widget.until((frames) => told(frames).length >= turn || frames.some(ended), `turn ${turn}`)
  }
}

/** How a call comes to each end that is for good. */
const ENDS: [EndReason, AgentInput['limits'], (call: Live) => Promise<unknown>][] = [
  [
    'visitor',
    {},
    ({ session, call, token }) => ask(`/v1/sessions/${session}/calls/${call}/end`, { method: 'POST', token }),
  ],
  [
    'tampered',
    {},
    async ({ session }) => (await secondSocket(await providerRef(session))).send({ type: 'response.create' }),
  ],
  [
    'time_cap',
    { callSeconds: 60 },
    async ({ stub, session, token }) => {
      for (const ms of [61_000, 11_000]) {
        vi.setSystemTime(Date.now() + ms)
        await connect(session, token) // a sign of life at the new time
        await runDurableObjectAlarm(stub)
      }
    },
  ],
  ['cost_cap', { callUsd: 0.1 }, spendUntilItEnds],
  ['day_cap', { dayUsd: 0.1 }, spendUntilItEnds],
]

describe('a call that follows one that was ended for good', () => {
  it.each(ENDS)('is refused after %s, the reason is told, and the visitor may still start anew', async (...end) => {
    const [reason, limits, run] = end
    const call = await live(limits)
    await run(call)
    expect(await call.widget.next(ended, 'the end')).toMatchObject({ reason })
    expect(await follow(call)).toMatchObject(refusal(reason))
    const own = await ask(`/v1/sessions/${call.session}/calls`, { method: 'POST', token: call.token, body: BROKERED })
    expect(own.status).toBe(/cost|day/.test(reason) ? 402 : 201) // judged by the caps alone
  })

  it('is refused when a newer call took its place', async () => {
    const older = await live()
    const newer = await createCall(older.session, older.token)
    expect(await follow({ ...older, token: newer.token })).toMatchObject(refusal('superseded'))
  })

  it('is refused after a try in between that was ended for good', async () => {
    const first = await live()
    await fault({ kind: 'drop_call', call: await providerRef(first.session) })
    await first.widget.next(ended, 'the drop')
    const second = await createCall(first.session, first.token, {
      ...BROKERED,
      after: { call: first.call, because: 'dropped' },
    })
    await first.widget.next((frame) => frame.type === 'ready' && frame.call === second.call, 'ready again')
    ;(await secondSocket(await providerRef(first.session))).send({ type: 'response.create' })
    await first.widget.next((frame) => ended(frame) && 'call' in frame && frame.call === second.call, 'the end')
    expect(await follow({ ...first, token: second.token })).toMatchObject(refusal('tampered'))
  })

  it('is refused by the token when that was revoked, and by the session when that was erased', async () => {
    const stolen = await live()
    let { token } = stolen
    for (let i = 0; i < 2; i++) token = (await createCall(stolen.session, token)).token
    await createCall(stolen.session, token) // uses the third; the first can only be a copy now
    expect(await follow(stolen)).toMatchObject({ status: 401, answer: { code: 'token_revoked' }, asked: 0 })
    expect(await follow({ ...stolen, token })).toMatchObject({
      status: 401,
      answer: { code: 'token_revoked' },
      asked: 0,
    })

    const erased = await live()
    await ask(`/v1/sessions/${erased.session}`, { method: 'DELETE', token: erased.token })
    expect(await follow(erased)).toMatchObject({ status: 404, answer: { code: 'session_not_found' }, asked: 0 })
  })

  it('is refused when there never was such a call', async () => {
    const call = await live()
    const answer = await follow({ ...call, call: newId('call_') })
    expect(answer).toMatchObject({ status: 404, answer: { code: 'call_not_found' }, asked: 0 })
    expect(call.widget.frames.some(ended)).toBe(false)
  })
})

describe('a call that follows one whose connection broke', () => {
  it('is opened when the provider had dropped it', async () => {
    const call = await live()
    await fault({ kind: 'drop_call', call: await providerRef(call.session) })
    expect(await call.widget.next(ended, 'the end')).toMatchObject({ reason: 'dropped' })
    expect((await follow(call)).status).toBe(201)
  })

  it('is opened when only the widget knows that it is gone, each time it tries', async () => {
    const call = await live()
    const first = await follow(call)
    expect(first.status).toBe(201)
    expect(await call.widget.next(ended, 'the end')).toMatchObject({ call: call.call, reason: 'dropped' })
    // Its answer was lost, or it never connected: the widget tries again, and names the call that it had.
    const { token } = first.answer as { token: string }
    expect((await follow({ ...call, token })).status).toBe(201)
  })

  it('takes the ephemeral handshake too, and none at the start of a session', async () => {
    const { session, token, call } = await live({}, 'ephemeral')
    const after = { call, because: 'dropped' }
    expect(await createCall(session, token, { ...EPHEMERAL, after })).toMatchObject({ handshake: 'ephemeral' })
    const body = { agent: 'tutor', call: { ...BROKERED, after } }
    expect((await ask('/v1/sessions', { method: 'POST', body })).status).toBe(400)
  })
})
