/** Ports of this machine. */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** How many ports after the wished one are tried. */
const TRIES = 50

/** `anyPort` chooses from here on, up to where ports of outgoing connections may begin. */
const FIRST_RANDOM_PORT = 15_000
const FIRST_OUTGOING_PORT = 32_768

/** Asked for once already, free or not. */
const given = new Set<number>()

/** The wished port, or the next one above it that nobody listens on; `taken` are spoken for already. */
export async function portFrom(wished: number, taken: readonly number[] = []): Promise<number> {
  for (let port = wished; port < wished + TRIES && port <= 65_535; port++) {
    if (!taken.includes(port) && (await isFree(port))) return port
  }
  throw new Error(`No free port between ${wished} and ${wished + TRIES - 1}`)
}

/**
 * A port that nobody listens on, below those that systems give to outgoing connections (Linux from 32,768, others from 49,152):
 * a port of the system's own choice may be in use by one of these a moment later. Never the same twice in one process.
 */
export async function anyPort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FIRST_RANDOM_PORT, FIRST_OUTGOING_PORT)
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) return port
  }
  throw new Error(`No free port between ${FIRST_RANDOM_PORT} and ${FIRST_OUTGOING_PORT - 1} in ${TRIES} tries`)
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
