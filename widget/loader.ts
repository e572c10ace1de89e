/** `widget.js`: the one script tag. Draws the button and leaves everything else for later. */
import { defineParley, type ParleyElement } from './element.ts'
import { ATTRIBUTES, originOf } from './ui/settings.ts'

declare global {
  interface Window {
    /** The element, when it was mounted by the script tag. */
    parley?: ParleyElement
  }
}

/** Path of the lazily loaded part below the loader's own address; written in by scripts/build.ts. */
declare const __APP_PATH__: string

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : undefined

defineParley({
  broker: originOf(script?.src ?? ''),
  // Beside the loader itself, so that the two always belong together and the page's CSP already allows it.
  appUrl: (broker) => new URL(__APP_PATH__, script?.src || `${broker}/`).href,
})

// Anything else of that name is an element of the page with `id="parley"`.
if (script?.dataset.agent && !(window.parley instanceof HTMLElement && window.parley.localName === 'parley-widget')) {
  const widget = document.createElement('parley-widget') as ParleyElement
  for (const name of ATTRIBUTES) {
    const value = script.dataset[name]
    if (value) widget.setAttribute(name, value)
  }
  window.parley = widget
  whenBody((body) => body.append(widget))
}

/** An async script may run before the parser reached the body. */
function whenBody(act: (body: HTMLElement) => void): void {
  if (document.body) return act(document.body)
  const observer = new MutationObserver(() => {
    if (!document.body) return
    observer.disconnect()
    act(document.body)
  })
  observer.observe(document.documentElement, { childList: true })
}
