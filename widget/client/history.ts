/** Brings the stored thread of an earlier page back, without a call. */
import type { Item } from '../../protocol/item.ts'
import type { Broker } from './broker.ts'
import type { Keeper } from './keeper.ts'
import type { Thread } from './thread.ts'

/** Loads every page of the transcript into the thread; what became another session meanwhile stays as it is. */
export async function loadHistory(broker: Broker, keeper: Keeper, thread: Thread): Promise<void> {
  const link = keeper.link.value
  if (!link) return
  const items: Item[] = []
  let after: string | undefined
  do {
    const page = await broker.transcript(link, after === undefined ? {} : { after })
    items.push(...page.items)
    after = page.next ?? undefined
  } while (after !== undefined)
  // The number was seen before the transcript was asked for, so the items hold at least what it stands for.
  if (keeper.link.value?.session === link.session) thread.restore(items, keeper.rememberedSeq)
}
