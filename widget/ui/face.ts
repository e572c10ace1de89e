/// <reference path="./css.d.ts" />
/** Everything that the loader draws in the shadow root: button, message card, colours. Knows nothing of conversations. */
import { type Theme, themeCss } from './colour.ts'
import { element, sheet } from './dom.ts'
import { directionOf, type Language } from './language.ts'
import css from './launcher.css?inline'
import { type ButtonTexts, createLauncher, type LauncherView } from './launcher.ts'
import { type CardTexts, englishCard, launcherTexts } from './launcher-texts.ts'
import { type CardView, createMessageCard } from './message-card.ts'
import { type OwnTexts, override } from './override.ts'

/** The loading card appears after this long (ms): faster loads need no explanation. */
const SHOW_CARD_AFTER_MS = 150
/** From here on (ms) the card says that it takes long, and offers to try again. */
const SLOW_AFTER_MS = 700

export interface Look {
  /** Of the words. */
  language: Language
  /** Its words for the card, as soon as they are there. */
  card: CardTexts | undefined
  /** The website's own words. */
  own: OwnTexts
  theme: Theme
  /** The website offers writing only. */
  textOnly: boolean
}

export interface Face {
  /** Where the panel is drawn. */
  readonly slot: HTMLElement
  readonly cardShown: boolean
  dress(look: Look): void
  show(change: Partial<Omit<LauncherView, 'textOnly'>>): void
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
  const messages = createMessageCard({ retry: on.retry, close: on.dismiss })
  const slot = element('div')
  const frame = element('div', { class: 'root' }, launcher.button, slot)
  const theme = new CSSStyleSheet()
  root.adoptedStyleSheets = [theme, sheet(css)]
  root.append(frame)

  let texts: ButtonTexts = launcherTexts.en
  let cardTexts = englishCard
  let cardLanguage: Language = 'en'
  let view: LauncherView = {
    call: '',
    muted: false,
    textOnly: false,
    expanded: false,
    hidden: false,
    unread: 0,
  }
  let themeText = ''
  let timers: ReturnType<typeof setTimeout>[] = []

  const show = (change: Partial<LauncherView>) => {
    view = { ...view, ...change }
    launcher.draw(view, texts)
  }

  /** Only what is new: each change makes the browser look at everything in the panel again. */
  const wear = (css: string) => {
    if (css !== themeText) theme.replaceSync(css)
    themeText = css
  }

  const dress = ({ language, card, own, theme: look, textOnly }: Look) => {
    cardLanguage = card ? language : 'en'
    cardTexts = override(card ?? englishCard, own)
    // Never one button in two languages.
    texts = override({ ...launcherTexts[language], ...(cardLanguage === language && cardTexts) }, own)
    frame.lang = language
    frame.dir = directionOf(language)
    wear(themeCss(look))
    view = { ...view, textOnly }
    launcher.draw(view, texts)
  }

  const stopTimers = () => {
    for (const timer of timers) clearTimeout(timer)
    timers = []
  }

  const showCard = (what: CardView) => {
    messages.draw(what, cardTexts)
    messages.box.lang = cardLanguage
    messages.box.dir = directionOf(cardLanguage)
    if (!messages.box.isConnected) frame.append(messages.box)
    messages.box.focus({ preventScroll: true })
    show({ expanded: true })
  }

  const showWaiting = () => {
    stopTimers()
    timers = [
      setTimeout(showCard, messages.box.isConnected ? 0 : SHOW_CARD_AFTER_MS, 'loading'),
      setTimeout(showCard, SLOW_AFTER_MS, 'slow'),
    ]
  }

  const showFailure = () => {
    stopTimers()
    showCard('failed')
  }

  const hideCard = () => {
    stopTimers()
    if (!messages.box.isConnected) return
    messages.box.remove()
    show({ expanded: false })
  }

  return {
    slot,
    get cardShown() {
      return messages.box.isConnected
    },
    dress,
    show,
    showWaiting,
    showFailure,
    hideCard,
    focusLauncher: () => launcher.button.focus({ preventScroll: true }),
  }
}
