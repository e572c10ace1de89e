import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { newId } from '../../protocol/ids.ts'
import { issueToken } from '../../worker/admission/token.ts'
import { brokerWith } from './agents.ts'
import { answers, ask, connect, createSession, fault, journal, ORIGIN } from './support.ts'

const type = (text: string, id = newId('txt_')) => ({ type: 'text', id, text }) as const

describe('a conversation by text', () => {
  it('needs no call and no microphone: typed, stored, acknowledged, answered', async () => {
    const { session, token } = await createSession()
    const widget = await connect(session, token)
    const hello = type('hello parley')
    widget.send(hello)
    await widget.next((frame) => frame.type === 'ack' && frame.id === hello.id, 'ack')
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    expect(answers(widget.frames)[0]).toContain('hello parley')
    const stored = await (await ask(`/v1/sessions/${session}/transcript`, { token })).json()
    expect(stored).toMatchObject({
      session,
      items: [
        { id: hello.id, role: 'user', via: 'text', text: 'hello parley', status: 'completed', call: null },
        { role: 'assistant', status: 'completed' },
      ],
      next: null,
    })
  })

  it('streams the answer before it is complete', async () => {
    const { session, token } = await createSession()
    const widget = await connect(session, token)
    widget.send(type('stream this to me please'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    const deltas = widget.frames.flatMap((frame) => (frame.type === 'delta' ? [frame] : []))
    expect(deltas.length).toBeGreaterThan(1)
    expect(deltas.map((delta) => delta.text).join('')).toBe(answers(widget.frames)[0])
  })

  it('takes a repeated text as the same one', async () => {
    const { session, token } = await createSession()
    const widget = await connect(session, token)
    const hello = type('only once')
    widget.send(hello)
    widget.send(hello)
    await widget.until((frames) => frames.filter((frame) => frame.type === 'ack').length === 2, 'two acks')
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    widget.send(type('and now?'))
    await widget.until((frames) => answers(frames).length === 2, 'the next answer')
    const items = widget.frames.filter((frame) => frame.type === 'update' && frame.item.text === 'only once')
    expect(items).toHaveLength(1)
  })

  it('goes on with its history when the provider has hung up in between', async () => {
    const { session, token } = await createSession()
    const widget = await connect(session, token)
    widget.send(type('my favourite colour is teal'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
    await fault({ kind: 'end_call' })
    const from = (await journal()).at(-1)?.n ?? 0
    widget.send(type('what did I say before?'))
    await widget.until((frames) => answers(frames).length === 2, 'the second answer')
    expect(answers(widget.frames)[1]).toContain('my favourite colour is teal')
    const creates = (await journal(from)).filter(
      (entry) => entry.direction === 'in' && JSON.stringify(entry).includes('conversation.item.create'),
    )
    expect(creates.length).toBeGreaterThanOrEqual(3) // two seeds and the question
  })

  it('answers after a reconnect only with what was missed', async () => {
    const { session, token } = await createSession()
    const first = await connect(session, token)
    first.send(type('one'))
    await first.until((frames) => answers(frames).length === 1, 'an answer')
    const welcome = first.frames[0]
    expect(welcome).toMatchObject({ type: 'welcome', session, seq: 0, call: null })
    const seen = Math.max(...first.frames.flatMap((frame) => (frame.type === 'update' ? [frame.seq] : [])))
    const second = await connect(session, token, seen)
    const all = await connect(session, token)
    await all.until((frames) => frames.filter((frame) => frame.type === 'update').length === 2, 'the whole thread')
    expect(second.frames.filter((frame) => frame.type === 'update')).toEqual([])
  })

  it('says so when there is no answer, and answers when it can again', async () => {
    const { session, token } = await createSession()
    const widget = await connect(session, token)
    await fault({ kind: 'fail_next', count: 11, status: 500, route: 'websocket' }) // as often as it is tried
    widget.send(type('are you there?'))
    const notice = await widget.next((frame) => frame.type === 'notice', 'a notice')
    expect(notice).toMatchObject({ code: 'no_answer' })
    const again = await connect(session, token)
    await again.until((frames) => answers(frames).length === 1, 'the late answer')
  })

  it('says so at once when the provider does not take the configuration, and the log says why', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const broker = brokerWith({})
    // Not to be had from `defineAgent`: what a model takes may change at the provider.
    const session = newId('ses_')
    const agent = { ...broker.agent, truncation: { maxTokens: 16_000, retentionRatio: 7 } }
    await env.SESSIONS.getByName(session).create({ id: session, agentId: broker.id, agent, origin: ORIGIN })
    const token = await issueToken('a secret that only tests know', ORIGIN, { session, generation: 1 })
    const widget = await connect(session, token)
    widget.send(type('are you there?'))
    expect(await widget.next((frame) => frame.type === 'notice', 'a notice')).toMatchObject({ code: 'no_answer' })
    const lines = log.mock.calls.map(([line]) => String(line)).join()
    log.mockRestore()
    expect(lines).toMatch(/"code":"configuration_refused".*"cause":"\w+/)
  })

  it('refuses frames that it does not know, and goes on', async () => {
    const { session, token } = await createSession()
    const widget = await connect(session, token)
    widget.raw.send('{"type":"session.update","session":{}}')
    await widget.next((frame) => frame.type === 'error', 'an error frame')
    widget.raw.send('ping')
    widget.send(type('still here'))
    await widget.until((frames) => answers(frames).length === 1, 'an answer')
  })
})
