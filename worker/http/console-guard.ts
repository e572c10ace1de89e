/** Stands before every route of the console: who asks, and whether it is the console's own page that does. */
import type { MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { ParleyError } from '../../protocol/errors.ts'
import { admitOwner } from '../console/access.ts'
import { cookieName } from '../console/pass.ts'
import type { AppContext, AppEnv } from './context.ts'

/** Nothing of the console may be kept by anybody, and no other website may read it. */
export const consoleHeaders: MiddlewareHandler<AppEnv> = async function consoleHeaders(c, next) {
  await next()
  c.res.headers.delete('Access-Control-Allow-Origin')
  c.res.headers.set('Cache-Control', 'no-store')
  c.res.headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  c.res.headers.set('X-Content-Type-Options', 'nosniff')
}

export const ownersOnly: MiddlewareHandler<AppEnv> = async function ownersOnly(c, next) {
  const owner = await admitOwner(c.env, papersOf(c), Date.now())
  if (owner.isAmbient && c.req.method !== 'GET') admitOwnPage(c)
  c.set('owner', owner)
  await next()
}

/**
 * A browser says with each of these requests which page it comes from. SameSite=Strict keeps the cookie from others already;
 * Cloudflare Access has a cookie of its own.
 * @throws ParleyError foreign_request
 */
export function admitOwnPage(c: AppContext): void {
  if (c.req.header('Origin') !== new URL(c.req.url).origin) throw new ParleyError('foreign_request')
}

export function isSecure(c: AppContext): boolean {
  return new URL(c.req.url).protocol === 'https:'
}

function papersOf(c: AppContext) {
  return {
    assertion: c.req.header('Cf-Access-Jwt-Assertion') ?? null,
    bearer: c.req.header('Authorization')?.match(/^Bearer (\S{1,512})$/)?.[1] ?? null,
    cookie: getCookie(c, cookieName(isSecure(c))) ?? null,
  }
}
