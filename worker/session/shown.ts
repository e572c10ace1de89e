/** What of the transcript the visitor's page gets. The model sees more than a page may: what tools are asked and answer. */
import type { Agent } from '../../protocol/agent.ts'
import type { Transcript } from '../../protocol/api.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import type { Item } from '../../protocol/item.ts'
import type { SessionRow } from './store.ts'

/** @param agent asked for only where it makes a difference */
export function shownItem(item: Item, agent: () => Agent | undefined): Item {
  const isOfTool = item.kind === 'tool_call' || item.kind === 'tool_result'
  return isOfTool && !agent()?.showTools ? { ...item, text: '' } : item
}

export function shownFrame(frame: ServerFrame, agent: () => Agent | undefined): ServerFrame {
  return frame.type === 'update' ? { ...frame, item: shownItem(frame.item, agent) } : frame
}

/** @param found one more than `limit` where there are more */
export function shownPage(found: readonly Item[], limit: number, { id, agent }: SessionRow): Transcript {
  const items = found.slice(0, limit).map((item) => shownItem(item, () => agent))
  const last = items.at(-1)
  return { session: id, items, next: found.length > limit && last ? String(last.position) : null }
}
