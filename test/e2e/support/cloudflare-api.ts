/** Cloudflare's API as far as `wrangler deploy` asks it, on a free port: one account, which remembers what was deployed. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CloudflareApi {
  /** For wrangler's environment. */
  readonly variables: Record<string, string>
  /** The metadata of each Worker that was uploaded, in order: its bindings above all. */
  readonly uploads: readonly { bindings: readonly Binding[] }[]
  /** Names of the D1 databases that were made. */
  readonly databases: readonly string[]
  close(): Promise<void>
}

interface Binding {
  name: string
  type: string
  text?: string
  id?: string
}

type Answer = { status?: number; result?: unknown; error?: { code: number; message: string } }

const DATABASE_ID = '11111111-1111-1111-1111-111111111111'
/** The codes that wrangler tells a missing thing from a failure by. */
const NO_WORKER: Answer = {
  status: 404,
  error: { code: 10007, message: 'This Worker does not exist on your account.' },
}
const NO_DATABASE: Answer = { status: 404, error: { code: 7404, message: 'The database could not be found' } }
const NO_SERVICE: Answer = { status: 404, error: { code: 10090, message: 'This service does not exist.' } }

export async function startCloudflareApi(): Promise<CloudflareApi> {
  const uploads: { bindings: Binding[] }[] = []
  const databases: string[] = []
  const bindings = () => uploads.at(-1)?.bindings ?? []
  const withoutText = () => bindings().map(({ name, type, id }) => ({ name, type, ...(id ? { id } : {}) }))

  const routes: [RegExp, (body: string) => Answer][] = [
    [/^GET \/user\/tokens\/verify$/, () => ({ result: { id: 'token', status: 'active' } })],
    [/^GET \/user$/, () => ({ result: { id: 'user', email: 'owner@example.com' } })],
    [/^GET \/accounts$/, () => ({ result: [{ id: 'account', name: 'Owner' }] })],
    [/^GET \/memberships$/, () => ({ result: [{ id: 'member', account: { id: 'account', name: 'Owner' } }] })],
    [/^GET .*\/subdomain$/, () => ({ result: { subdomain: 'me' } })],
    [/^POST .*\/scripts\/parley\/subdomain$/, () => ({ result: { enabled: true, previews_enabled: false } })],
    [/^GET .*\/deployments$/, () => ({ result: { deployments: [] } })],
    [/^POST .*\/assets-upload-session$/, () => ({ result: { jwt: 'completion', buckets: [] } })],
    [/^GET .*\/d1\/database$/, () => ({ result: databases.map((name) => ({ name, uuid: DATABASE_ID })) })],
    [
      /^GET .*\/d1\/database\/[\w-]+$/,
      () => (databases[0] ? { result: { uuid: DATABASE_ID, name: databases[0] } } : NO_DATABASE),
    ],
    [
      /^POST .*\/d1\/database$/,
      (body) => {
        const { name }: { name: string } = JSON.parse(body)
        databases.push(name)
        return { result: { uuid: DATABASE_ID, name } }
      },
    ],
    [
      /^GET .*\/scripts\/parley\/secrets$/,
      () => (uploads.length > 0 ? { result: bindings().filter(({ type }) => type === 'secret_text') } : NO_WORKER),
    ],
    [
      /^GET .*\/scripts\/parley\/settings$/,
      () => (uploads.length > 0 ? { result: { bindings: withoutText() } } : NO_WORKER),
    ],
    [
      /^GET .*\/services\/parley$/,
      () =>
        uploads.length > 0
          ? { result: { id: 'parley', default_environment: { environment: 'production', script: {} } } }
          : NO_SERVICE,
    ],
    [
      /^GET .*\/workers\/workers\/parley$/,
      () => ({ result: { id: 'w', name: 'parley', subdomain: { enabled: uploads.length > 1 }, observability: {} } }),
    ],
    [
      /^PUT .*\/workers\/scripts\/parley$/,
      (body) => {
        const metadata: { bindings: Binding[]; keep_bindings: string[] } = JSON.parse(part(body, 'metadata'))
        const kept = bindings().filter(
          ({ name, type }) =>
            metadata.keep_bindings.includes(type) && !metadata.bindings.some((binding) => binding.name === name),
        )
        const known = metadata.bindings.map((binding) =>
          binding.type === 'inherit' ? (bindings().find(({ name }) => name === binding.name) ?? binding) : binding,
        )
        uploads.push({ bindings: [...known, ...kept] })
        return { result: { id: 'parley', etag: 'etag', startup_time_ms: 3, deployment_id: 'deployment' } }
      },
    ],
  ]

  const server = createServer(async (request, response) => {
    let body = ''
    request.setEncoding('latin1')
    for await (const piece of request) body += piece
    const [path] = (request.url ?? '').split('?')
    const asked = `${request.method} ${path}`
    const route = routes.find(([pattern]) => pattern.test(asked))
    const {
      status = 200,
      result = null,
      error,
    }: Answer = route
      ? route[1](body)
      : { status: 501, error: { code: 1, message: `Nobody has taught this stand-in ${asked}` } }
    const errors = error ? [error] : []
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ success: status < 400, errors, messages: [], result }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    uploads,
    databases,
    variables: { CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`, CLOUDFLARE_API_TOKEN: 'a-token-of-nobody' },
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

/** One field of a multipart body. */
function part(body: string, name: string): string {
  const start = body.indexOf('\r\n\r\n', body.indexOf(`name="${name}"`)) + 4
  return body.slice(start, body.indexOf('\r\n--', start))
}
