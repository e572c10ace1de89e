import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { EPHEMERAL, journal } from '../support.ts'
import { askGuarded, begin, claims, fakeWorld, signShared, type World } from './guarded.ts'

let world: World
beforeEach(() => {
  world = fakeWorld()
})
afterEach(() => {
  vi.restoreAllMocks()
})

const solved = (where = 'talk@localhost') => `${where}#${newId('itm_')}`
const start = (headers: Record<string, string>, without: string[] = []) =>
  askGuarded('/v1/sessions', { method: 'POST', body: { agent: 'humans', call: EPHEMERAL }, headers }, without)

/** What was asked of the provider; calls of earlier tests may still be ending. */
const requests = async () => (await journal()).filter(({ kind }) => kind === 'request').length

async function refusal(headers: Record<string, string>, without: string[] = []): Promise<string> {
  const from = await requests()
  const response = await start(headers, without)
  expect(await requests()).toBe(from)
  return `${response.status} ${JSON.parse(await response.text()).code}`
}

describe('the bot check', () => {
  it('lets a solved challenge in, and tells Turnstile no more than it needs', async () => {
    const token = solved()
    await begin('humans', { 'Parley-Bot-Token': token, 'CF-Connecting-IP': '198.51.100.7' })
    expect(world.turnstileAsked).toEqual([
      {
        secret: 'turnstile-secret',
        response: token,
        remoteip: '198.51.100.7',
        idempotency_key: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      },
    ])
  })

  it('takes a token once, but for a repeat of the same request', async () => {
    const headers = { 'Parley-Bot-Token': solved(), 'Idempotency-Key': newId('itm_') }
    expect(await begin('humans', headers)).toEqual(await begin('humans', headers))
    expect(await refusal({ ...headers, 'Idempotency-Key': newId('itm_') })).toBe('403 bot_check_failed')
    expect(await refusal({ 'Parley-Bot-Token': headers['Parley-Bot-Token'] })).toBe('403 bot_check_failed')
  })

  it.each([
    ['no token', {}],
    ['a made-up token', { 'Parley-Bot-Token': 'made-up' }],
    ['another action', { 'Parley-Bot-Token': solved('login@localhost') }],
    ['another website', { 'Parley-Bot-Token': solved('talk@evil.example') }],
    ['a huge token', { 'Parley-Bot-Token': 'x'.repeat(3000) }],
  ])('refuses %s', async (_, headers: Record<string, string>) => {
    expect(await refusal(headers)).toBe('403 bot_check_failed')
  })

  it.each<[string, World['turnstile']]>([
    ['breaks', () => Promise.reject(new TypeError('network'))],
    ['fails', () => new Response('<html>', { status: 500 })],
    ['answers something else', () => Response.json({ ok: true })],
  ])('stays shut when Turnstile %s', async (_, turnstile) => {
    world.turnstile = turnstile
    expect(await refusal({ 'Parley-Bot-Token': solved() })).toBe('503 bot_check_unavailable')
  })

  it('stays shut without its secret', async () => {
    expect(await refusal({ 'Parley-Bot-Token': solved() }, ['TURNSTILE_SECRET'])).toBe('500 not_configured')
    expect(world.turnstileAsked).toEqual([])
  })

  it('is not asked where an agent has none, nor for who is refused before', async () => {
    await begin('open', { 'Parley-Bot-Token': solved() })
    expect(await refusal({ 'Parley-Bot-Token': solved(), Origin: 'https://evil.example' })).toBe('403 origin_refused')
    const jwt = await signShared(claims('humans'))
    expect(await refusal({ 'Parley-Bot-Token': solved(), 'Parley-Identity': jwt })).toBe('401 identity_invalid')
    expect(world.turnstileAsked).toEqual([])
  })
})
