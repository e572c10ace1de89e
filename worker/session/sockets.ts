/** The event sockets of a session: hibernatable, so that an idle conversation costs nothing. */
import * as v from 'valibot'
import { type ClientFrame, ClientFrameSchema, PING, PONG, type ServerFrame } from '../../protocol/frames.ts'

/** Longest frame of a widget (bytes): the longest text, in the worst encoding. */
const MAX_FRAME = 48 * 1024
/** 4000…4999 are for applications (RFC 6455 7.4.2). */
export const CLOSE_SUPERSEDED = 4001
export const CLOSE_ERASED = 4002

interface Attachment {
  /** Generation of the token that it was opened with. */
  generation: number
  /** ms since 1970 */
  openedAt: number
}

/** What hibernation needs of `DurableObjectState`. */
export type SocketHost = Pick<
  DurableObjectState,
  'acceptWebSocket' | 'getWebSockets' | 'setWebSocketAutoResponse' | 'getWebSocketAutoResponseTimestamp'
>

export class EventSockets {
  readonly #host: SocketHost

  constructor(host: SocketHost) {
    this.#host = host
    host.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
  }

  accept(socket: WebSocket, attachment: Attachment): void {
    this.#host.acceptWebSocket(socket)
    socket.serializeAttachment(attachment)
  }

  /** To every widget of the session. */
  broadcast(frame: ServerFrame): void {
    for (const socket of this.#open()) sendFrame(socket, frame)
  }

  /** Lets go of widgets that came with an older token: the conversation goes on elsewhere. */
  supersede(olderThan: number): void {
    for (const socket of this.#open()) {
      if (readAttachment(socket).generation >= olderThan) continue
      sendFrame(socket, { type: 'notice', code: 'superseded', call: null })
      socket.close(CLOSE_SUPERSEDED, 'superseded')
    }
  }

  closeAll(code: number, reason: string): void {
    for (const socket of this.#open()) socket.close(code, reason)
  }

  /** When a connected widget was last heard of (ms since 1970); null when none is connected. */
  lastHeard(except?: WebSocket): number | null {
    const times = this.#open()
      .filter((socket) => socket !== except)
      .map((socket) => {
        const pinged = this.#host.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0
        return Math.max(pinged, readAttachment(socket).openedAt)
      })
    return times.length > 0 ? Math.max(...times) : null
  }

  #open(): WebSocket[] {
    return this.#host.getWebSockets().filter((socket) => socket.readyState === WebSocket.OPEN)
  }
}

export function sendFrame(socket: WebSocket, frame: ServerFrame): void {
  try {
    socket.send(JSON.stringify(frame))
  } catch {
    // The widget is gone; its close event tells the rest, and it asks for what it missed when it comes back.
  }
}

/** A frame of a widget, or the answer to one that cannot be used. */
export function readFrame(message: string | ArrayBuffer): ClientFrame | Extract<ServerFrame, { type: 'error' }> {
  const refuse = (detail: string, id?: string) => ({
    type: 'error' as const,
    code: 'bad_request',
    detail,
    ...(id ? { id } : {}),
  })
  if (typeof message !== 'string') return refuse('frames are text')
  if (message.length > MAX_FRAME) return refuse(`frames have at most ${MAX_FRAME} bytes`)
  let json: unknown
  try {
    json = JSON.parse(message)
  } catch {
    return refuse('frames are JSON')
  }
  const result = v.safeParse(ClientFrameSchema, json)
  if (result.success) return result.output
  const id = v.safeParse(v.object({ id: v.pipe(v.string(), v.maxLength(64)) }), json)
  const issue = result.issues[0]
  return refuse(
    `${v.getDotPath(issue) ?? 'frame'}: ${issue.message}`.slice(0, 200),
    id.success ? id.output.id : undefined,
  )
}

function readAttachment(socket: WebSocket): Attachment {
  return (socket.deserializeAttachment() as Attachment | null) ?? { generation: 0, openedAt: 0 }
}
