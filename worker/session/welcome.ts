/** What a widget is told when its event socket opens: where the session stands, and what it has missed. */
import type { ServerFrame } from '../../protocol/frames.ts'
import type { SessionRow, Store } from './store.ts'

/** `after`: number of the newest update that the widget knows. */
export function* welcome(store: Store, session: SessionRow, after: number): Generator<ServerFrame> {
  const call = store.currentCall()
  yield {
    type: 'welcome',
    session: session.id,
    agent: session.agentId,
    seq: store.seq(),
    call: call?.state === 'live' ? { id: call.id, ready: call.ready } : null,
  }
  for (const { seq, item } of store.changedAfter(after)) yield { type: 'update', seq, item }
}
