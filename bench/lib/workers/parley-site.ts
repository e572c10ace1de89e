/** The broker with the widget's files beside it on one origin, as Cloudflare serves them (`[assets]` in wrangler.toml). */
import parley from './parley.ts'

export { Ledger, Session, Visitors } from './parley.ts'

interface SiteEnv extends Env {
  ASSETS: Fetcher
}

const FILE = /^\/(widget\.js|assets\/[\w.-]+\.js)$/
const HEADERS = {
  'Content-Type': 'text/javascript',
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
}

export default {
  async fetch(request: Request, env: SiteEnv, context: ExecutionContext): Promise<Response> {
    if (!FILE.test(new URL(request.url).pathname)) return parley.fetch(request, env, context)
    const file = await env.ASSETS.fetch(request)
    return new Response(file.body, { status: file.status, headers: HEADERS })
  },
}
