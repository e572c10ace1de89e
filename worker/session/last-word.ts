import type { Item } from '../../protocol/item.ts'

/**
 * The last word of the conversation is typed text of the visitor, or what came of a tool in a conversation by text, but for
 * answers that broke off. While a tool is at work for it the answer is not due yet.
 * @param isAtWork a call of a tool
 */
export function isUnanswered(newestFirst: Iterable<Item>, isAtWork: (call: Item) => boolean = () => false): boolean {
  for (const item of newestFirst) {
    if (item.role === 'person') continue // it changes nothing about who is to answer whom
    if (item.kind === 'tool_call' && isAtWork(item)) return false
    if (item.kind === 'tool_result') return item.call === null
    if (item.kind === 'message' && !brokeOff(item)) return item.role === 'user' && item.via === 'text'
  }
  return false
}

/** A tool has brought something, and the assistant has not spoken since. */
export function owesAnswerToTool(newestFirst: Iterable<Item>): boolean {
  let isLeaving = false
  for (const item of newestFirst) {
    if (item.role === 'person') continue
    // Who has said goodbye and hung up has nothing to add.
    if (item.kind === 'tool_result' && item.tool?.name === 'end_call') isLeaving = true
    else if (item.kind === 'tool_result') return true
    else if (item.kind === 'message' && !brokeOff(item)) return isLeaving && item.role === 'user'
  }
  return false
}

function brokeOff(item: Item): boolean {
  return item.role === 'assistant' && item.status === 'failed'
}

/** Nobody has said anything yet that the other could know. */
export function isFresh(newestFirst: Iterable<Item>): boolean {
  for (const item of newestFirst) {
    const isOfPage = item.kind === 'notice' && item.source === 'client'
    if (!isOfPage && (item.role === 'user' || item.text !== '')) return false
  }
  return true
}
