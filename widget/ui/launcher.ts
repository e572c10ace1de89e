/** The button on the page. Drawn by the loader alone, so it is there even when the broker is not. */
import type { ConversationState } from '../client/types.ts'
import { element, icon } from './dom.ts'
import type { LauncherTexts } from './texts.ts'

export interface LauncherView {
  state: ConversationState
  muted: boolean
  /** The panel or the message card is open. */
  expanded: boolean
  /** The panel covers the button's place. */
  hidden: boolean
}

export interface Launcher {
  readonly button: HTMLButtonElement
  draw(view: LauncherView, texts: LauncherTexts): void
}

export function createLauncher(on: { click(): void; intent(): void }): Launcher {
  const button = element('button', { type: 'button', class: 'launcher', part: 'launcher', 'aria-haspopup': 'dialog' })
  button.addEventListener('click', on.click)
  button.addEventListener('pointerenter', on.intent)
  button.addEventListener('focus', on.intent)

  const draw = (view: LauncherView, texts: LauncherTexts) => {
    const { label, name, mark } = contents(view, texts)
    button.replaceChildren(mark, label)
    button.setAttribute('aria-label', name)
    button.setAttribute('aria-expanded', String(view.expanded))
    button.hidden = view.hidden
  }
  return { button, draw }
}

function contents(view: LauncherView, texts: LauncherTexts): { label: string; name: string; mark: Node } {
  if (view.state === 'reconnecting') return status(texts.reconnecting, element('span', { class: 'dot' }), texts)
  if (view.state === 'live' && view.muted) return status(`${texts.onCall} · ${texts.muted}`, icon('micOff'), texts)
  if (view.state === 'live' || view.state === 'connecting') {
    return status(texts.onCall, element('span', { class: 'dot' }), texts)
  }
  return { label: texts.open, name: texts.openLabel, mark: icon('voice') }
}

/** Its name starts with the visible words, so that people who speak to their computer can press it (WCAG 2.5.3). */
function status(label: string, mark: Node, texts: LauncherTexts): { label: string; name: string; mark: Node } {
  return { label, name: `${label}. ${texts.openLabel}`, mark }
}
