/** Which webhooks are believed, and what becomes of repeats. */
import { Webhook as Official } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { keysOf, verify } from '../../../worker/webhooks/verify.ts'
import { callIn, PHONE_SECRET, phoneCall, requestsAbout, sessionOf, sessionRow, switchboard } from './caller.ts'

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code
const official = new Official(PHONE_SECRET)
const keys = keysOf([PHONE_SECRET]) ?? []
const bytes = (text: string) => new TextEncoder().encode(text)

describe('a signature', () => {
  const now = 1_800_000_000_000
  const headersOf = (id: string, at: number, body: string) =>
    new Headers({
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': official.sign(id, new Date(at), body),
    })

  it('of the official library is good, also among others', async () => {
    const body = '{"text":"Grüße 😀"}'
    const headers = headersOf('wh_1', now, body)
    expect(await verify({ headers, body: bytes(body), keys, now })).toEqual({ ok: true, id: 'wh_1' })
    headers.set('webhook-signature', `v1a,abc v1,AAAA ${headers.get('webhook-signature')}`)
    expect(await verify({ headers, body: bytes(body), keys, now })).toEqual({ ok: true, id: 'wh_1' })
  })

  it.each([
    ['another body', {}, '{ }'],
    ['another id', { 'webhook-id': 'wh_2' }, '{}'],
    ['another time', { 'webhook-timestamp': String(now / 1000 - 1) }, '{}'],
    ['no signature', { 'webhook-signature': '' }, '{}'],
    ['no base64', { 'webhook-signature': 'v1,*' }, '{}'],
    ['no time', { 'webhook-timestamp': 'now' }, '{}'],
  ])('is void for %s', async (_, spoilt, body) => {
    const headers = headersOf('wh_1', now, '{}')
    for (const [name, value] of Object.entries(spoilt)) headers.set(name, value)
    expect(await verify({ headers, body: bytes(body), keys, now })).toEqual({ ok: false, code: 'signature_invalid' })
  })

  it('is good for five minutes, both ways', async () => {
    const at = async (ms: number) =>
      verify({ headers: headersOf('wh_1', now, '{}'), body: bytes('{}'), keys, now: now + ms })
    expect(await at(300_000)).toMatchObject({ ok: true })
    expect(await at(-300_000)).toMatchObject({ ok: true })
    expect(await at(301_000)).toEqual({ ok: false, code: 'signature_stale' })
    expect(await at(-301_000)).toEqual({ ok: false, code: 'signature_stale' })
  })

  it('of the secret before is good while it is being changed', async () => {
    const both = keysOf(['whsec_bmV3', PHONE_SECRET]) ?? []
    expect(await verify({ headers: headersOf('wh_1', now, '{}'), body: bytes('{}'), keys: both, now })).toMatchObject({
      ok: true,
    })
    expect(keysOf(['whsec_***'])).toBeNull()
  })
})

describe('a webhook', () => {
  it('that is good makes one session and one call, whose provider gets the whole configuration', async () => {
    const board = switchboard({ instructions: 'You answer the phone.' })
    const phone = await callIn(board)
    expect(() => official.verify(phone.webhook.body, phone.webhook.headers)).not.toThrow()
    await phone.ready()
    const accepts = await requestsAbout(phone.call, 'accept')
    expect(accepts).toMatchObject([
      {
        status: 200,
        key: 'sk',
        session: { type: 'realtime', instructions: 'You answer the phone.', model: board.agent.model },
      },
    ])
    await phone.hangUp()
    await phone.ended('visitor')
  })

  it.each([
    ['forged', 'signature_invalid'],
    ['late', 'signature_stale'],
    ['early', 'signature_stale'],
  ])('that is %s is refused, and nothing is asked of the provider', async (signing, code) => {
    const board = switchboard()
    const { call, webhook } = await board.ring({ signing })
    const response = await board.deliver(webhook)
    expect([response.status, await codeOf(response)]).toEqual([401, code])
    for (const verb of ['accept', 'reject']) expect(await requestsAbout(call, verb)).toEqual([])
    expect(await sessionRow(await sessionOf(call))).toBeNull()
  })

  it('that is replayed, or comes again under another id, changes nothing', async () => {
    const board = switchboard()
    const { call, webhook } = await board.ring()
    const answers = await Promise.all([board.deliver(webhook), board.deliver(webhook)])
    const outcomes = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { outcome: string }).outcome),
    )
    expect(outcomes.toSorted()).toEqual(['accepted', 'repeated'])
    const phone = await phoneCall(call)
    await phone.ready()
    const before = await phone.row()
    const another = { ...webhook, headers: { ...webhook.headers } }
    const now = new Date()
    Object.assign(another.headers, {
      'webhook-id': 'wh_another',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': official.sign('wh_another', now, webhook.body),
    })
    for (const again of [webhook, another])
      expect(await (await board.deliver(again)).json()).toEqual({ outcome: 'repeated' })
    expect(await phone.row()).toEqual(before)
    expect(await requestsAbout(call, 'accept')).toHaveLength(1)
    await phone.hangUp()
    await phone.ended('visitor')
    expect(await (await board.deliver(webhook)).json()).toEqual({ outcome: 'repeated' })
    expect(await requestsAbout(call, 'accept')).toHaveLength(1)
  })

  it('of another type is taken and ignored', async () => {
    const body = JSON.stringify({ type: 'response.completed', id: 'evt_1', data: { id: 'resp_1' } })
    const now = new Date()
    const headers = {
      'webhook-id': 'wh_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': official.sign('wh_1', now, body),
    }
    const response = await switchboard().deliver({ headers, body })
    expect([response.status, await response.json()]).toEqual([200, { outcome: 'ignored' }])
  })

  it('with a body that is too large, or with no secret set, gets a clear error', async () => {
    const board = switchboard()
    const { webhook } = await board.ring()
    const large = await board.deliver({ ...webhook, body: 'x'.repeat(300_000) })
    expect([large.status, await codeOf(large)]).toEqual([413, 'too_large'])
    const unset = await board.deliver(webhook, { OPENAI_WEBHOOK_SECRET: '' })
    expect([unset.status, await codeOf(unset)]).toEqual([500, 'not_configured'])
  })
})
