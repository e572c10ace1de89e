/** The button on the page. Drawn by the loader alone, so it is there even when the broker is not. */
import type { ConversationState } from '../client/types.ts'
import { element, icon } from './dom.ts'
import type { LauncherTexts } from './texts.ts'

export interface LauncherView {
  state: ConversationState
  /** The conversation is, or was last, a voice call. */
  voice: boolean
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
  draw(view: LauncherView, texts: LauncherTexts): void
}

export function createLauncher(on: { click(): void; intent(): void }): Launcher {
  const button = element('button', { type: 'button', class: 'launcher', part: 'launcher', 'aria-haspopup': 'dialog' })
  button.addEventListener('click', on.click)
  button.addEventListener('pointerenter', on.intent)
  button.addEventListener('focus', on.intent)

  const draw = (view: LauncherView, texts: LauncherTexts) => {
    const { label, name, mark } = contents(view, texts)
    const news = view.unread > 0 ? [element('span', { class: 'badge', part: 'badge' }, String(view.unread))] : []
    button.replaceChildren(mark, label, ...news)
    button.setAttribute('aria-label', news.length > 0 ? `${name}. ${texts.unread}: ${view.unread}` : name)
    button.setAttribute('aria-expanded', String(view.expanded))
    button.hidden = view.hidden
  }
  return { button, draw }
}

interface Contents {
  label: string
  /** Starts with the label, so that people who speak to their computer can press it (WCAG 2.5.3). */
  name: string
  mark: Node
}

function contents(view: LauncherView, texts: LauncherTexts): Contents {
  const call = view.voice ? callContents(view, texts) : undefined
  if (call) return { ...call, name: `${call.label}. ${texts.openLabel}` }
  if (view.textOnly) return { label: texts.write, name: texts.writeLabel, mark: icon('text') }
  return { label: texts.open, name: texts.openLabel, mark: icon('voice') }
}

/** Who closed the panel must still see that a microphone is on. */
function callContents(view: LauncherView, texts: LauncherTexts): Pick<Contents, 'label' | 'mark'> | undefined {
  const dot = element('span', { class: 'dot' })
  if (view.state === 'connecting') return { label: texts.connecting, mark: dot }
  if (view.state === 'reconnecting') return { label: texts.reconnecting, mark: dot }
  if (view.state !== 'live') return undefined
  return view.muted
    ? { label: `${texts.onCall} · ${texts.muted}`, mark: icon('micOff') }
    : { label: texts.onCall, mark: dot }
}
