/** The demo website: plain files on an origin of its own, as any customer's site would be. */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface DemoOptions {
  /** 0 takes any free port. */
  port: number
  /** Where the broker is, such as `http://localhost:8787`; written into the pages. */
  brokerUrl: string
  /** Folder of another website, absolute. */
  site?: string | undefined
  /** Address to listen on. */
  host?: string
}

export interface Demo {
  /** Such as `http://localhost:8788`. */
  url: string
  close(): Promise<void>
}

const SITE = fileURLToPath(new URL('./site/', import.meta.url))
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
/** The only names that are served, so that no path can lead out of the folder. */
const NAME = /^[a-z0-9-]+\.(html|css|svg)$/

export async function createDemo({ port, brokerUrl, site = SITE, host = '127.0.0.1' }: DemoOptions): Promise<Demo> {
  const server = createServer((request, response) => {
    answer(request, response, { site, brokerUrl }).catch((error: unknown) => {
      console.error('The demo website failed:', error)
      response.destroy()
    })
  })
  await listening(server, port, host)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The demo website has no port')
  return { url: `http://localhost:${address.port}`, close: () => closed(server) }
}

interface Website {
  site: string
  brokerUrl: string
}

async function answer(request: IncomingMessage, response: ServerResponse, website: Website): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?')
  const name = path.slice(1) || 'index.html'
  const page = NAME.test(name) ? await read(name, website) : undefined
  if (page === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such page.\n')
    return
  }
  const type = TYPES[extname(name)] ?? 'application/octet-stream'
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(page)
}

async function read(name: string, { site, brokerUrl }: Website): Promise<string | undefined> {
  try {
    return (await readFile(join(site, name), 'utf8')).replaceAll('__BROKER__', brokerUrl)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}
