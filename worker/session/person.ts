/** What is not told to the assistant as it stands: words of a person of the site's team, pictures without their pixels. */
import type { Item } from '../../protocol/item.ts'
import { asShown } from './image-words.ts'

/** The item as it goes to the provider in words: a person's are marked as theirs, everything else is as it is. */
export function asTold(item: Item): Item {
  if (item.image) return asShown(item)
  if (item.role !== 'person') return item
  const words =
    `Note of the website, said neither by the visitor nor by you. A person of the team, ${item.author ?? 'unnamed'}, has ` +
    'written this in the conversation, where the visitor can read it. Take it into account, do not contradict it, and do ' +
    `not repeat it as words of your own or of the visitor:\n${item.text}`
  return { ...item, text: words }
}
