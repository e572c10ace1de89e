/** One turn of the conversation. */
import { Component } from 'preact'
import type { Item } from '../../protocol/item.ts'
import type { Language } from './language.ts'
import type { ImageParts } from './load-image-parts.ts'
import type { PanelModel } from './panel-model.ts'
import type { Texts } from './texts.ts'
import { formatMoment } from './time.ts'

export interface BubbleProps {
  model: PanelModel
  item: Item
  /** Null until they have come, or where nobody shows pictures. */
  parts: ImageParts | null
  follows: boolean
  /** The assistant's own voice, as it seems. */
  isEcho: boolean
  /** Written, and not on its way: nobody could be reached. */
  isUnsent: boolean
  name: string
  words: Texts
  language: Language
}

/** Drawn again only when something of it has changed: each word of a growing caption draws the whole thread. */
export class Bubble extends Component<BubbleProps> {
  override shouldComponentUpdate(next: BubbleProps): boolean {
    const names = Object.keys(next) as (keyof BubbleProps)[]
    return names.some((name) => next[name] !== this.props[name])
  }

  override render() {
    return <Turn {...this.props} />
  }
}

function Turn({ model, item, parts, follows, isEcho, isUnsent, name, words, language }: BubbleProps) {
  const speaker = item.author ?? (item.role === 'user' ? words.you : name)
  const asides = [
    item.status === 'interrupted' && words.interrupted,
    isEcho && words.echo,
    item.status === 'failed' && words.failed,
    isUnsent && words.unsent,
  ].filter((aside) => aside !== false)
  return (
    <div class={`turn ${item.role}${follows ? ' follows' : ''}`} title={formatMoment(item.at, Date.now(), language)}>
      <div class="bubble" part={`bubble ${item.role}`}>
        <span class={item.author ? 'author' : 'unseen'}>
          <bdi>{speaker}</bdi>:{' '}
        </span>
        {/* The words have a direction of their own; the bubble keeps that of the panel, and so its corners. */}
        <div dir="auto">
          {item.image &&
            (parts ? <parts.Shown model={model} item={item} /> : <span class="aside">{words.picture}</span>)}
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
