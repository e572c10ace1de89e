/** The website that the pages are on, with the little server that holds the project key: mints tokens, hands offers on. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { build } from 'vite'
import { inProject } from '../../scripts/lib/paths.ts'
import type { Wishes } from './wishes.ts'

export interface Site {
  /** Origin of the pages. */
  readonly url: string
  /** Which pages know where to find the API and Parley's broker. To be called before the first page is opened. */
  connect(places: { wishes: Wishes; broker: string }): void
  close(): Promise<void>
}

const PAGES = ['bare', 'agents', 'parley'] as const
const KEY = 'sk-bench'

export async function startSite(): Promise<Site> {
  const scripts = await bundled()
  let places: { wishes: Wishes; broker: string } | undefined

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [path = ''] = request.url?.split('?') ?? []
    const send = (type: string, body: string) => response.writeHead(200, { 'Content-Type': type }).end(body)
    if (!places) throw new Error('nobody has said where the API is')
    const { wishes, broker } = places
    const page = PAGES.find((name) => path === `/${name}`)
    if (page) return send('text/html', html(page, wishes, broker))
    const script = scripts.get(path)
    if (script !== undefined) return send('text/javascript', script)
    if (path === '/token') return send('application/json', await mint(wishes))
    if (path === '/session') return send('application/sdp', await handOn(wishes, await text(request)))
    return response.writeHead(404).end()
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(502).end(String(error)))
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    connect: (given) => {
      places = given
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function html(page: (typeof PAGES)[number], wishes: Wishes, broker: string): string {
  const parley = page === 'parley' ? `<script src="${broker}/widget.js" data-agent="bench" async></script>` : ''
  return `<!doctype html><html lang="en"><title>${page}</title>${parley}<h1>${page}</h1><button>Talk</button>
<script type="application/json">${JSON.stringify(wishes)}</script><script type="module" src="/${page}.js"></script></html>`
}

const sessionOf = ({ model, instructions, voice }: Wishes) =>
  ({ type: 'realtime', model, instructions, audio: { output: { voice } } }) as const

async function mint(wishes: Wishes): Promise<string> {
  const body = JSON.stringify({ session: sessionOf(wishes) })
  const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' }
  return read(await fetch(`${wishes.api}/realtime/client_secrets`, { method: 'POST', headers, body }))
}

async function handOn(wishes: Wishes, offer: string): Promise<string> {
  const body = new FormData()
  body.set('sdp', new Blob([offer], { type: 'application/sdp' }))
  body.set('session', new Blob([JSON.stringify(sessionOf(wishes))], { type: 'application/json' }))
  const headers = { Authorization: `Bearer ${KEY}` }
  return read(await fetch(`${wishes.api}/realtime/calls`, { method: 'POST', headers, body }))
}

async function read(answer: Response): Promise<string> {
  const body = await answer.text()
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${body}`)
  return body
}

/** Each page's script with everything that it imports, minified as for a customer. By path. */
async function bundled(): Promise<Map<string, string>> {
  const scripts = new Map<string, string>()
  for (const page of PAGES) {
    const result = await build({
      configFile: false,
      root: inProject(),
      publicDir: false,
      logLevel: 'warn',
      build: {
        write: false,
        target: 'es2022',
        rolldownOptions: { input: { page: inProject(`bench/connect/pages/${page}.ts`) }, output: { format: 'es' } },
      },
    })
    const [file] = [result].flat().flatMap((one) => ('output' in one ? one.output : []))
    if (file?.type !== 'chunk') throw new Error(`${page} was not bundled`)
    scripts.set(`/${page}.js`, file.code)
  }
  return scripts
}
