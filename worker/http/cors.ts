/**
 * CORS. Answers are readable by the page that asked, so that a website which is not allowed sees the problem document that
 * says so. What protects a session is its token, bound to the origin; cookies are never used, so no credentials.
 */
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './context.ts'

export const cors: MiddlewareHandler<AppEnv> = async function cors(c, next) {
  const origin = c.req.header('Origin')
  if (c.req.method === 'OPTIONS') {
    return c.body(null, 204, {
      ...(origin ? { 'Access-Control-Allow-Origin': origin } : {}),
      'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key, Parley-Identity, Parley-Bot-Token',
      'Access-Control-Max-Age': '7200',
      Vary: 'Origin',
    })
  }
  await next()
  if (c.res.webSocket) return undefined
  if (origin) c.res.headers.set('Access-Control-Allow-Origin', origin)
  c.res.headers.set('Access-Control-Expose-Headers', 'Retry-After')
  c.res.headers.append('Vary', 'Origin')
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store')
  return undefined
}
