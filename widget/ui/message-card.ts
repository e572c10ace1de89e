/** The small card that the loader draws while the app is on its way, and when it cannot be had. */
import { element, icon } from './dom.ts'
import type { CardTexts } from './launcher-texts.ts'

export type CardView = 'loading' | 'slow' | 'failed'

export interface MessageCard {
  readonly box: HTMLElement
  draw(view: CardView, texts: CardTexts): void
}

export function createMessageCard(on: { retry(): void; close(): void }): MessageCard {
  const box = element('div', { class: 'card', part: 'panel', role: 'dialog', tabindex: '-1' })
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    on.close()
  })

  const draw = (view: CardView, texts: CardTexts) => {
    const close = element('button', { type: 'button', class: 'x', 'aria-label': texts.close }, icon('close'))
    close.addEventListener('click', on.close)
    box.setAttribute('aria-label', view === 'failed' ? texts.failedTitle : texts.loading)
    box.replaceChildren(...contents(view, texts, on.retry), close)
  }
  return { box, draw }
}

function contents(view: CardView, texts: CardTexts, retry: () => void): Node[] {
  if (view === 'failed') {
    return [
      element('h2', {}, texts.failedTitle),
      element('p', { role: 'alert' }, texts.failedText),
      again(texts, retry),
    ]
  }
  const words = element('p', { role: 'status' }, view === 'slow' ? texts.slow : texts.loading)
  const waiting = element('div', { class: 'waiting' }, element('span', { class: 'spinner' }), words)
  return view === 'slow' ? [waiting, again(texts, retry)] : [waiting]
}

function again(texts: CardTexts, retry: () => void): HTMLElement {
  const button = element('button', { type: 'button', class: 'primary' }, icon('retry'), texts.retry)
  button.addEventListener('click', retry)
  return button
}
