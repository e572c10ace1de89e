/** The button on the page. Drawn by the loader alone, so it is there even when the broker is not. */
import { element, icon } from './dom.ts'
import type { CardTexts, LauncherTexts } from './launcher-texts.ts'

/** `opens` once the language is there. */
export type ButtonTexts = LauncherTexts & Partial<Pick<CardTexts, 'opens' | 'unread'>>

export interface LauncherView {
  /** How a voice call stands, in words: who closed the panel must still see that a microphone is on. Empty without one. */
  call: string
  muted: boolean
  /** The website offers writing only. */
  textOnly: boolean
  /** The panel or the message card is open. */
  expanded: boolean
  /** So many messages came while the panel was closed. */
  unread: number
  /** The panel covers the button's place. */
  hidden: boolean
}

export interface Launcher {
  readonly button: HTMLButtonElement
  draw(view: LauncherView, texts: ButtonTexts): void
}

export function createLauncher(on: { click(): void; intent(): void }): Launcher {
  const button = element('button', { type: 'button', class: 'launcher', part: 'launcher', 'aria-haspopup': 'dialog' })
  button.addEventListener('click', on.click)
  button.addEventListener('pointerenter', on.intent)
  button.addEventListener('focus', on.intent)

  let drawn = ''
  const draw = ({ hidden, expanded, ...view }: LauncherView, texts: ButtonTexts) => {
    button.hidden = hidden
    button.setAttribute('aria-expanded', String(expanded))
    const { label, name, mark } = contents(view, texts)
    const news = view.unread > 0 ? [element('span', { class: 'badge', part: 'badge' }, String(view.unread))] : []
    button.setAttribute('aria-label', news.length > 0 ? `${name}. ${texts.unread ?? ''}: ${view.unread}` : name)
    // WebKit drops the click of a press whose text was replaced before it was let go, and the first draws follow the hover closely.
    const now = JSON.stringify([label, view])
    if (now === drawn) return
    drawn = now
    button.replaceChildren(mark, label, ...news)
  }
  return { button, draw }
}

interface Contents {
  label: string
  /** Starts with the label, so that people who speak to their computer can press it (WCAG 2.5.3). */
  name: string
  mark: Node
}

type Look = Omit<LauncherView, 'hidden' | 'expanded'>

function contents({ call, muted, textOnly }: Look, { open, write, opens }: ButtonTexts): Contents {
  const wish = textOnly && !call ? write : open
  const purpose = opens ? `${wish}: ${opens}` : wish
  if (call) {
    const mark = muted ? icon('micOff') : element('span', { class: 'dot' })
    return { label: call, name: `${call}. ${purpose}`, mark }
  }
  return { label: wish, name: purpose, mark: icon(textOnly ? 'text' : 'voice') }
}
