/** `PUT /v1/sessions/{id}/rating`: how it was. Also when the call is over. */
import { Hono } from 'hono'
import { RateSchema } from '../../protocol/rating.ts'
import { admitRate } from '../admission/rate.ts'
import { unwrap } from '../session/result.ts'
import { readBody } from './body.ts'
import { type AppEnv, bearer } from './context.ts'

export const ratingRoutes = new Hono<AppEnv>().put('/:session/rating', async (c) => {
  const { id, stub, generation } = await bearer(c, c.req.param('session'))
  // Each change of mind is a row and an event.
  await admitRate(c.env.RATE, `rating ${id}`, c.req.header('CF-Connecting-IP') ?? null)
  const { score } = await readBody(c, RateSchema)
  unwrap(await stub.rate(generation, score))
  return c.body(null, 204)
})
