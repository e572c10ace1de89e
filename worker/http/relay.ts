/** `GET /v1/sessions/{id}/relay`: the sound of a relayed call. */
import { Hono } from 'hono'
import { RELAY_SUBPROTOCOL } from '../../protocol/relay.ts'
import { RelayQuerySchema } from '../../protocol/relay-client.ts'
import { check } from './body.ts'
import type { AppEnv } from './context.ts'
import { openAt, upgrading } from './upgrade.ts'

export const relayRoutes = new Hono<AppEnv>().get('/:session/relay', async (c) => {
  const { stub, generation } = await upgrading(c, c.req.param('session'), RELAY_SUBPROTOCOL)
  const { call, item, received } = check(RelayQuerySchema, c.req.query())
  const query: Record<string, string> = { generation: String(generation), call, received: String(received) }
  return openAt(stub, 'relay', item === undefined ? query : { ...query, item })
})
