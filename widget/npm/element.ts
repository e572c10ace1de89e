/** `parley/element`: `<parley-widget>` for websites that are built from packages. Importing it touches nothing, on a server either. */
import type { Ports } from '../device/ports.ts'
import { defineParley } from '../element.ts'
import { originOf } from '../ui/settings.ts'
import { fetchTexts } from './texts.ts'
import type {
  ParleyError,
  ParleyItem,
  ParleyMode,
  ParleyNotice,
  ParleyState,
  ParleyTool,
  ParleyTransport,
} from './types.ts'

export type * from './types.ts'

/** The element: docs/widget.md. Its attributes are there, too. */
export interface ParleyElement extends HTMLElement {
  readonly state: ParleyState
  /** In the order of the conversation. */
  readonly items: ParleyItem[]
  open(): Promise<void>
  close(): Promise<void>
  /** Call it inside the visitor's click. Resolves when it is live or has failed. */
  start(options?: { mode?: ParleyMode }): Promise<void>
  end(): Promise<void>
  send(text: string): Promise<void>
  setMuted(muted: boolean): Promise<void>
  onTool(name: string, handler: ParleyTool): () => void
  setContext(data: unknown): void
}

/** Events by name; they bubble and leave shadow roots. */
export interface ParleyEventMap {
  'parley-state': CustomEvent<{ state: ParleyState; previous: ParleyState }>
  'parley-item': CustomEvent<ParleyItem>
  'parley-notice': CustomEvent<ParleyNotice>
  'parley-error': CustomEvent<ParleyError>
  /** A visitor said how the conversation was. */
  'parley-rating': CustomEvent<{ score: 'good' | 'bad' }>
}

declare global {
  interface HTMLElementTagNameMap {
    'parley-widget': ParleyElement
  }
  // What listeners get: on the element, and on `document`.
  interface HTMLElementEventMap extends ParleyEventMap {}
  interface DocumentEventMap extends ParleyEventMap {}
}

export interface RegisterOptions {
  /** Origin of the broker, for elements that name none. */
  broker?: string
  /** For tests: `scriptedBroker().transport` of `parley/testing`. */
  transport?: ParleyTransport
}

/** Makes `<parley-widget>` known to the page. The first time counts; on a server nothing happens. */
export function registerParley({ broker = '', transport }: RegisterOptions = {}): void {
  if (!globalThis.customElements) return
  // Opaque outside: what scriptedBroker() made, or nothing.
  const ports = transport?.ports as Partial<Ports> | undefined
  defineParley({
    broker: originOf(broker),
    // The website's own bundler knows where the rest is.
    appUrl: () => '',
    load: async () => (await import('./app.ts')).appOn(ports),
    texts: fetchTexts,
    fetch: ports?.fetch,
  })
}
