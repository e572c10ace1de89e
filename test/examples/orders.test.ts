/** The shop's server of the example, asked over the network as the broker asks it, and as it should not be asked. */
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Orders, startOrders } from '../../examples/shop/orders.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

let shop: Orders
beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  shop = await startOrders({ port: 0, secret: SECRET })
})
afterEach(async () => {
  await shop.close()
  vi.restoreAllMocks()
})

const call = (tool: string, order: string) =>
  JSON.stringify({ type: 'tool.call', data: { tool, arguments: { order } } })

/** @param sent what arrives, if not what was signed */
async function ask(body: string, { id = 'msg_1', at = new Date(), secret = SECRET, sent = body } = {}) {
  const response = await fetch(shop.url, {
    method: 'POST',
    body: sent,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    },
  })
  return { status: response.status, answer: await response.json() }
}

describe("the shop's server", () => {
  it('answers what is signed, and carries out a repeated request once', async () => {
    expect(await ask(call('order_status', 'A-1042'))).toMatchObject({ status: 200, answer: { state: 'on its way' } })
    const cancel = () => ask(call('cancel_order', 'A-1043'), { id: 'msg_2' })
    expect(await cancel()).toEqual({ status: 200, answer: { state: 'cancelled' } })
    expect(await cancel()).toEqual({ status: 200, answer: { state: 'cancelled' } })
  })

  it.each([
    ['forged', { secret: 'whsec_c29tZWJvZHkgZWxzZQ==' }],
    ['changed', { sent: call('cancel_order', 'A-1043') }],
    ['old', { at: new Date(Date.now() - 10 * 60_000) }],
  ])('says 401 to what is %s', async (_, how) => {
    expect(await ask(call('order_status', 'A-1043'), how)).toEqual({ status: 401, answer: { problem: 'not for you' } })
    expect(shop.orders.get('A-1043')).toMatchObject({ state: 'packed' })
  })

  it('says 401 to what is not signed at all', async () => {
    expect((await fetch(shop.url, { method: 'POST', body: call('order_status', 'A-1042') })).status).toBe(401)
  })

  it.each([
    ['no JSON', 'order A-1042, please'],
    ['another event', JSON.stringify({ type: 'call.ended', data: {} })],
    ['no order', JSON.stringify({ type: 'tool.call', data: { tool: 'order_status', arguments: {} } })],
  ])('says 400 to what is signed and is %s', async (_, body) => {
    expect(await ask(body)).toEqual({ status: 400, answer: { problem: 'no call of a tool' } })
  })

  it('says 500 to its own faults, without telling which, and carries the request out when it comes again', async () => {
    const broken = vi.spyOn(shop.orders, 'get').mockImplementation(() => {
      throw new Error('the password of the database is wrong')
    })
    const failed = await ask(call('order_status', 'A-1042'))
    expect(failed).toEqual({ status: 500, answer: { problem: 'something is broken here' } })
    broken.mockRestore()
    expect(await ask(call('order_status', 'A-1042'))).toMatchObject({ status: 200, answer: { state: 'on its way' } })
  })
})
