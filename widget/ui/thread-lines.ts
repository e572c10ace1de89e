/** What the thread shows: the items people care about, and small lines of our own between them. */
import type { Item } from '../../protocol/item.ts'

export type RemarkText = 'reconnected' | 'callEnded' | 'saidGoodbye' | 'goneOn' | 'forgotten'

/** A line that only this page knows about, such as "Reconnected". */
export interface Remark {
  id: string
  text: RemarkText
  /** Position of the newest item when it was made; it stays behind that one. */
  after: number
}

export type Line =
  | { type: 'item'; id: string; item: Item /** Same speaker as the line before. */; follows: boolean }
  | { type: 'remark'; id: string; text: RemarkText }
  /** When what follows was said, ms since 1970. */
  | { type: 'time'; id: string; at: number }

/** Tool traffic is not shown, nor what the page has put into a call by itself, nor an assistant turn that has no words and never will. */
export function isShown(item: Item): boolean {
  if (item.source === 'client' || (item.kind !== 'message' && item.kind !== 'notice')) return false
  return item.text !== '' || item.image !== undefined || item.status === 'in_progress' || item.status === 'failed'
}

/** A silence this long (ms) is worth a time; so is the beginning. */
const PAUSE_MS = 10 * 60_000

/** Items by position with each remark behind the item it was made after. */
export function threadLines(items: readonly Item[], remarks: readonly Remark[]): Line[] {
  const lines: Line[] = []
  const waiting = [...remarks]
  const flush = (before: number) => {
    for (let next = waiting[0]; next && next.after < before; next = waiting[0]) {
      lines.push({ type: 'remark', id: next.id, text: next.text })
      waiting.shift()
    }
  }
  let newest = Number.NEGATIVE_INFINITY
  for (const item of items.filter(isShown)) {
    flush(item.position)
    if (item.at - newest >= PAUSE_MS) lines.push({ type: 'time', id: `time-${item.id}`, at: item.at })
    newest = item.at
    const last = lines.at(-1)
    const follows = last?.type === 'item' && last.item.role === item.role
    lines.push({ type: 'item', id: item.id, item, follows })
  }
  flush(Number.POSITIVE_INFINITY)
  return lines
}
