/** First frames on an event socket: how things stand, then what the widget has missed. */
import { shownItem } from './shown.ts'
import { sendFrame } from './sockets.ts'
import type { SessionRow, Store } from './store.ts'

/** @param after number of the newest update that the widget knows */
export function welcome(socket: WebSocket, store: Store, session: SessionRow, after: number): void {
  const call = store.currentCall()
  sendFrame(socket, {
    type: 'welcome',
    session: session.id,
    agent: session.agentId,
    seq: store.seq(),
    call: call?.state === 'live' ? { id: call.id, ready: call.ready } : null,
  })
  for (const { seq, item } of store.changedAfter(after)) {
    sendFrame(socket, { type: 'update', seq, item: shownItem(item, () => session.agent) })
  }
}
