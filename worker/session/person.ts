/** What a person of the site's team has written in the conversation, as the assistant is told of it. */
import type { Item } from '../../protocol/item.ts'

/** The item as it goes to the provider: a person's words are marked as theirs, everything else is as it is. */
export function asTold(item: Item): Item {
  if (item.role !== 'person') return item
  const words =
    `Note of the website, said neither by the visitor nor by you. A person of the team, ${item.author ?? 'unnamed'}, has ` +
    'written this in the conversation, where the visitor can read it. Take it into account, do not contradict it, and do ' +
    `not repeat it as words of your own or of the visitor:\n${item.text}`
  return { ...item, text: words }
}
