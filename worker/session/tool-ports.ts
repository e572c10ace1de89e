/** What the tools of a session get handed in. */
import type { ServerFrame } from '../../protocol/frames.ts'
import type { HandOverWish } from '../../protocol/hand-over.ts'
import type { Item } from '../../protocol/item.ts'
import type { ToolSpec } from '../../protocol/tool.ts'
import type { Log } from '../log.ts'
import type { Provider } from '../provider/provider.ts'
import type { BuiltIns } from './built-ins.ts'
import type { Carrier } from './carrier.ts'
import type { Floor } from './floor.ts'
import type { Meter } from './meter.ts'
import type { Clock } from './ports.ts'
import type { Recorder } from './recorder.ts'
import type { SessionRow, Store } from './store.ts'
import type { ToolRows } from './tool-rows.ts'

/** What the deployment has for its agents. */
export interface Workshop {
  tools: (agentId: string) => readonly ToolSpec[]
  /** Variables, secrets and bindings. */
  env: Readonly<Record<string, unknown>>
}

export interface ToolDeskPorts {
  store: Store
  rows: ToolRows
  recorder: Recorder
  provider: Provider
  meter: Pick<Meter, 'record'>
  clock: Clock
  log: Log
  send: (frame: ServerFrame) => void
  /** To the page that the visitor is on; false where there is none. */
  sendToPage: (frame: ServerFrame) => boolean
  workshop: Workshop
  /** What the broker does by itself. @throws ToolRefusal */
  builtIn: BuiltIns
  floor: Floor
  /** What carries the conversation. */
  carrier: () => Carrier | null
  /** A call is not about to be ended. */
  mayAnswer: () => boolean
  /** A call asks for a person. */
  handOver: (call: Item, wish: HandOverWish) => boolean
  onToolFailed: (call: string | null, tool: string | undefined, cause: string) => void
  /** Opens a line where there is none and an answer in writing is owed. */
  wake: (session: SessionRow) => void
}
