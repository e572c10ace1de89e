/** The panel's own keys: Escape, the space bar of push-to-talk, and Tab where the panel covers the page. */
import type { RefObject } from 'preact'
import type { PanelModel } from './panel-model.ts'

const REACHED_BY_TAB = 'button:not(:disabled),textarea,select,a[href],[tabindex="0"]'

/** Handlers for the panel. Keys pressed in there are no shortcuts of the page, so none leaves it. */
export function createKeys(model: PanelModel, on: { panel: RefObject<HTMLElement | null>; escape(): void }) {
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    const panel = on.panel.current
    if (isComposing(event)) return
    if (event.key === 'Escape') on.escape()
    else if (event.key === 'Tab' && panel && coversPage(panel)) keepTabIn(panel, event)
    else if (event.key === ' ' && model.isPushToTalk.value && isOnNothing(event.target)) {
      event.preventDefault()
      model.isHeld.value = true
    }
  }
  const onKeyUp = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.key === ' ') model.isHeld.value = false
  }
  return {
    onKeyDown,
    onKeyUp,
    /** Screen readers go by swiping, which no handler of keys sees. */
    onFocusIn: () => on.panel.current?.setAttribute('aria-modal', String(coversPage(on.panel.current))),
    onKeyPress: (event: KeyboardEvent) => event.stopPropagation(),
    onFocusOut: (event: FocusEvent) => {
      if (!(event.relatedTarget instanceof Node && on.panel.current?.contains(event.relatedTarget))) {
        model.isHeld.value = false
      }
    },
  }
}

/**
 * While letters are being composed (Japanese, Chinese, Korean), keys belong to the input method. WebKit tells of the end of it before
 * the key that ended it, which then only its old number gives away (bugs.webkit.org 165004).
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229
}

/** Nothing that has a use for the space bar itself. */
function isOnNothing(target: EventTarget | null): boolean {
  return target instanceof Element && !target.closest('button,textarea,select,a')
}

/** As on phones: what lies behind cannot be seen, so the focus must not go there (WCAG 2.4.11). */
function coversPage(panel: HTMLElement): boolean {
  const { width, height } = panel.getBoundingClientRect()
  return width >= innerWidth && height > innerHeight / 2
}

function keepTabIn(panel: HTMLElement, event: KeyboardEvent): void {
  const reached = [...panel.querySelectorAll<HTMLElement>(REACHED_BY_TAB)].filter((one) => !one.closest('[inert]'))
  const [first, last] = [reached[0], reached.at(-1)]
  const at = event.target
  if (event.shiftKey ? at !== first && at !== panel : at !== last) return
  event.preventDefault()
  ;(event.shiftKey ? last : first)?.focus()
}
