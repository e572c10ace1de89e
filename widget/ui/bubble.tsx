/** One turn of the conversation. */
import type { ComponentChildren } from 'preact'
import type { Item } from '../../protocol/item.ts'
import type { Language } from './language.ts'
import type { Texts } from './texts.ts'
import { formatMoment } from './time.ts'

export interface BubbleProps {
  item: Item
  /** What it shows, where it shows something. */
  picture: ComponentChildren
  follows: boolean
  /** The assistant's own voice, as it seems. */
  isEcho: boolean
  name: string
  words: Texts
  language: Language
}

export function Bubble({ item, picture, follows, isEcho, name, words, language }: BubbleProps) {
  const speaker = item.author ?? (item.role === 'user' ? words.you : name)
  const asides = [
    item.status === 'interrupted' && words.interrupted,
    isEcho && words.echo,
    item.status === 'failed' && words.failed,
  ].filter((aside) => aside !== false)
  return (
    <div class={`turn ${item.role}${follows ? ' follows' : ''}`} title={formatMoment(item.at, Date.now(), language)}>
      <div class="bubble" part={`bubble ${item.role}`}>
        <span class={item.author ? 'author' : 'unseen'}>
          <bdi>{speaker}</bdi>:{' '}
        </span>
        {/* The words have a direction of their own; the bubble keeps that of the panel, and so its corners. */}
        <div dir="auto">
          {item.image && (picture ?? <span class="aside">{words.picture}</span>)}
          {item.text}
          {item.status === 'in_progress' && item.text === '' && !item.image && <Dots label={words.typing} />}
          {asides.map((aside) => (
            <span key={aside} class="aside">
              {' — '}
              <bdi>{aside}</bdi>
            </span>
          ))}
        </div>
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
