import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { EPHEMERAL } from '../support.ts'
import { askGuarded, begin, claims, fakeWorld, signShared } from './guarded.ts'

let lines: string[]
beforeEach(() => {
  lines = []
  fakeWorld()
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
})

const start = (agent: string, headers: Record<string, string>) =>
  askGuarded('/v1/sessions', { method: 'POST', body: { agent, call: EPHEMERAL }, headers })
const refusals = () => lines.map((line) => JSON.parse(line)).filter(({ code }) => code === 'refused')

describe('the log', () => {
  it.each<[string, string, Record<string, string>, string]>([
    ['origin', 'open', { Origin: 'https://canary.example' }, 'origin_refused'],
    ['identity', 'members', {}, 'identity_required'],
    ['identity', 'members', { 'Parley-Identity': 'canary' }, 'identity_invalid'],
    ['bot', 'humans', { 'Parley-Bot-Token': 'canary' }, 'bot_check_failed'],
    ['idempotency', 'open', { 'Idempotency-Key': 'canary' }, 'bad_request'],
  ])('names the check that refused and why: %s, %s', async (check, agent, headers, reason) => {
    await start(agent, headers)
    expect(refusals()).toEqual([{ level: 'info', code: 'refused', check, reason }])
    expect(lines.join()).not.toContain('canary')
  })

  it('tells a used identity from a used key', async () => {
    const headers = { 'Parley-Identity': await signShared(claims('members')) }
    await begin('members', headers)
    await start('members', headers)
    const key = { 'Idempotency-Key': newId('itm_') }
    await begin('open', key)
    await start('open', key)
    expect(refusals()).toMatchObject([
      { check: 'identity', reason: 'identity_replayed' },
      { check: 'idempotency', reason: 'idempotency_mismatch' },
    ])
  })

  it('never holds what opens something', async () => {
    const jwt = await signShared(claims('members', { sub: 'canary-person' }))
    const key = newId('itm_')
    const { token } = await begin('members', { 'Parley-Identity': jwt, 'Idempotency-Key': key })
    const told = lines.join()
    expect(told).toContain('session_created')
    for (const secret of [jwt, key, token, 'canary-person']) expect(told).not.toContain(secret)
  })
})
