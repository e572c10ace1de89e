/** What others see of an item: no positions, no calls. */
import type { Item } from '../../protocol/item.ts'
import type { ParleyItem } from './types.ts'

export function publicItem({ id, role, author, text, status }: Item): ParleyItem {
  return { id, role, text, status, ...(author ? { author } : {}) }
}
