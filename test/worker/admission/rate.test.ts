import { describe, expect, it } from 'vitest'
import { newId } from '../../../protocol/ids.ts'
import { addressPrefix } from '../../../worker/admission/rate.ts'
import { EPHEMERAL, journal } from '../support.ts'
import { askGuarded, begin } from './guarded.ts'

/** wrangler.toml: so many a minute. Twice as many are enough to be over it wherever the minute began. */
const LIMIT = 60

async function untilLimited(send: () => Promise<Response>): Promise<{ passed: number; response: Response }> {
  for (let passed = 0; passed <= 2 * LIMIT; passed++) {
    const response = await send()
    if (response.status === 429) return { passed, response }
    await response.body?.cancel()
  }
  throw new Error('never limited')
}

describe('the neighbourhood of an address', () => {
  it.each([
    ['198.51.100.7', '198.51.100.0/24'],
    ['::ffff:198.51.100.7', '198.51.100.0/24'],
    ['2001:db8:7:1:2:3:4:5', '2001:db8:7::/48'],
    ['2001:0DB8:0007::1', '2001:db8:7::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['2001::5', '2001:0:0::/48'],
    ['::5:6:7:8', '0:0:0::/48'],
    ['127.0.0.1', null],
    ['::1', null],
  ])('%s is in %s', (address, prefix) => {
    expect(addressPrefix(address)).toBe(prefix)
  })
})

describe('the sieve', () => {
  it('lets so many starts a minute through, before anything else is looked at', async () => {
    const from = (await journal()).length
    const send = (address: string, agent = 'members') =>
      askGuarded('/v1/sessions', {
        method: 'POST',
        body: { agent, call: EPHEMERAL },
        headers: { 'CF-Connecting-IP': address },
      })
    const { passed, response } = await untilLimited(() => send('203.0.113.9'))
    expect(passed).toBeGreaterThanOrEqual(LIMIT)
    expect(response.headers.get('Retry-After')).toBe('60')
    expect(response.headers.get('Access-Control-Expose-Headers')).toBe('Retry-After')
    expect(JSON.parse(await response.text()).code).toBe('rate_limited')
    expect((await send('203.0.113.200')).status).toBe(429) // the same neighbourhood
    expect((await send('203.0.114.9')).status).toBe(401) // another one, which only lacks an identity
    expect((await send('203.0.113.9', 'guests')).status).toBe(201) // another agent
    expect((await journal(from)).filter(({ path }) => path === '/v1/realtime/client_secrets')).toHaveLength(1)
  })

  it('counts the calls of a session on their own', async () => {
    const { session, token } = await begin('open')
    const headers = { 'CF-Connecting-IP': '203.0.113.9', 'Idempotency-Key': newId('itm_') }
    const request = { method: 'POST', token, body: EPHEMERAL, headers }
    const from = (await journal()).length
    const { passed } = await untilLimited(() => askGuarded(`/v1/sessions/${session}/calls`, request))
    expect(passed).toBeGreaterThanOrEqual(LIMIT)
    expect((await journal(from)).filter(({ path }) => path === '/v1/realtime/client_secrets')).toHaveLength(1)
  })

  it('counts the sockets of a session', async () => {
    const { session, token } = await begin('open')
    const headers = {
      'CF-Connecting-IP': '203.0.113.9',
      Upgrade: 'websocket',
      'Sec-WebSocket-Protocol': `parley.v1, token.${token}`,
    }
    const { passed } = await untilLimited(async () => {
      const response = await askGuarded(`/v1/sessions/${session}/events?after=0`, { headers })
      response.webSocket?.accept()
      response.webSocket?.close(1000)
      return response
    })
    expect(passed).toBeGreaterThanOrEqual(LIMIT)
  })
})
