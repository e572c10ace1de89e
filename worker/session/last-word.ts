import type { Item } from '../../protocol/item.ts'

/** The last word of the conversation is typed text of the visitor, but for answers that broke off. */
export function isUnanswered(newestFirst: Iterable<Item>): boolean {
  for (const item of newestFirst) {
    const brokeOff = item.role === 'assistant' && item.status === 'failed'
    if (item.kind === 'message' && !brokeOff) return item.role === 'user' && item.via === 'text'
  }
  return false
}

/** Nobody has said anything yet that the other could know. */
export function isFresh(newestFirst: Iterable<Item>): boolean {
  for (const item of newestFirst) if (item.role === 'user' || item.text !== '') return false
  return true
}
