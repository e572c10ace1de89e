/** `POST /v1/replies/{token}`: a person answers in a conversation that was handed over. */
import { Hono } from 'hono'
import { ParleyError } from '../../protocol/errors.ts'
import { ReplySchema } from '../../protocol/reply.ts'
import { readReplyToken } from '../events/reply-token.ts'
import { unwrap } from '../session/result.ts'
import { readBody } from './body.ts'
import { type AppEnv, deploymentSecret, sessionStub } from './context.ts'

export const replyRoutes = new Hono<AppEnv>().post('/:token', async (c) => {
  const secrets = [deploymentSecret(c), c.env.PARLEY_SECRET_PREVIOUS].filter((secret) => secret !== undefined)
  const claims = readReplyToken(secrets, c.req.param('token'))
  if (!claims) throw new ParleyError('reply_invalid')
  if (Date.now() >= claims.expiresAt) throw new ParleyError('reply_expired')
  const reply = await readBody(c, ReplySchema)
  const item = unwrap(await sessionStub(c, claims.session).reply(claims.handOver, reply))
  return c.json({ item }, 201)
})
