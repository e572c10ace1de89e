/** `GET /v1/sessions/{id}/events`: the event socket. */
import { Hono } from 'hono'
import { EventsQuerySchema } from '../../protocol/api.ts'
import { SUBPROTOCOL } from '../../protocol/frames.ts'
import { anonymousVisitor } from '../admission/visitor.ts'
import { check } from './body.ts'
import { type AppEnv, deploymentSecret } from './context.ts'
import { openAt, upgrading } from './upgrade.ts'

export const eventRoutes = new Hono<AppEnv>().get('/:session/events', async (c) => {
  const { stub, generation } = await upgrading(c, c.req.param('session'), SUBPROTOCOL)
  const { after } = check(EventsQuerySchema, c.req.query())
  const visitor = (await anonymousVisitor(deploymentSecret(c), c.req.raw.headers)) ?? ''
  return openAt(stub, 'events', { generation: String(generation), after: String(after), visitor })
})
