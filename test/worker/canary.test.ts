/**
 * Secrets and words are planted wherever they can get in, things are made to fail, and everything that was logged or
 * answered is searched for them. The state on disk and the built widget: test/e2e/canary.spec.ts.
 */
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '../../protocol/ids.ts'
import { answers, ask, BROKERED, connect, createSession, fault, isUp, OFFER } from './support.ts'

const WORDS = 'tamarind lighthouse seventeen'
const PLANTED = 'plantedcanary'
const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const

let logged: string[]

beforeEach(() => {
  logged = []
  for (const method of METHODS) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      logged.push(args.map((arg) => (arg instanceof Error ? `${arg.stack}` : String(arg))).join(' '))
    })
  }
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** What may not stand in a log, whoever sent it. */
function expectCleanLog(...codes: string[]): void {
  const text = logged.join('\n')
  for (const code of codes) expect(text).toContain(`"code":"${code}"`) // there is something that could tell
  for (const secret of [env.OPENAI_API_KEY, env.PARLEY_SECRET, PLANTED, ...WORDS.split(' '), 'v=0', 'ice-pwd', 'ek_']) {
    expect(text).not.toContain(secret)
  }
  expect(text).not.toMatch(/ses_\w{22}\.\d|Bearer/) // a session token
}

describe('the log', () => {
  it('says nothing of what was said, typed or offered in a call that goes well', async () => {
    const sdp = OFFER.replace('s=-', `s=${PLANTED}`)
    expect(sdp).toContain(PLANTED)
    const created = await createSession({ agent: 'concierge', call: { ...BROKERED, sdp } })
    const widget = await connect(created.session, created.token)
    await widget.next(isUp, 'ready')
    widget.send({ type: 'text', id: newId('txt_'), text: WORDS })
    await widget.until((frames) => answers(frames).length > 0, 'an answer')
    const { token } = created
    expect((await ask(`/v1/sessions/${created.session}`, { method: 'DELETE', token })).status).toBe(204)
    expectCleanLog('session_created', 'call_opened', 'call_ended', 'session_erased')
  })

  it('says nothing of it when the provider fails', async () => {
    const { session, token } = await createSession()
    await fault({ kind: 'fail_next', route: 'calls', status: 401 })
    const call = { method: 'POST', token, body: { ...BROKERED, sdp: OFFER.replace('s=-', `s=${PLANTED}`) } }
    expect((await ask(`/v1/sessions/${session}/calls`, call)).status).toBe(502)
    const widget = await connect(session, token)
    await fault({ kind: 'fail_next', route: 'websocket', count: 11, status: 500 })
    widget.send({ type: 'text', id: newId('txt_'), text: WORDS })
    await widget.next((frame) => frame.type === 'notice' && frame.code === 'no_answer', 'a notice')
    expectCleanLog('provider_refused', 'call_ended', 'line_refused', 'line_ended')
  })

  it('says nothing of requests and frames that are refused', async () => {
    const { session, token } = await createSession()
    const path = `/v1/sessions/${session}/transcript`
    const widget = await connect(session, token)
    const frames = [`{"type":"text","text":"${WORDS} ${PLANTED}"}`, `${PLANTED} ${WORDS}`, `{"${PLANTED}":1}`]
    for (const frame of frames) widget.raw.send(frame)
    await widget.until((all) => all.filter((frame) => frame.type === 'error').length === frames.length, 'refusals')
    const statuses = await Promise.all([
      ask(`${path}?token=${PLANTED}&after=${PLANTED}`, { token }),
      ask(path, { token: `${token}${PLANTED}` }),
      ask(`/v1/${PLANTED}?q=${PLANTED}`),
      ask('/v1/sessions', { method: 'POST', body: `{"${PLANTED}` }),
      ask('/v1/sessions', { method: 'POST', body: { agent: PLANTED, instructions: WORDS } }),
      ask('/v1/sessions', {
        method: 'POST',
        body: { agent: 'tutor' },
        headers: { Origin: `https://${PLANTED}.example` },
      }),
    ])
    expect(statuses.map((response) => response.status)).toEqual([400, 401, 404, 400, 400, 403])
    expectCleanLog('session_created')
  })
})
