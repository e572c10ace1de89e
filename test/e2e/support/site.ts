/** A website of somebody else: files on an origin of their own, in which the broker's address is written. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript' }

export interface Site {
  readonly url: string
  close(): Promise<void>
}

/** @param pages text of a page, or the folder that it is in, by path */
export async function openSite(
  port: number,
  brokerUrl: string,
  pages: Readonly<Record<string, { html: string } | { folder: string }>>,
): Promise<Site> {
  const server = createServer(async (request, response) => {
    const [, name = '', ...rest] = new URL(request.url ?? '/', 'http://site').pathname.split('/')
    const page = pages[name]
    try {
      if (!page) throw new Error('no such page')
      const file = rest.join('/') || 'index.html'
      const text = 'html' in page ? page.html : await readFile(join(page.folder, file), 'utf8')
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
      response.end(text.replaceAll('https://YOUR-BROKER', brokerUrl))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
