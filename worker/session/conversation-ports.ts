/** What a conversation gets handed in, and whom it tells what it cannot do itself. */
import type { EndReason, ServerFrame } from '../../protocol/frames.ts'
import type { HandOverWish } from '../../protocol/hand-over.ts'
import type { Item } from '../../protocol/item.ts'
import type { Log } from '../log.ts'
import type { Provider } from '../provider/provider.ts'
import type { ImageRows } from './image-rows.ts'
import type { Meter } from './meter.ts'
import type { PageRows } from './page-rows.ts'
import type { Clock } from './ports.ts'
import type { Recorder } from './recorder.ts'
import type { Store } from './store.ts'
import type { Workshop } from './tool-ports.ts'
import type { ToolRows } from './tool-rows.ts'

export interface ConversationPorts {
  store: Store
  rows: ToolRows
  page: PageRows
  imageRows: ImageRows
  workshop: Workshop
  recorder: Recorder
  provider: Provider
  clock: Clock
  log: Log
  send: (frame: ServerFrame) => void
  /** To the page that the visitor is on; false where there is none. */
  sendToPage: (frame: ServerFrame) => boolean
  meter: Pick<Meter, 'reserve' | 'record' | 'close'>
  /** A call of a tool asks for a person. False when that was too often. */
  handOver: (call: Item, wish: HandOverWish) => boolean
  /** A call of a tool brought no result; `tool` is undefined for one that nobody knows. */
  onToolFailed: (call: string | null, tool: string | undefined, cause: string) => void
  /** The provider has ended the live call, it cannot be controlled, or a cap is reached. */
  onCallLost: (call: string, reason: EndReason) => void
  /** A caller pressed a key. */
  onKey: (key: string) => void
  /** The conversation is carried by this call now, and not by the one that it follows. */
  onRolledOver: (call: string) => void
  /** The provider tells when it will end the call (ms since 1970). */
  onEndTold: (call: string, endsAt: number) => void
}
