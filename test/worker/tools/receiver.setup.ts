/** A site owner's server, as a program of its own: answers by its path, and shows what it got at `/requests`. */
import { createServer, type IncomingMessage } from 'node:http'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Its origin. */
    receiver: string
  }
}

export default async function setUp(project: TestProject) {
  const requests: { path: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    if (path === '/requests') {
      response.end(JSON.stringify(requests))
      return
    }
    let body = ''
    for await (const piece of request) body += piece
    requests.push({ path, headers: request.headers, body })
    const tries = requests.filter((one) => one.path === path).length
    if (path.startsWith('/ok')) response.end(JSON.stringify({ state: 'shipped' }))
    else if (path.startsWith('/empty')) response.writeHead(204).end()
    else if (path.startsWith('/redirect')) response.writeHead(302, { Location: '/ok/by-redirect' }).end()
    else if (path.startsWith('/flaky') && tries > 1) response.end('"at last"')
    else if (path.startsWith('/gone') && tries === 1) response.writeHead(410).end()
    else if (path.startsWith('/gone')) response.writeHead(204).end()
    else if (path.startsWith('/moody') && tries === 1)
      return // never answered
    else if (path.startsWith('/moody') && tries > 2) response.writeHead(204).end()
    else if (path.startsWith('/text')) response.end('the password is hunter2')
    else if (path.startsWith('/huge')) response.end(JSON.stringify('x'.repeat(100_000)))
    else if (path.startsWith('/refused')) response.writeHead(403).end('hunter2')
    else if (!path.startsWith('/silent')) response.writeHead(500).end('hunter2')
  })
  await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port')
  project.provide('receiver', `http://localhost:${address.port}`)
  return () => {
    server.closeAllConnections()
    server.close()
  }
}
