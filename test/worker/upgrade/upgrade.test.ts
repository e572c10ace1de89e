/** Conversations that an earlier version has on disk go on in this one: as after a deploy in the middle of a call. */
import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { issueToken } from '../../../worker/admission/token.ts'
import v010 from '../../fixtures/state/0.1.0.json'
import { items } from '../inside.ts'
import { answers, ask, connect, createCall, isReady, ORIGIN } from '../support.ts'
import { deployKept } from './agent.ts'
import { put, type State } from './state.ts'

/** Each release adds its own. TypeScript sees each row of the file as a type of its own. */
const states = [v010] as unknown as State[]

describe.each(states)('a state of version $version', (state) => {
  const { session, token, agent, idempotencyKey } = state

  it('can be read, goes on by voice with its history and its facts, and is erased', async () => {
    deployKept()
    await put(state)
    expect((await items(session)).map(({ kind }) => kind)).toContain('fact')
    const transcript = await ask(`/v1/sessions/${session}/transcript`, { token, headers: { Accept: 'text/plain' } })
    const text = new TextDecoder().decode(await transcript.arrayBuffer())
    for (const words of ['my name is Robin', 'at noon on Monday', 'comes with a dog']) expect(text).toContain(words)

    // The provider knows nothing of the call any more.
    const widget = await connect(session, token)
    await runDurableObjectAlarm(env.SESSIONS.getByName(session))
    const call = await createCall(session, token)
    await widget.until(
      (frames) => frames.some((frame) => isReady(frame) && frame.type === 'ready' && frame.call === call.call),
      'ready',
    )
    widget.send({ type: 'text', id: newId('txt_'), text: 'what did I say before?' })
    await widget.until(
      (frames) => answers(frames).some((one) => one.includes('my name is Robin')),
      'an answer that knows',
    )

    const erased = await ask(`/v1/sessions/${session}`, { method: 'DELETE', token: call.token })
    expect(erased.status).toBe(204)
    expect(await items(session)).toEqual([])
  })

  it('answers a repeated start as it did, and its budget lets others start', async () => {
    deployKept()
    await put(state)
    const start = (key: string) =>
      ask('/v1/sessions', {
        method: 'POST',
        headers: { 'Idempotency-Key': key },
        body: { agent },
      }).then(async (response) => ({
        status: response.status,
        body: (await response.json()) as { session?: string; token?: string },
      }))
    const again = await start(idempotencyKey)
    expect(again).toMatchObject({ status: 201, body: { session } })
    expect(again.body.token).toBe(await issueToken('a secret that only tests know', ORIGIN, { session, generation: 1 }))
    const other = await start(newId('itm_'))
    expect(other.status).toBe(201)
    expect(other.body.session).not.toBe(session)
    for (const id of [session, other.body.session ?? '']) await env.SESSIONS.getByName(id).discard()
  })
})
