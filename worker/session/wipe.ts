/**
 * Everything of a session is erased, key included. What is left are calls that still have to be hung up, events without
 * anybody's words that still have to be told, and that the index across sessions still has to forget it.
 */
import type { Events } from '../events/events.ts'
import type { Records } from '../records/records.ts'
import type { Caretaker } from './caretaker.ts'
import type { Conversation } from './conversation.ts'
import type { Meter } from './meter.ts'
import type { EventSockets } from './sockets.ts'
import type { SessionRow, Store } from './store.ts'
import { WATCH_EVERY_MS } from './watchdog.ts'

export interface WipePorts {
  storage: Pick<DurableObjectStorage, 'deleteAll'>
  store: Store
  events: Events
  records: Pick<Records, 'survivors'>
  /** Whose tables are to be made anew. */
  tables: readonly { reset(): void }[]
  conversation: Conversation
  meter: Meter
  sockets: EventSockets
  caretaker: Caretaker
  now: () => number
  /** The agent's visitors are to be told. */
  forget: (session: SessionRow) => Promise<void>
}

/** @param lastWords to be told right before */
export async function wipe(ports: WipePorts, lastWords = () => {}): Promise<void> {
  const { storage, store, events, records, tables, conversation, meter, sockets, caretaker, now, forget } = ports
  conversation.detach()
  conversation.tools.close()
  conversation.page.forget()
  conversation.images.forget()
  meter.closeAll()
  sockets.closeAll('erased')
  const session = store.session()
  if (session?.startKey || session?.person) await forget(session)
  lastWords()
  const unconfirmed = store.endingCalls()
  const keepEvents = events.survivors()
  const keepRecords = records.survivors()
  await storage.deleteAll()
  store.reset()
  for (const table of tables) table.reset()
  caretaker.forget()
  for (const call of unconfirmed) store.saveCall(call)
  keepEvents()
  keepRecords()
  const toTell = events.nextLook()
  if (toTell !== null) await caretaker.watchBy(toTell)
  if (unconfirmed.length > 0) await caretaker.watchBy(now() + WATCH_EVERY_MS)
}
