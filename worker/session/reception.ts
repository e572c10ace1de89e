/** The event sockets of widgets: one is opened, something comes on it, it closes. */
import { SUBPROTOCOL } from '../../protocol/frames.ts'
import type { Conversation } from './conversation.ts'
import type { Door } from './door.ts'
import { takeFrame } from './intake.ts'
import type { Clock } from './ports.ts'
import { type EventSockets, readFrame, sendFrame } from './sockets.ts'
import type { Store } from './store.ts'
import { welcome } from './welcome.ts'

export interface ReceptionPorts {
  door: Door
  store: Store
  sockets: EventSockets
  conversation: Conversation
  clock: Pick<Clock, 'now'>
}

export class Reception {
  readonly #ports: ReceptionPorts

  constructor(ports: ReceptionPorts) {
    this.#ports = ports
  }

  /** @param query checked by the Worker */
  open(query: URLSearchParams): Response {
    const { door, store, sockets, conversation, clock } = this.#ports
    const session = door.admit(Number(query.get('generation')), { leased: true, widgetGoneAt: null })
    if (!session.ok) return Response.json({ code: session.code }, { status: 403 })
    const { 0: client, 1: server } = new WebSocketPair()
    const visitor = query.get('visitor') ?? ''
    sockets.accept(server, { generation: session.value.tokenUsed, openedAt: clock.now(), visitor })
    sockets.supersede(session.value.tokenUsed)
    welcome(server, store, session.value, Number(query.get('after')))
    conversation.tools.show((frame) => sendFrame(server, frame))
    conversation.catchUp(session.value)
    return new Response(null, { status: 101, webSocket: client, headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL } })
  }

  hear(socket: WebSocket, message: string | ArrayBuffer): void {
    const { store, sockets, conversation } = this.#ports
    if (!sockets.admits(socket, message)) return
    const frame = readFrame(message)
    const session = store.session()
    if (frame.type === 'error' || !session) {
      if (frame.type === 'error') sendFrame(socket, frame)
      return
    }
    const refusal = takeFrame(frame, session, conversation, () => sockets.isCurrent(socket), store)
    if (refusal) sendFrame(socket, refusal)
  }

  /** Answers whether the widget is gone with it. */
  closed(socket: WebSocket): boolean {
    const { store, sockets, clock } = this.#ports
    sockets.answerClose(socket)
    const session = store.session()
    if (!session || sockets.lastHeard(socket) !== null) return false
    store.saveSession({ ...session, widgetGoneAt: clock.now() })
    return true
  }
}
