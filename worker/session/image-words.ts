/** A picture of the visitor without its pixels, as the assistant is told of it. */
import type { Item } from '../../protocol/item.ts'

export function asShown(item: Item): Item {
  const note =
    item.status === 'failed'
      ? '[The visitor wanted to show you a picture here, but it did not reach you: you have not seen it.]'
      : '[The visitor showed you a picture here. It is not kept: you cannot look at it again.]'
  return { ...item, text: item.text === '' ? note : `${note}\n${item.text}` }
}
