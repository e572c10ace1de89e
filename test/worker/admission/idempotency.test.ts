import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { Replies } from '../../../worker/session/replies.ts'
import { ask, BROKERED, createSession, EPHEMERAL, fault, type JournalEntry, journal } from '../support.ts'

const newKey = () => newId('itm_')
const start = (key: string, body: object = { agent: 'concierge', call: BROKERED }) =>
  ask('/v1/sessions', { method: 'POST', body, headers: { 'Idempotency-Key': key } })
const code = async (response: Response) => `${response.status} ${JSON.parse(await response.text()).code}`

/** Calls and secrets asked of the provider since. */
async function opened(from: number): Promise<JournalEntry[]> {
  return (await journal(from)).filter(
    ({ kind, method, path }) =>
      kind === 'request' &&
      method === 'POST' &&
      (path === '/v1/realtime/calls' || path === '/v1/realtime/client_secrets'),
  )
}

describe('the same start sent twice', () => {
  it.each([
    ['without a call', { agent: 'tutor' }, 0],
    ['brokered', { agent: 'concierge', call: BROKERED }, 1],
    ['ephemeral', { agent: 'tutor', call: EPHEMERAL }, 1],
  ])('%s: one session, one call, one answer', async (_, body, asked) => {
    const from = (await journal()).length
    const key = newKey()
    const first = await (await start(key, body)).text()
    const response = await start(key, body)
    expect(response.status).toBe(201)
    expect(await response.text()).toBe(first)
    expect(await opened(from)).toHaveLength(asked)
    const { session, token } = JSON.parse(first)
    expect((await ask(`/v1/sessions/${session}/transcript`, { token })).status).toBe(200)
  })

  it('at the same moment: one is made, the other is told to come back, and then gets the same', async () => {
    const from = (await journal()).length
    const key = newKey()
    const responses = await Promise.all([start(key), start(key), start(key)])
    const made = responses.filter(({ status }) => status === 201)
    expect(made).toHaveLength(1)
    for (const response of responses.filter(({ status }) => status !== 201)) {
      expect(response.headers.get('Retry-After')).toBe('1')
      expect(await code(response)).toBe('409 idempotency_in_flight')
    }
    expect(await (await start(key)).text()).toBe(await made[0]?.text())
    expect(await opened(from)).toHaveLength(1)
  })

  it('with another body is refused, and for another agent it is another start', async () => {
    const key = newKey()
    expect((await start(key, { agent: 'tutor' })).status).toBe(201)
    expect(await code(await start(key, { agent: 'tutor', call: EPHEMERAL }))).toBe('422 idempotency_mismatch')
    expect((await start(key, { agent: 'concierge' })).status).toBe(201)
  })

  it('may try again when the provider has refused', async () => {
    const key = newKey()
    await fault({ kind: 'fail_next', route: 'calls', status: 503, count: 1 })
    expect((await start(key)).status).toBe(503)
    expect((await start(key)).status).toBe(201)
  })

  it('is a new start after the session was erased: nothing of the old one is left', async () => {
    const key = newKey()
    const first = JSON.parse(await (await start(key, { agent: 'tutor' })).text())
    await ask(`/v1/sessions/${first.session}`, { method: 'DELETE', token: first.token })
    const second = JSON.parse(await (await start(key, { agent: 'tutor' })).text())
    expect(second.session).not.toBe(first.session)
  })

  it('takes over from a try that never came to an answer', async () => {
    const key = newKey()
    const { session } = JSON.parse(await (await start(key, { agent: 'tutor' })).text())
    await runInDurableObject(env.SESSIONS.getByName(session), async (_, { storage }) => {
      storage.sql.exec('DELETE FROM replies')
    })
    expect(await code(await start(key, { agent: 'tutor' }))).toBe('409 idempotency_in_flight')
    await runInDurableObject(env.VISITORS.getByName('tutor'), async (_, { storage }) => {
      storage.sql.exec('UPDATE starts SET at = at - 30000 WHERE session = ?', session)
    })
    const both = await Promise.all([start(key, { agent: 'tutor' }), start(key, { agent: 'tutor' })])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  it.each(['short', 'with a space in between', 'x'.repeat(129)])(
    'needs a key that cannot be guessed: %s',
    async (key) => {
      expect(await code(await start(key))).toBe('400 bad_request')
    },
  )

  it('keeps neither the key nor a token nor a secret in readable form', async () => {
    const key = newKey()
    const { session, token, client_secret } = JSON.parse(
      await (await start(key, { agent: 'tutor', call: EPHEMERAL })).text(),
    )
    const stored = await Promise.all([rows('SESSIONS', session, 'replies'), rows('VISITORS', 'tutor', 'starts')])
    expect(stored[0]).toContain('rows:1')
    for (const text of stored) {
      expect(text).not.toContain(key)
      expect(text).not.toContain(token.split('.')[2])
      expect(text).not.toContain(client_secret.value)
    }
  })
})

/** Every cell of a table, bytes as characters. */
async function rows(namespace: 'SESSIONS' | 'VISITORS', name: string, table: string): Promise<string> {
  const namespaces = { SESSIONS: env.SESSIONS, VISITORS: env.VISITORS }
  return runInDurableObject(namespaces[namespace].getByName(name), async (_: unknown, { storage }) => {
    const all = storage.sql.exec(`SELECT * FROM ${table}`).toArray()
    const cells = all.flatMap((row) => Object.values(row))
    const text = cells.map((cell) => (cell instanceof ArrayBuffer ? new TextDecoder('latin1').decode(cell) : cell))
    return `rows:${all.length}\n${text.join('\n')}`
  })
}

describe('the same call sent twice', () => {
  const call = (session: string, token: string, key: string, body: object = BROKERED) =>
    ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body, headers: { 'Idempotency-Key': key } })

  it.each([
    ['brokered', BROKERED],
    ['ephemeral', EPHEMERAL],
  ])('%s: one call, one answer', async (_, body) => {
    const { session, token } = await createSession()
    const from = (await journal()).length
    const key = newKey()
    const [first, again] = [await call(session, token, key, body), await call(session, token, key, body)]
    expect(again.status).toBe(201)
    expect(await again.text()).toBe(await first.text())
    expect(await opened(from)).toHaveLength(1)
  })

  it('at the same moment: one call', async () => {
    const { session, token } = await createSession()
    const from = (await journal()).length
    const key = newKey()
    const responses = await Promise.all([call(session, token, key), call(session, token, key)])
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(await opened(from)).toHaveLength(1)
  })

  it('after a minute is told so, and starts nothing; the answer is gone from the rows', async () => {
    const { session, token } = await createSession()
    const key = newKey()
    const first = JSON.parse(await (await call(session, token, key)).text())
    await runInDurableObject(env.SESSIONS.getByName(session), async (_, { storage }) => {
      storage.sql.exec('UPDATE replies SET at = at - 60000')
    })
    const from = (await journal()).length
    expect(await code(await call(session, first.token, key))).toBe('409 idempotency_expired')
    expect(await opened(from)).toHaveLength(0)
    expect(await rows('SESSIONS', session, 'replies')).toMatch(/^rows:1\n.*\n$/s)
  })

  it('with another body is refused; on another session it is another call', async () => {
    const [one, other] = [await createSession(), await createSession()]
    const key = newKey()
    expect((await call(one.session, one.token, key)).status).toBe(201)
    expect(await code(await call(one.session, one.token, key, EPHEMERAL))).toBe('422 idempotency_mismatch')
    expect((await call(other.session, other.token, key)).status).toBe(201)
  })

  it('may try again when the provider has refused', async () => {
    const { session, token } = await createSession()
    const key = newKey()
    await fault({ kind: 'fail_next', route: 'calls', status: 503, count: 1 })
    expect((await call(session, token, key)).status).toBe(503)
    expect((await call(session, token, key)).status).toBe(201)
  })
})

