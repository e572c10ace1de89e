/** The smallest application around OpenAI's own client: one page, and a server that holds the project key. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import OpenAI from 'openai'
import type { RealtimeSessionCreateRequest } from 'openai/resources/realtime/realtime'
import { build } from 'vite'
import { inProject } from '../../../../scripts/lib/paths.ts'

export interface App {
  /** Origin of the page. */
  readonly url: string
  close(): Promise<void>
}

const PAGE = `<!doctype html><html lang="en"><title>Official client</title>
<button>Call</button><audio autoplay></audio><script src="/page.js"></script></html>`

/**
 * @param apiUrl with /v1
 * @param session what every call begins with
 */
export async function startApp(apiUrl: string, session: RealtimeSessionCreateRequest): Promise<App> {
  const script = await bundledPage()
  const api = new OpenAI({ apiKey: 'sk-application', baseURL: apiUrl, maxRetries: 0 })

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const send = (type: string, body: string) => response.writeHead(200, { 'content-type': type }).end(body)
    switch (`${request.method} ${request.url?.split('?')[0]}`) {
      case 'GET /':
        return send('text/html', PAGE)
      case 'GET /page.js':
        return send('text/javascript', script)
      case 'POST /call': {
        const answered = await api.realtime.calls.create({ sdp: await text(request), session })
        return send('application/sdp', await answered.text())
      }
      case 'POST /secret': {
        const expires_after = { anchor: 'created_at', seconds: 30 } as const
        return send('text/plain', (await api.realtime.clientSecrets.create({ expires_after, session })).value)
      }
      default:
        return response.writeHead(404).end()
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(502).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The application has no port')
  return {
    url: `http://localhost:${address.port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** page.ts with the client as it is published, in one script. */
async function bundledPage(): Promise<string> {
  const result = await build({
    configFile: false,
    root: inProject(),
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rolldownOptions: {
        input: { page: inProject('test/e2e/support/official-client/page.ts') },
        output: { format: 'iife' },
      },
    },
  })
  const [file] = [result].flat().flatMap((one) => ('output' in one ? one.output : []))
  if (file?.type !== 'chunk') throw new Error('The page was not bundled')
  return file.code
}
