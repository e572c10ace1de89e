/** A browser joins its relayed call: query of the Worker's request → socket or refusal. */
import { RELAY_SUBPROTOCOL } from '../../protocol/relay.ts'
import type { Conversation } from './conversation.ts'
import type { Door } from './door.ts'
import { joinRelay } from './relay-socket.ts'

export function upgradeToRelay(
  query: URLSearchParams,
  { door, conversation }: { door: Door; conversation: Pick<Conversation, 'relayOf'> },
): Response {
  const session = door.admit(Number(query.get('generation')))
  if (!session.ok) return Response.json({ code: session.code }, { status: 403 })
  const relay = conversation.relayOf(query.get('call') ?? '')
  if (!relay) return Response.json({ code: 'call_not_found' }, { status: 404 })
  const { 0: client, 1: server } = new WebSocketPair()
  joinRelay(relay, server, { item: query.get('item') ?? undefined, received: Number(query.get('received')) })
  return new Response(null, {
    status: 101,
    webSocket: client,
    headers: { 'Sec-WebSocket-Protocol': RELAY_SUBPROTOCOL },
  })
}
