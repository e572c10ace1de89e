/** The demo website: plain files on an origin of its own, as any customer's site would be. */
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { extname } from 'node:path'

export interface DemoOptions {
  /** 0 takes any free port. */
  port: number
  /** Where the broker is, such as `http://localhost:8787`; written into the pages. */
  brokerUrl: string
  /** Address to listen on. */
  host?: string
}

export interface Demo {
  /** Such as `http://localhost:8788`. */
  url: string
  close(): Promise<void>
}

const SITE = new URL('./site/', import.meta.url)
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
/** The only names that are served, so that no path can lead out of the folder. */
const NAME = /^[a-z0-9-]+\.(html|css|svg)$/

export async function createDemo({ port, brokerUrl, host = '127.0.0.1' }: DemoOptions): Promise<Demo> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://demo').pathname.slice(1) || 'index.html'
    const file = NAME.test(path) ? await read(path, brokerUrl) : undefined
    if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such page.\n')
      return
    }
    response
      .writeHead(200, {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'cache-control': 'no-cache',
      })
      .end(file)
  })
  await listening(server, port, host)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The demo website has no port')
  return { url: `http://localhost:${address.port}`, close: () => closed(server) }
}

async function read(name: string, brokerUrl: string): Promise<string | undefined> {
  try {
    return (await readFile(new URL(name, SITE), 'utf8')).replaceAll('__BROKER__', brokerUrl)
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
