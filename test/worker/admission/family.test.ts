import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import concierge from '../../../agents/concierge.ts'
import { newId } from '../../../protocol/ids.ts'
import { issueToken } from '../../../worker/admission/token.ts'
import { judgeToken, TOKEN_LIFE_MS } from '../../../worker/session/family.ts'
import type { SessionRow } from '../../../worker/session/store.ts'
import { ask, BROKERED, connect, createCall, createSession, EPHEMERAL, journal, ORIGIN } from '../support.ts'

const NOW = 1_800_000_000_000
const row = (change: Partial<SessionRow> = {}): SessionRow => ({
  id: newId('ses_'),
  agentId: 'concierge',
  agent: concierge,
  origin: ORIGIN,
  createdAt: NOW,
  tokenUsed: 5,
  callGeneration: 0,
  widgetGoneAt: null,
  leased: false,
  ...change,
})

describe('which generations are good', () => {
  it.each([
    [5, undefined],
    [6, undefined],
    [7, 'token_invalid'],
    [4, 'token_superseded'],
    [3, 'token_revoked'],
    [1, 'token_revoked'],
    [5.5, 'token_invalid'],
    [Number.NaN, 'token_invalid'],
  ])('generation %s of 5: %s', (generation, refused) => {
    expect(judgeToken(row(), generation, NOW, null).refused).toBe(refused)
  })

  it('the successor makes its predecessor late when it is used, not when it is issued', () => {
    const { session } = judgeToken(row(), 6, NOW, null)
    expect(session.tokenUsed).toBe(6)
    expect(judgeToken(session, 5, NOW, null).refused).toBe('token_superseded')
    expect(judgeToken(row(), 5, NOW, null).refused).toBeUndefined()
  })

  it('revoking ends every token that anybody can have, once', () => {
    const { session, revoked } = judgeToken(row(), 3, NOW, null)
    expect(revoked).toBe(true)
    for (const generation of [3, 4, 5, 6]) {
      expect(judgeToken(session, generation, NOW, null)).toEqual({ session, refused: 'token_revoked' })
    }
    // What is issued next, to a signed identity only, begins a new family.
    expect(judgeToken(session, session.tokenUsed + 1, NOW, null).refused).toBeUndefined()
  })

  it('a refused token changes nothing but by revoking', () => {
    const session = row()
    for (const generation of [4, 7, 99]) expect(judgeToken(session, generation, NOW, null).session).toBe(session)
  })
})

describe('the life of a token', () => {
  const late = NOW + TOKEN_LIFE_MS + 1

  it('ends a day after the conversation was last used', () => {
    expect(judgeToken(row(), 5, NOW + TOKEN_LIFE_MS, null).refused).toBeUndefined()
    expect(judgeToken(row(), 5, late, null).refused).toBe('token_expired')
    expect(judgeToken(row(), 6, late, null).refused).toBe('token_expired')
  })

  it.each<[string, Partial<SessionRow>, number | null]>([
    ['a request', { tokenUsedAt: NOW + 3600_000 }, null],
    ['a widget that was connected', { widgetGoneAt: NOW + 3600_000 }, null],
    ['a widget that is connected', {}, NOW + 3600_000],
  ])('is prolonged by %s', (_, change, lastHeard) => {
    expect(judgeToken(row(change), 5, late, lastHeard).refused).toBeUndefined()
  })

  it('is noted at most each hour, whatever the number of requests', () => {
    const { session } = judgeToken(row(), 5, NOW, null)
    expect(session.tokenUsedAt).toBe(NOW)
    expect(judgeToken(session, 5, NOW + 3599_999, null).session).toBe(session)
    expect(judgeToken(session, 5, NOW + 3600_000, null).session.tokenUsedAt).toBe(NOW + 3600_000)
  })

  it.each([-3600_000, -1000, 1000, 3600_000])('does not mind a clock that jumps by %s ms', (skew) => {
    expect(judgeToken(row({ tokenUsedAt: NOW }), 5, NOW + skew, null).refused).toBeUndefined()
  })
})

describe('at the broker', () => {
  const transcript = async (session: string, token: string) => {
    const response = await ask(`/v1/sessions/${session}/transcript`, { token })
    return response.ok ? 'ok' : JSON.parse(await response.text()).code
  }

  it('a lost answer costs nothing: the older token opens the call again, and gets the same newer one', async () => {
    const { session, token } = await createSession()
    const lost = await createCall(session, token, EPHEMERAL)
    const again = await createCall(session, token, EPHEMERAL)
    expect(again.token).toBe(lost.token)
    expect(await transcript(session, again.token)).toBe('ok')
  })

  it('a duplicated tab is late by one: refused, and nobody else is disturbed', async () => {
    const { session, token } = await createSession()
    const tab = await createCall(session, token, EPHEMERAL)
    expect(await transcript(session, tab.token)).toBe('ok')
    expect(await transcript(session, token)).toBe('token_superseded')
    expect(await transcript(session, tab.token)).toBe('ok')
  })

  it('an older copy revokes all: the call ends, the widget is let go, nobody has a way in', async () => {
    const first = await createSession({ agent: 'concierge', call: BROKERED })
    const { session } = first
    const second = await createCall(session, first.token)
    await createCall(session, second.token)
    const third = await createCall(session, second.token)
    const widget = await connect(session, third.token)
    const closed = new Promise<number>((resolve) => {
      widget.raw.addEventListener('close', ({ code }) => resolve(code))
    })
    const ref = (await journal()).findLast(({ path }) => path === '/v1/realtime/calls')?.call
    expect(await transcript(session, first.token)).toBe('token_revoked')
    expect(await closed).toBe(4001)
    await widget.until(
      (frames) => frames.some((frame) => frame.type === 'notice' && frame.reason === 'revoked'),
      'the end of the call',
    )
    const unissued = await issueToken(env.PARLEY_SECRET, ORIGIN, { session, generation: 4 })
    for (const token of [first.token, second.token, third.token, unissued]) {
      expect(await transcript(session, token)).toBe('token_revoked')
    }
    const hangUps = async () => (await journal()).filter(({ path }) => path === `/v1/realtime/calls/${ref}/hangup`)
    await expect.poll(async () => (await hangUps()).length).toBeGreaterThan(0)
  })

  it('refuses the token of a conversation that was left a day ago', async () => {
    const { session, token } = await createSession()
    expect(await transcript(session, token)).toBe('ok')
    await runInDurableObject(env.SESSIONS.getByName(session), (_, { storage }) => {
      const data = JSON.parse(String(storage.sql.exec('SELECT data FROM session').one().data))
      const before = Date.now() - TOKEN_LIFE_MS - 1000
      storage.sql.exec(
        'UPDATE session SET data = ?',
        JSON.stringify({ ...data, createdAt: before, tokenUsedAt: before }),
      )
    })
    await abortAllDurableObjects() // what it knows of its rows is forgotten
    expect(await transcript(session, token)).toBe('token_expired')
  })
})
