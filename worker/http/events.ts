/** `GET /v1/sessions/{id}/events`: the event socket. */
import { Hono } from 'hono'
import * as v from 'valibot'
import { EventsQuerySchema } from '../../protocol/api.ts'
import { ERRORS, type ErrorCode, ParleyError } from '../../protocol/errors.ts'
import { SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from '../../protocol/frames.ts'
import { anonymousVisitor } from '../admission/visitor.ts'
import { check } from './body.ts'
import { type AppEnv, bearer, deploymentSecret } from './context.ts'

const RefusalSchema = v.object({ code: v.picklist(Object.keys(ERRORS) as ErrorCode[]) })

export const eventRoutes = new Hono<AppEnv>().get('/:session/events', async (c) => {
  const protocols = (c.req.header('Sec-WebSocket-Protocol') ?? '').split(',').map((one) => one.trim())
  if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket' || !protocols.includes(SUBPROTOCOL)) {
    throw new ParleyError('upgrade_required')
  }
  const token = protocols.find((one) => one.startsWith(TOKEN_SUBPROTOCOL_PREFIX))
  const { stub, generation } = await bearer(c, c.req.param('session'), token?.slice(TOKEN_SUBPROTOCOL_PREFIX.length))
  const { after } = check(EventsQuerySchema, c.req.query())
  const visitor = (await anonymousVisitor(deploymentSecret(c), c.req.raw.headers)) ?? ''
  const response = await stub.fetch(`https://session/?generation=${generation}&after=${after}&visitor=${visitor}`, {
    headers: { Upgrade: 'websocket' },
  })
  if (response.webSocket) return response
  throw new ParleyError(v.parse(RefusalSchema, await response.json()).code)
})
