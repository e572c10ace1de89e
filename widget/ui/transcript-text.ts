/** The conversation as plain text, to take along. */
import type { Item } from '../../protocol/item.ts'
import { noticeText, type Texts } from './texts.ts'
import { isShown } from './thread-lines.ts'

/** One line for each turn: when, who, what. @param name of the assistant */
export function transcriptText(items: readonly Item[], words: Texts, name: string, language: string): string {
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' })
  const lines = items
    .filter((item) => isShown(item) && item.text !== '')
    .map((item) => {
      const said =
        item.role === 'notice' ? `(${noticeText(words, item.text)})` : `${speaker(item, words, name)}: ${item.text}`
      return `[${when.format(item.at)}] ${said}${aside(item, words)}`
    })
  return `${lines.join('\n')}\n`
}

function speaker({ role, author }: Item, words: Texts, name: string): string {
  return author ?? (role === 'user' ? words.you : name)
}

function aside({ status }: Item, words: Texts): string {
  return status === 'interrupted' || status === 'failed' ? ` — ${words[status]}` : ''
}
