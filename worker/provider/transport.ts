/** Carries out the requests that a provider describes. The only place where the broker talks to a provider. */
import { ParleyError } from '../../protocol/errors.ts'
import type { Log } from '../log.ts'
import type { HttpRequest, Provider, SocketRequest } from './provider.ts'

/** A call that is not opened in this time (ms) will not be opened at all. */
const OPEN_TIMEOUT_MS = 15_000
/** A control socket that is not open in this time (ms) is tried again: nobody else would notice that it never answers. */
const HANDSHAKE_TIMEOUT_MS = 5_000

/**
 * Sends a request that must succeed.
 * @throws ParleyError provider_unreachable | provider_busy | provider_refused | bad_sdp
 */
export async function send(provider: Provider, request: HttpRequest, log: Log): Promise<Response> {
  const response = await attempt(request)
  if (response.ok) return response
  const { code, cause } = provider.readRefusal(response.status, await response.text())
  log.error('provider_refused', { status: response.status, cause })
  throw new ParleyError(code)
}

/** Sends a request and answers whatever comes back. */
export async function attempt(
  { url, method, headers, body }: HttpRequest,
  timeoutMs = OPEN_TIMEOUT_MS,
): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (error) {
    throw new ParleyError('provider_unreachable', undefined, { cause: error })
  }
}

export class SocketRefused extends Error {
  override readonly name = 'SocketRefused'
  readonly status: number

  constructor(status: number) {
    super(`the socket was refused with status ${status}`)
    this.status = status
  }
}

/**
 * Opens a WebSocket with headers, which in workerd only an upgraded fetch can do.
 * @throws SocketRefused (an HTTP answer instead of a socket) or ParleyError provider_unreachable
 */
export async function openSocket({ url, headers }: SocketRequest): Promise<WebSocket> {
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), HANDSHAKE_TIMEOUT_MS)
  let response: Response
  try {
    const asking = { ...headers, Upgrade: 'websocket', 'Sec-WebSocket-Protocol': 'realtime' }
    response = await fetch(url, { headers: asking, signal: giveUp.signal })
  } catch (error) {
    throw new ParleyError('provider_unreachable', undefined, { cause: error })
  } finally {
    clearTimeout(timer) // the signal would end the open socket, too
  }
  const socket = response.webSocket
  if (!socket) {
    await response.body?.cancel()
    throw new SocketRefused(response.status)
  }
  // Default is "blob" from compatibility date 2026-03-17 on; must be set before accept().
  socket.binaryType = 'arraybuffer'
  socket.accept()
  return socket
}
