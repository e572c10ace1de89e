/** What flows over the event socket of the session: the thread, typed text, and the news of the running call. */
import type { ClientFrame, EndReason, NoticeFrame, ServerFrame } from '../../protocol/frames.ts'
import { newId } from '../../protocol/ids.ts'
import type { Ports } from '../device/ports.ts'
import type { Broker } from './broker.ts'
import { type EventSocket, openEventSocket } from './events.ts'
import type { Keeper } from './keeper.ts'
import { createOutbox } from './outbox.ts'
import type { PageTools } from './page-tools.ts'
import type { Thread } from './thread.ts'
import { trouble } from './trouble.ts'
import type { ShownImage } from './types.ts'
import type { View } from './view.ts'

export interface FeedHandlers {
  notice(notice: NoticeFrame): void
  /** The socket broke or could not be opened, for the n-th time in a row. */
  down(failures: number): void
  welcome(): void
}

export interface Feed {
  /** Opens the event socket of the session, if it is not open yet. */
  open(): void
  close(): void
  /** There is reason to doubt the socket. */
  check(): void
  /** Welcomed and not broken since. */
  readonly up: boolean
  send(frame: ClientFrame): boolean
  /** Shows what was typed, or a picture, at once and sends it until it is stored. */
  type(text: string, image?: ShownImage | null): void
  /** What is on the page: the broker hears of the newest, now or when it is there. */
  setContext(text: string): void
  welcomed(signal: AbortSignal): Promise<void>
  /** The broker lets this call be spoken to. */
  ready(signal: AbortSignal, call: string): Promise<void>
  /** Tells once when the broker says that this call is over; the answer stops listening. */
  watchCall(call: string, ended: (reason: EndReason) => void): () => void
  /** Shows the thread anew. */
  show(): void
  forgetTyped(): void
}

export function createFeed(
  parts: {
    ports: Ports
    broker: Broker
    keeper: Keeper
    thread: Thread
    view: View
    pageTools: Pick<PageTools, 'receive'>
  },
  handlers: FeedHandlers,
): Feed {
  const { ports, broker, keeper, thread, view, pageTools } = parts
  const outbox = createOutbox(ports.clock, (frame) => {
    if (up) socket?.send(frame)
  })
  const waiters = new Set<() => void>()
  let socket: EventSocket | null = null
  let context: string | undefined
  let session: string | null = null
  let up = false
  let readyCall: string | null = null
  let lastEnded: { call: string; reason: EndReason } | null = null
  /** More than one during a rollover only. */
  const watched = new Map<string, (reason: EndReason) => void>()

  function show(): void {
    view.items.value = thread.list()
  }

  function wake(): void {
    for (const check of [...waiters]) check()
  }

  function until(signal: AbortSignal, isTrue: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        waiters.delete(check)
        signal.removeEventListener('abort', abort)
        settle()
      }
      const abort = () => finish(() => reject(signal.reason))
      const check = () => {
        if (isTrue()) finish(resolve)
      }
      if (signal.aborted) return reject(signal.reason)
      waiters.add(check)
      signal.addEventListener('abort', abort)
      check()
    })
  }

  function endCall(call: string, reason: EndReason): void {
    lastEnded = { call, reason }
    const ended = watched.get(call)
    watched.delete(call)
    ended?.(reason)
  }

  function tellContext(): void {
    if (up && context !== undefined) socket?.send({ type: 'context', text: context })
  }

  function settle(id: string, status: 'completed' | 'failed'): void {
    outbox.settle(id)
    const item = thread.settle(id, status)
    if (!item) return
    show()
    view.emit({ type: 'item', item })
  }

  function receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'welcome':
        up = true
        // What still is comes next.
        view.atWork.value = []
        view.questions.value = []
        if (frame.call?.ready) readyCall = frame.call.id
        // The call may have ended while the socket was away: only one that was ready is known to the broker for sure.
        if (readyCall && watched.has(readyCall) && frame.call?.id !== readyCall) endCall(readyCall, 'dropped')
        tellContext()
        outbox.flush()
        handlers.welcome()
        break
      case 'update': {
        const item = thread.update(frame)
        if (!item) break
        keeper.remember(thread.seq)
        outbox.settle(item.id)
        show()
        view.emit({ type: 'item', item })
        break
      }
      case 'delta':
        if (thread.delta(frame)) show()
        break
      case 'activity':
        view.activity.value = frame.state
        break
      case 'tool': {
        const others = view.atWork.value.filter((item) => item !== frame.item)
        view.atWork.value = frame.state === 'running' ? [...others, frame.item] : others
        break
      }
      case 'confirm':
      case 'page_tool':
        pageTools.receive(frame)
        break
      case 'ready':
        readyCall = frame.call
        break
      case 'ack':
        settle(frame.id, 'completed')
        break
      case 'error':
        if (frame.id !== undefined) settle(frame.id, 'failed')
        if (frame.code === 'image_refused' || frame.code === 'too_many_images') view.setTrouble(trouble(frame.code))
        break
      case 'notice':
        view.emit({ type: 'notice', notice: frame })
        if (frame.code === 'call_ended' && frame.call) endCall(frame.call, frame.reason ?? 'dropped')
        else handlers.notice(frame)
        break
    }
    wake()
  }

  function close(): void {
    socket?.close()
    socket = null
    session = null
    up = false
    view.atWork.value = []
    view.questions.value = []
    readyCall = null
    outbox.pause()
  }

  return {
    close,
    show,
    get up() {
      return up
    },
    open() {
      const link = keeper.link.value
      if (!link || link.session === session) return
      close()
      session = link.session
      socket = openEventSocket({
        clock: ports.clock,
        random: ports.random,
        WebSocket: ports.WebSocket,
        url: () => broker.eventsUrl(link.session, thread.seq),
        token: () => keeper.link.value?.token ?? link.token,
        frame: receive,
        down: (failures) => {
          up = false
          outbox.pause()
          handlers.down(failures)
        },
      })
    },
    check: () => socket?.check(),
    send: (frame) => up && (socket?.send(frame) ?? false),
    type(text, image) {
      const id = newId(image ? 'img_' : 'txt_')
      if (image) view.images.value = new Map(view.images.value).set(id, image)
      const item = thread.type(id, text, ports.clock.now(), image)
      show()
      view.emit({ type: 'item', item })
      outbox.add(image ? { type: 'image', id, text, jpeg: image.jpeg } : { type: 'text', id, text })
    },
    setContext(text) {
      context = text
      tellContext()
    },
    welcomed: (signal) => until(signal, () => up),
    ready: (signal, call) => until(signal, () => readyCall === call),
    watchCall(call, ended) {
      watched.set(call, ended)
      if (lastEnded?.call === call) endCall(call, lastEnded.reason)
      return () => {
        watched.delete(call)
      }
    },
    forgetTyped() {
      outbox.clear()
      view.images.value = new Map()
    },
  }
}