describe('the rows', () => {
  it('are forgotten a day later', async () => {
    const { session } = await createSession()
    await runInDurableObject(env.SESSIONS.getByName(session), async (_, { storage }) => {
      const replies = new Replies(storage.sql)
      const mark = { key: 'k', body: 'b' }
      expect(replies.claim(mark, 'call_1', 2, 0)).toEqual({ ok: true, value: null })
      expect(replies.claim(mark, 'call_2', 2, 0)).toMatchObject({ code: 'idempotency_in_flight' })
      expect(replies.claim(mark, 'call_2', 2, 29_999)).toMatchObject({ code: 'idempotency_in_flight' })
      // Neither an answer nor a failure has come of the first: the second takes over.
      expect(replies.claim(mark, 'call_2', 3, 30_000)).toEqual({ ok: true, value: null })
      replies.keep('call_1', new ArrayBuffer(1), 30_001)
      expect(replies.claim(mark, 'call_3', 4, 30_002)).toMatchObject({ code: 'idempotency_in_flight' })
      replies.keep('call_2', new ArrayBuffer(2), 30_003)
      const kept = { call: 'call_2', tokenGeneration: 3 }
      expect(replies.claim(mark, 'call_4', 4, 30_004)).toMatchObject({ ok: true, value: kept })
      expect(replies.claim({ ...mark, body: 'c' }, 'call_4', 4, 30_004)).toMatchObject({ code: 'idempotency_mismatch' })
      expect(replies.claim(mark, 'call_4', 4, 90_000)).toMatchObject({ code: 'idempotency_expired' })
      expect(replies.claim(mark, 'call_4', 4, 25 * 3600_000)).toEqual({ ok: true, value: null })
    })
  })
})
