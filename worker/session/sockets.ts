/** The event sockets of a session: hibernatable, so that an idle conversation costs nothing. */
import * as v from 'valibot'
import {
  CLOSE_CODES,
  type ClientFrame,
  ClientFrameSchema,
  MAX_FRAMES_PER_SECOND,
  PING,
  PONG,
  type ServerFrame,
} from '../../protocol/frames.ts'
import { MAX_IMAGE_BASE64 } from '../../protocol/image.ts'
import type { Log } from '../log.ts'
import { FloodGuard } from './flood.ts'
import type { Clock } from './ports.ts'

/** Longest frame of a widget (characters): the longest text, in the worst encoding. */
const MAX_FRAME = 48 * 1024
/** A frame with a picture is longer, by as much as the picture. */
const MAX_LONG_FRAME = MAX_FRAME + MAX_IMAGE_BASE64
/** So many sockets of one session may be open: tabs of one visitor, and those that nobody has noticed to be broken. */
const MAX_OPEN = 8
const STARTS_LONG = '{"type":"image",'

interface Attachment {
  /** Generation of the token that it was opened with. */
  generation: number
  /** ms since 1970 */
  openedAt: number
  /** Who it counts for (admission/visitor.ts), empty where that is not known. Gone with the socket. */
  visitor: string
}

/** What hibernation needs of `DurableObjectState`. */
export type SocketHost = Pick<
  DurableObjectState,
  'acceptWebSocket' | 'getWebSockets' | 'setWebSocketAutoResponse' | 'getWebSocketAutoResponseTimestamp'
>

export class EventSockets {
  readonly #host: SocketHost
  readonly #guard: FloodGuard<WebSocket>
  readonly #log: Log

  constructor(host: SocketHost, clock: Pick<Clock, 'now'>, log: Log) {
    this.#host = host
    this.#guard = new FloodGuard(clock)
    this.#log = log
    host.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
  }

  accept(socket: WebSocket, attachment: Attachment): void {
    this.#host.acceptWebSocket(socket)
    socket.serializeAttachment(attachment)
    const others = this.#open().filter((one) => one !== socket)
    others.sort((a, b) => comesAfter(readAttachment(a), readAttachment(b)))
    for (const tooMany of others.slice(MAX_OPEN - 1)) this.#letGo(tooMany)
  }

  /** The browser has closed it. The runtime leaves the answer to us, and without one its socket would be closing for ever. */
  answerClose(socket: WebSocket): void {
    try {
      socket.close(1000)
    } catch {
      // It broke, or we had closed it first: nobody waits for an answer.
    }
  }

  /** Whether a frame that came in is to be looked at; a long one counts for several. A socket that floods is closed. */
  admits(socket: WebSocket, message: string | ArrayBuffer): boolean {
    const length = typeof message === 'string' ? message.length : message.byteLength
    const verdict = this.#guard.count(socket, Math.ceil(length / MAX_FRAME))
    if (verdict === 'flood') {
      this.#log.info('too_many_frames')
      const detail = `at most ${MAX_FRAMES_PER_SECOND} in one second`
      sendFrame(socket, { type: 'error', code: 'too_many_frames', detail })
      socket.close(CLOSE_CODES.too_many_frames, 'too_many_frames')
    }
    return verdict === 'fine'
  }

  /** To every widget of the session. */
  broadcast(frame: ServerFrame): void {
    for (const socket of this.#open()) sendFrame(socket, frame)
  }

  /** To the page that the visitor is on, the newest. False where there is none. */
  sendToNewest(frame: ServerFrame): boolean {
    const newest = this.#open().sort((a, b) => comesAfter(readAttachment(a), readAttachment(b)))[0]
    if (newest) sendFrame(newest, frame)
    return newest !== undefined
  }

  /** Not one that the session has gone on without. */
  isCurrent(socket: WebSocket): boolean {
    const { generation } = readAttachment(socket)
    return this.#open().includes(socket) && this.#open().every((one) => readAttachment(one).generation <= generation)
  }

  /** Lets go of widgets that came with an older token: the conversation goes on elsewhere. */
  supersede(olderThan: number): void {
    for (const socket of this.#open()) {
      if (readAttachment(socket).generation < olderThan) this.#letGo(socket)
    }
  }

  closeAll(reason: keyof typeof CLOSE_CODES): void {
    for (const socket of this.#open()) socket.close(CLOSE_CODES[reason], reason)
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

  /** Who sits at a widget that is connected; null where that is not known. */
  visitor(): string | null {
    return (
      this.#open()
        .map((socket) => readAttachment(socket).visitor)
        .findLast(Boolean) ?? null
    )
  }

  /** Its widget does not come back by itself. */
  #letGo(socket: WebSocket): void {
    sendFrame(socket, { type: 'notice', code: 'superseded', call: null })
    socket.close(CLOSE_CODES.superseded, 'superseded')
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
  const longest = message.startsWith(STARTS_LONG) ? MAX_LONG_FRAME : MAX_FRAME
  if (message.length > longest) return refuse(`frames have at most ${longest} characters`)
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

function comesAfter(a: Attachment, b: Attachment): number {
  return b.generation - a.generation || b.openedAt - a.openedAt
}

function readAttachment(socket: WebSocket): Attachment {
  return (socket.deserializeAttachment() as Attachment | null) ?? { generation: 0, openedAt: 0, visitor: '' }
}
