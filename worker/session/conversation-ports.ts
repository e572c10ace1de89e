/** What a conversation gets handed in, and whom it tells what it cannot do itself. */
import type { EndReason, ServerFrame } from '../../protocol/frames.ts'
import type { Log } from '../log.ts'
import type { Provider } from '../provider/provider.ts'
import type { Meter } from './meter.ts'
import type { PageRows } from './page-rows.ts'
import type { Clock } from './ports.ts'
import type { Recorder } from './recorder.ts'
import type { Store } from './store.ts'
import type { Workshop } from './tool-desk.ts'
import type { ToolRows } from './tool-rows.ts'

export interface ConversationPorts {
  store: Store
  rows: ToolRows
  page: PageRows
  workshop: Workshop
  recorder: Recorder
  provider: Provider
  clock: Clock
  log: Log
  send: (frame: ServerFrame) => void
  meter: Pick<Meter, 'reserve' | 'record' | 'close'>
  /** The provider has ended the live call, it cannot be controlled, or a cap is reached. */
  onCallLost: (call: string, reason: EndReason) => void
  /** The conversation is carried by this call now, and not by the one that it follows. */
  onRolledOver: (call: string) => void
  /** The provider tells when it will end the call (ms since 1970). */
  onEndTold: (call: string, endsAt: number) => void
}
