/** Counts what scripts do to a page that is not theirs. */
import type { Page } from '@playwright/test'

/** What a page can tell of it; empty lists and zeros where nothing was touched. */
export interface Traces {
  /** Names that `window` did not have before. */
  globals: string[]
  /** On the window, the document, or whatever else is not inside the widget, by kind of the target. */
  listeners: string[]
  /** Audio contexts, peer connections, sockets, workers and timers that go on; microphones asked for. */
  made: string[]
  /** Keys and databases, cookies too. */
  stored: string[]
  /** Elements in the page that were not written there. */
  elements: string[]
}

interface WatchedWindow extends Window {
  testTraces?(): Promise<Traces>
}

/**
 * From the next page on. The answer asks the page how it stands.
 * @param origin of the scripts whose listeners are counted: Playwright has its own on pages of Firefox
 */
export async function watchTraces(page: Page, origin: string): Promise<() => Promise<Traces>> {
  await page.addInitScript((origin) => {
    const watched: WatchedWindow & Record<string, unknown> = window as never
    const made: string[] = []
    const heard: { target: EventTarget; type: string }[] = []

    const listen = EventTarget.prototype.addEventListener
    EventTarget.prototype.addEventListener = function (type: string, ...rest: [never]) {
      if (new Error('who').stack?.includes(origin)) heard.push({ target: this ?? window, type })
      return listen.call(this, type, ...rest)
    }
    for (const name of [
      'AudioContext',
      'OfflineAudioContext',
      'RTCPeerConnection',
      'WebSocket',
      'Worker',
      'SharedWorker',
    ]) {
      const Real = watched[name] as new (...args: unknown[]) => object
      watched[name] = class extends Real {
        constructor(...args: unknown[]) {
          super(...args)
          made.push(name)
        }
      }
    }
    const repeat = window.setInterval
    window.setInterval = ((...args: Parameters<typeof setInterval>) => {
      made.push('setInterval')
      return repeat(...args)
    }) as typeof setInterval
    const ask = MediaDevices.prototype.getUserMedia
    MediaDevices.prototype.getUserMedia = function (...args) {
      made.push('getUserMedia')
      return ask.apply(this, args)
    }

    /** What is inside the widget is the widget's own. */
    const isOfPage = (target: EventTarget) =>
      target === window ||
      (target instanceof Node &&
        target.getRootNode() === document &&
        !(target instanceof Element && target.localName === 'parley-widget'))
    const place = (target: EventTarget) => (target instanceof Element ? target.localName : target.constructor.name)

    watched.testTraces = async () => {
      const databases = (await indexedDB.databases()).map(({ name }) => `database ${name}`)
      const caches_ = (await caches.keys()).map((name) => `cache ${name}`)
      return {
        globals: Object.getOwnPropertyNames(window).filter((name) => !before.has(name) && !name.startsWith('__pw')),
        listeners: heard.filter(({ target }) => isOfPage(target)).map(({ target, type }) => `${place(target)} ${type}`),
        made,
        stored: [
          ...Object.keys(sessionStorage),
          ...Object.keys(localStorage),
          ...document.cookie.split(';').filter(Boolean),
          ...databases,
          ...caches_,
        ],
        elements: [...document.body.children].map(({ localName }) => localName),
      }
    }
    const before = new Set(Object.getOwnPropertyNames(window))
  }, origin)
  return () =>
    page.evaluate(async () => {
      const traces = await (window as WatchedWindow).testTraces?.()
      if (!traces) throw new Error('This page is not watched')
      return traces
    })
}
