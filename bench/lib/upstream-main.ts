/**
 * A provider that costs next to nothing, so that what is measured is ours: it creates calls at once or after a while,
 * takes control sockets, acknowledges configurations and items, and says nothing by itself. `node upstream-main.ts PORT`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

type Json = Record<string, unknown>

const ANSWER_SDP = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', ...new Array(60).fill('a=candidate:1 1 UDP')]
const sockets = new Map<string, WebSocket>()
let calls = 0
/** How long creating a call takes (ms). */
let delayMs = 0

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500).end(String(error)))
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://upstream')
  const body = await bodyOf(request)
  if (pathname === '/v1/realtime/calls') {
    if (!body.includes('name="sdp"') || !body.includes('name="session"')) return end(response, 400)
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    calls += 1
    const ref = `rtc_${calls}`
    response.setHeader('Location', `/v1/realtime/calls/${ref}`).setHeader('Content-Type', 'application/sdp')
    return end(response, 201, [...ANSWER_SDP, `a=ref:${ref}`, ''].join('\r\n'))
  }
  if (pathname.endsWith('/hangup')) {
    sockets.get(pathname.split('/').at(-2) ?? '')?.close(1000)
    return end(response, 200)
  }
  if (pathname === '/delay') delayMs = Number(searchParams.get('ms'))
  else if (pathname === '/speak') {
    speak(searchParams.get('ref') ?? '', Number(searchParams.get('from')), Number(searchParams.get('turns')))
  }
  return end(response, 200)
}

const socketServer = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false })

server.on('upgrade', (request, socket, head) => {
  const ref = new URL(request.url ?? '', 'http://upstream').searchParams.get('call_id')
  socketServer.handleUpgrade(request, socket, head, (opened) => {
    if (ref) sockets.set(ref, opened)
    opened.on('close', () => ref && sockets.delete(ref))
    opened.on('message', (data) => react(opened, JSON.parse(String(data))))
  })
})

let events = 0
function send(socket: WebSocket, event: Json): void {
  events += 1
  socket.send(JSON.stringify({ event_id: `event_${events}`, ...event }))
}

function react(socket: WebSocket, event: Json): void {
  if (event.type === 'session.update') send(socket, { type: 'session.updated', session: event.session })
  if (event.type !== 'conversation.item.create') return
  const item = { object: 'realtime.item', status: 'completed', ...(event.item as Json) }
  send(socket, { type: 'conversation.item.added', previous_item_id: null, item })
  send(socket, { type: 'conversation.item.done', previous_item_id: null, item })
}

/** The visitor of a call says one sentence after the other. */
function speak(ref: string, from: number, turns: number): void {
  const socket = sockets.get(ref)
  if (!socket) throw new Error(`no control socket for ${ref}`)
  for (let turn = from; turn < from + turns; turn++) {
    const item_id = `item_${ref}_${turn}`
    const content = [{ type: 'input_audio', transcript: null }]
    const item = { id: item_id, object: 'realtime.item', type: 'message', role: 'user', status: 'completed', content }
    const transcript = `Sentence ${turn}: is there a room with a view of the harbour for two nights, and is breakfast included?`
    send(socket, { type: 'input_audio_buffer.speech_started', audio_start_ms: turn, item_id })
    send(socket, { type: 'input_audio_buffer.speech_stopped', audio_end_ms: turn, item_id })
    send(socket, { type: 'input_audio_buffer.committed', previous_item_id: null, item_id })
    send(socket, { type: 'conversation.item.added', previous_item_id: null, item })
    const words = { item_id, content_index: 0, transcript }
    send(socket, { type: 'conversation.item.input_audio_transcription.completed', ...words })
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

function end(response: ServerResponse, status: number, body = ''): void {
  response.writeHead(status).end(body)
}

server.keepAliveTimeout = 60_000
server.listen(Number(process.argv[2]), '127.0.0.1')
