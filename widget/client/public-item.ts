/** What page scripts see of an item: no positions, no calls. */
import type { Item } from '../../protocol/item.ts'

export type PublicItem = Pick<Item, 'id' | 'role' | 'text' | 'status' | 'author'>

export function publicItem({ id, role, author, text, status }: Item): PublicItem {
  return { id, role, text, status, ...(author ? { author } : {}) }
}
