/** WebSockets: `/v1/realtime?model=` opens a session, `/v1/realtime?call_id=` joins a call (realtime-api.md 5.1, 6). */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { LiveCall } from '../calls/live-call.ts'
import { callNotFound, type Registry } from '../calls/registry.ts'
import { type Credentials, keyKind } from '../credentials.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Faults } from '../faults.ts'
import type { NewId } from '../ids.ts'
import type { Journal } from '../journal.ts'
import { newConfig, type SessionConfig } from '../realtime/session-config.ts'
import { betaShape, Refusal } from '../refusal.ts'
import { noteRequest } from './router.ts'

export interface UpgradeOptions {
  dialect: Dialect
  credentials: Credentials
  calls: Registry
  faults: Faults
  journal: Journal
  newId: NewId
  wait(ms: number): Promise<void>
  log(line: string): void
  openSession(socket: WebSocket, config: SessionConfig): void
  joinCall(socket: WebSocket, call: LiveCall): void
}

const KEY_PROTOCOL = 'openai-insecure-api-key.'
const BETA_PROTOCOL = 'openai-beta.realtime-v1'
/** One append may carry 15 MiB of audio, a third more in base64 (realtime-api.md 1.4). */
const LARGEST_MESSAGE = 32 * 1024 * 1024

export function createUpgrade(options: UpgradeOptions) {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
  })

  const handle = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    // A client that goes away during the handshake is nobody's problem.
    socket.on('error', () => socket.destroy())
    const url = new URL(request.url ?? '/', 'http://localhost')
    const entry = noteRequest(options, request, url)
    try {
      const handshake = readHandshake(request, url, options.dialect)
      entry.key = keyKind(handshake.token, options.dialect)
      const accept = await admitted(handshake, options)
      if (socket.destroyed) return
      entry.status = 101
      server.handleUpgrade(request, socket, head, accept)
    } catch (error) {
      const refusal = error instanceof Refusal ? error : unexpected(error, options.log)
      entry.status = refusal.status
      refuse(socket, refusal, options.dialect)
    }
  }

  /** Sockets that have not answered a goodbye after `ms` are cut. */
  const close = (ms: number): void => {
    const timer = setTimeout(() => {
      for (const client of server.clients) client.terminate()
    }, ms)
    timer.unref()
  }

  return { handle, close }
}

interface Handshake {
  query: URLSearchParams
  token: string | null
  beta: boolean
}

function readHandshake(request: IncomingMessage, url: URL, dialect: Dialect): Handshake {
  if (url.pathname !== `${dialect.prefix}/realtime`)
    throw new Refusal('unknown_url', `Invalid URL (GET ${url.pathname})`, null, 404)
  const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  const keyProtocol = dialect.browserSockets ? protocols.find((name) => name.startsWith(KEY_PROTOCOL)) : undefined
  return {
    query: url.searchParams,
    token: dialect.tokenIn(request.headers) ?? keyProtocol?.slice(KEY_PROTOCOL.length) ?? null,
    beta: protocols.includes(BETA_PROTOCOL) || request.headers['openai-beta'] !== undefined,
  }
}

/** What to do with the socket once it is open. */
async function admitted(handshake: Handshake, options: UpgradeOptions): Promise<(socket: WebSocket) => void> {
  const { query, token, beta } = handshake
  const callId = query.get('call_id')
  const route = callId === null ? 'websocket' : 'sideband'
  await options.wait(options.faults.takeDelay(route))
  const failure = options.faults.takeFailure(route)
  if (failure) throw failure
  const key = options.credentials.check(token)
  if (beta) return (socket) => sendAway(socket, betaShape(), options.newId)
  if (callId !== null) {
    // A client secret finds no call (realtime-api.md 0.3).
    if (key.kind === 'ek') throw callNotFound(callId)
    const call = options.calls.findForSideband(callId)
    return (socket) => options.joinCall(socket, call)
  }
  const config = configFor(query, key.kind === 'ek' ? key.config : null, options.dialect)
  return (socket) => options.openSession(socket, config)
}

/** Exactly one of `model`, `call_id`, `intent`; a client secret brings its own session (realtime-api.md 5.1). */
function configFor(query: URLSearchParams, bound: SessionConfig | null, { modelNamed }: Dialect): SessionConfig {
  if (query.has('intent')) {
    throw new Refusal('invalid_value', 'The simulator has no transcription sessions.', 'intent')
  }
  const model = query.get('model')
  if (model !== null)
    return bound
      ? { ...bound, model: modelNamed(model).id }
      : newConfig({ type: 'realtime', model: modelNamed(model).id })
  if (bound) return bound
  throw new Refusal('missing_required_parameter', "Missing required parameter: 'model'.", 'model')
}

/** The socket is accepted, told why it is not welcome, and closed (realtime-api.md 5.3). */
function sendAway(socket: WebSocket, refusal: Refusal, newId: NewId): void {
  const { type, code, message, param } = refusal
  const error = { type, code, message, param, event_id: null }
  socket.send(JSON.stringify({ type: 'error', event_id: newId('event_'), error }))
  socket.close(4000, `${type}.${code}`)
}

function refuse(socket: Duplex, refusal: Refusal, { envelope }: Dialect): void {
  const body = JSON.stringify(envelope(refusal))
  const head = [
    `HTTP/1.1 ${refusal.status} Refused`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function unexpected(error: unknown, log: (line: string) => void): Refusal {
  log(`handshake failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return new Refusal('server_error', 'The simulator failed to handle the request.', null, 500)
}
