/** What the tools of the broker do (protocol/built-in-tools.ts). */
import type { TransferWish } from '../../protocol/built-in-tools.ts'
import type { Item } from '../../protocol/item.ts'
import type { BuiltIn } from '../../protocol/tool.ts'
import type { ConversationPorts } from './conversation-ports.ts'
import type { Endings } from './endings.ts'
import { note } from './facts.ts'

export type BuiltIns = Readonly<Record<BuiltIn, (args: unknown, call: Item) => unknown>>

/** Arguments were checked by the tool's own schema. */
export function builtIns(
  { store, recorder }: Pick<ConversationPorts, 'store' | 'recorder'>,
  endings: () => Endings,
): BuiltIns {
  return {
    end_call: (_, call) => endings().sayGoodbye(call),
    remember: (args) => note((args as { fact: string }).fact, store, recorder),
    transfer: (args) => endings().transfer((args as { to: TransferWish }).to),
  }
}
