/** One turn of the conversation. */
import type { Item } from '../../protocol/item.ts'
import type { Language, Texts } from './texts.ts'
import { formatMoment } from './time.ts'

export interface BubbleProps {
  item: Item
  follows: boolean
  /** The assistant's own voice, as it seems. */
  isEcho: boolean
  name: string
  words: Texts
  language: Language
}

export function Bubble({ item, follows, isEcho, name, words, language }: BubbleProps) {
  const speaker = item.author ?? (item.role === 'user' ? words.you : name)
  return (
    <div class={`turn ${item.role}${follows ? ' follows' : ''}`} title={formatMoment(item.at, Date.now(), language)}>
      <div class="bubble" part={`bubble ${item.role}`} dir="auto">
        <span class={item.author ? 'author' : 'unseen'}>{speaker}: </span>
        {item.text}
        {item.status === 'in_progress' && item.text === '' && <Dots label={words.typing} />}
        {item.status === 'interrupted' && <span class="aside"> — {words.interrupted}</span>}
        {isEcho && <span class="aside"> — {words.echo}</span>}
        {item.status === 'failed' && <span class="aside"> — {words.failed}</span>}
      </div>
    </div>
  )
}

function Dots({ label }: { label: string }) {
  return (
    <span class="dots" role="img" aria-label={label}>
      <i />
      <i />
      <i />
    </span>
  )
}
