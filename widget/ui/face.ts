/// <reference path="./css.d.ts" />
/** Everything that the loader draws in the shadow root: button, message card, colours. Knows nothing of conversations. */
import { type Theme, themeCss } from './colour.ts'
import { element, sheet } from './dom.ts'
import { directionOf, pickLanguage } from './language.ts'
import css from './launcher.css?inline'
import { createLauncher, type LauncherView } from './launcher.ts'
import { type CardView, createMessageCard } from './message-card.ts'
import { LANGUAGES, type LauncherTexts, launcherTexts } from './texts.ts'

/** The loading card appears after this long (ms): faster loads need no explanation. */
const SHOW_CARD_AFTER_MS = 150
/** From here on (ms) the card says that it takes long, and offers to try again. */
const SLOW_AFTER_MS = 700

export interface Face {
  /** Where the panel is drawn. */
  readonly slot: HTMLElement
  readonly cardShown: boolean
  /** @param wishes languages, the most wanted first */
  dress(wishes: readonly string[], theme: Theme): void
  show(change: Partial<LauncherView>): void
  /** The panel is on its way: says so if it takes noticeable time. */
  showWaiting(): void
  showFailure(): void
  hideCard(): void
  focusLauncher(): void
}

export function createFace(
  root: ShadowRoot,
  on: { click(): void; intent(): void; retry(): void; dismiss(): void },
): Face {
  const launcher = createLauncher(on)
  const card = createMessageCard({ retry: on.retry, close: on.dismiss })
  const slot = element('div')
  const frame = element('div', { class: 'root' }, launcher.button, slot)
  const theme = sheet('')
  root.adoptedStyleSheets = [theme, sheet(css)]
  root.append(frame)

  let texts: LauncherTexts = launcherTexts.en
  let view: LauncherView = {
    state: 'idle',
    voice: false,
    muted: false,
    textOnly: false,
    expanded: false,
    hidden: false,
    unread: 0,
  }
  let timers: ReturnType<typeof setTimeout>[] = []

  const show = (change: Partial<LauncherView>) => {
    view = { ...view, ...change }
    launcher.draw(view, texts)
  }

  const dress = (wishes: readonly string[], look: Theme) => {
    const language = pickLanguage(LANGUAGES, wishes, 'en')
    texts = launcherTexts[language]
    frame.lang = language
    frame.dir = directionOf(language)
    theme.replaceSync(themeCss(look))
    launcher.draw(view, texts)
  }

  const stopTimers = () => {
    for (const timer of timers) clearTimeout(timer)
    timers = []
  }

  const showCard = (what: CardView) => {
    card.draw(what, texts)
    if (!card.box.isConnected) frame.append(card.box)
    card.box.focus({ preventScroll: true })
    show({ expanded: true })
  }

  const showWaiting = () => {
    stopTimers()
    timers = [
      setTimeout(showCard, card.box.isConnected ? 0 : SHOW_CARD_AFTER_MS, 'loading'),
      setTimeout(showCard, SLOW_AFTER_MS, 'slow'),
    ]
  }

  const showFailure = () => {
    stopTimers()
    showCard('failed')
  }

  const hideCard = () => {
    stopTimers()
    if (!card.box.isConnected) return
    card.box.remove()
    show({ expanded: false })
  }

  return {
    slot,
    get cardShown() {
      return card.box.isConnected
    },
    dress,
    show,
    showWaiting,
    showFailure,
    hideCard,
    focusLauncher: () => launcher.button.focus({ preventScroll: true }),
  }
}
