/** `GET /v1/sessions/{id}/images/{item}`: a picture that the visitor has shown, where the agent keeps them. */
import { Hono } from 'hono'
import { ItemIdSchema } from '../../protocol/ids.ts'
import { unwrap } from '../session/result.ts'
import { check } from './body.ts'
import { type AppContext, type AppEnv, bearer } from './context.ts'

export const imageRoutes = new Hono<AppEnv>().get('/:session/images/:item', async (c) => {
  const { stub, generation } = await bearer(c, c.req.param('session'))
  return answerImage(c, unwrap(await stub.image(generation, imageId(c))))
})

/** @throws ParleyError bad_request */
export function imageId(c: AppContext): string {
  return check(ItemIdSchema, c.req.param('item'))
}

/** Nothing on the way keeps it: it is to be gone when it is erased. */
export function answerImage(c: AppContext, jpeg: Uint8Array<ArrayBuffer>): Response {
  return c.body(jpeg, 200, {
    'Content-Type': 'image/jpeg',
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
  })
}
