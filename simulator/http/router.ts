/** Which function answers which request, and what all answers have in common. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { keyKind } from '../credentials.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Faults, RouteName } from '../faults.ts'
import type { Journal } from '../journal.ts'
import { betaShape, Refusal } from '../refusal.ts'
import { CORS, preflight } from './cors.ts'
import { type Answer, type Ask, readBody, send } from './exchange.ts'

export interface Route {
  /** As faults call it; the simulator's own routes have none and cannot be made to fail. */
  name: RouteName | null
  method: 'GET' | 'POST'
  path: RegExp
  answer(ask: Ask): Answer | Promise<Answer>
}

export interface RouterOptions {
  routes: Route[]
  dialect: Dialect
  faults: Faults
  journal: Journal
  /** Resolves after so many ms. */
  wait(ms: number): Promise<void>
  log(line: string): void
}

/** Where the beta took what now goes elsewhere (realtime-api.md 5.4). */
const BETA_PATHS = ['/realtime', '/realtime/sessions', '/realtime/transcription_sessions']

export function createRouter(options: RouterOptions): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const ours = url.pathname.startsWith('/_simulator/')
    if (request.method === 'OPTIONS' && !ours)
      return send(response, { status: 204, headers: preflight(request.headers) })
    const entry = ours && request.method === 'GET' ? null : noteRequest(options, request, url)
    void answered(request, url, options, (details) => entry && Object.assign(entry, details)).then((answer) => {
      if (entry) entry.status = answer.status
      send(response, ours ? answer : { ...answer, headers: { ...CORS, ...answer.headers } })
    })
  }
}

/** Every request is written down when it comes in; its status follows. */
export function noteRequest(
  { journal, dialect }: Pick<RouterOptions, 'journal' | 'dialect'>,
  request: IncomingMessage,
  url: URL,
) {
  const person = request.headers['openai-safety-identifier']
  return journal.add({
    kind: 'request',
    direction: 'in',
    channel: 'http',
    method: request.method ?? '',
    path: url.pathname + url.search,
    key: keyKind(dialect.tokenIn(request.headers), dialect),
    ...(person === undefined ? {} : { safety_identifier: person }),
    status: null,
  })
}

async function answered(
  request: IncomingMessage,
  url: URL,
  { routes, dialect, faults, wait, log }: RouterOptions,
  note: Ask['note'],
): Promise<Answer> {
  try {
    const route = matching(routes, request.method ?? '', url.pathname, dialect)
    if (route.name) {
      await wait(faults.takeDelay(route.name))
      const failure = faults.takeFailure(route.name)
      if (failure) throw failure
      if (request.headers['openai-beta'] !== undefined) throw betaShape()
    }
    const { pathname: path, searchParams: query } = url
    const { headers, method = '' } = request
    const params = (route.path.exec(path) ?? []).slice(1).map(decodeURIComponent)
    return await route.answer({ method, path, query, headers, params, body: () => readBody(request), note })
  } catch (error) {
    return refused(error, dialect, log)
  }
}

function matching(routes: Route[], method: string, path: string, { prefix }: Dialect): Route {
  const there = routes.filter((route) => route.path.test(path))
  const route = there.find((candidate) => candidate.method === method)
  if (route) return route
  if (method === 'POST' && BETA_PATHS.some((beta) => path === prefix + beta)) throw betaShape()
  const message = `Invalid URL (${method} ${path})`
  throw there.length > 0
    ? new Refusal('method_not_allowed', message, null, 405)
    : new Refusal('unknown_url', message, null, 404)
}

function refused(error: unknown, { envelope }: Dialect, log: (line: string) => void): Answer {
  if (error instanceof Refusal) return { status: error.status, body: envelope(error) }
  log(`request failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  const refusal = new Refusal('server_error', 'The simulator failed to handle the request.', null, 500)
  return { status: 500, body: envelope(refusal) }
}
