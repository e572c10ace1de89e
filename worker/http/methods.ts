/** 405 for every method that a path does not know, with `Allow` (RFC 9110 15.5.6). */
import type { Hono } from 'hono'
import { ParleyError } from '../../protocol/errors.ts'
import type { AppEnv } from './context.ts'
import { answerProblem } from './problems.ts'

/** To be called when all routes are registered: what is registered later is not known here. */
export function refuseOtherMethods(app: Hono<AppEnv>): void {
  const methods = new Map<string, Set<string>>()
  for (const { path, method } of app.routes) {
    if (method === 'ALL') continue // middleware
    const known = methods.get(path) ?? new Set(['OPTIONS'])
    known.add(method)
    if (method === 'GET') known.add('HEAD')
    methods.set(path, known)
  }
  for (const [path, known] of methods) {
    const allow = [...known].sort().join(', ')
    app.all(path, (c) => {
      const response = answerProblem(new ParleyError('method_not_allowed', `allowed: ${allow}`), c)
      response.headers.set('Allow', allow)
      return response
    })
  }
}
