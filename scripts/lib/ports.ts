/** Ports of this machine. */
import { createServer } from 'node:net'

/** How many ports after the wished one are tried. */
const TRIES = 50

/** The wished port, or the next one above it that nobody listens on; `taken` are spoken for already. */
export async function portFrom(wished: number, taken: readonly number[] = []): Promise<number> {
  for (let port = wished; port < wished + TRIES && port <= 65_535; port++) {
    if (!taken.includes(port) && (await isFree(port))) return port
  }
  throw new Error(`No free port between ${wished} and ${wished + TRIES - 1}`)
}

/** A port of the system's choice that nobody listens on. */
export function anyPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

/** Both loopback addresses count: a browser asks [::1] first when it reads "localhost". */
export async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1']) {
    if (!(await canListen(port, host))) return false
  }
  return true
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(true)
      else reject(error)
    })
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
