import { describe, expect, it } from 'vitest'
import { postOffer } from '../../../widget/call/ephemeral.ts'
import { systemClock } from '../../../widget/clock.ts'

const target = { url: 'https://provider.test/v1/realtime/calls', secret: 'ek_secret' }

function post(response: Response | Error) {
  const fetch = async () => {
    if (response instanceof Error) throw response
    return response
  }
  return postOffer({ fetch, clock: systemClock }, target, 'v=0 offer')
}

describe('the ephemeral handshake', () => {
  it.each(['/v1/realtime/calls/rtc_u1', 'https://provider.test/v1/realtime/calls/rtc_u1?x=/y'])(
    'takes the call id from Location %s',
    async (location) => {
      const answer = await post(new Response('v=0 answer', { status: 201, headers: { Location: location } }))
      expect(answer).toEqual({ sdp: 'v=0 answer', providerCallId: 'rtc_u1' })
    },
  )

  it.each([
    [new Response('', { status: 401 }), 'provider_refused'],
    [new Response('', { status: 429 }), 'provider_busy'],
    [new Response('', { status: 503 }), 'provider_busy'],
    [new Response('v=0 answer', { status: 201 }), 'provider_refused'],
    [new TypeError('fetch failed'), 'provider_unreachable'],
  ])('fails with a code of ours, without the secret', async (response, code) => {
    const error = await post(response).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toContain('ek_')
  })
})
