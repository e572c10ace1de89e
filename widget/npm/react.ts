/** `parley/react`: the element as a component, and the conversation without a face as a hook. React 18 and newer. */
import {
  createElement,
  type ReactElement,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { createParley, type Parley, type ParleyOptions, type ParleySnapshot } from './client.ts'
import { type ParleyElement, type ParleyEventMap, registerParley } from './element.ts'
import type { ParleyMode, ParleyTransport } from './types.ts'

export type { Parley, ParleyOptions, ParleySnapshot } from './client.ts'
export type { ParleyElement, ParleyEventMap } from './element.ts'
export type * from './types.ts'

export interface ParleyWidgetProps {
  agent: string
  /** Origin of the broker. */
  broker: string
  lang?: string
  mode?: ParleyMode
  /** `#rrggbb` */
  accent?: string
  scheme?: 'auto' | 'light' | 'dark'
  layout?: 'panel' | 'card' | 'inline'
  rating?: boolean
  /** Words in the place of the widget's, in the shape of its English ones. */
  texts?: Readonly<Record<string, unknown>>
  className?: string
  /** The element, for `open()`, `start()` and so on. */
  ref?: Ref<ParleyElement>
  /** The same under another name, for React 18, which keeps `ref` for itself. */
  elementRef?: Ref<ParleyElement>
  onState?: (detail: ParleyEventMap['parley-state']['detail']) => void
  onItem?: (detail: ParleyEventMap['parley-item']['detail']) => void
  onNotice?: (detail: ParleyEventMap['parley-notice']['detail']) => void
  onError?: (detail: ParleyEventMap['parley-error']['detail']) => void
  /** For tests; that of the first widget of a page counts. */
  transport?: ParleyTransport
}

/** The button with its panel. On a server it is an empty element. */
export function ParleyWidget(props: ParleyWidgetProps): ReactElement {
  const { agent, broker, lang, mode, accent, scheme, layout, className, transport, ref, elementRef } = props
  const rating = props.rating ? 'true' : undefined
  const texts = props.texts && JSON.stringify(props.texts)
  const element = useRef<ParleyElement>(null)
  const newest = useRef(props)
  useImperativeHandle<ParleyElement | null, ParleyElement | null>(ref ?? elementRef, () => element.current, [])
  useEffect(() => {
    newest.current = props
  })
  useEffect(() => {
    const { current } = element
    if (!current) return
    const stop = new AbortController()
    const listen = <Name extends keyof ParleyEventMap>(
      name: Name,
      tell: (detail: ParleyEventMap[Name]['detail']) => void,
    ) => current.addEventListener(name, (event) => tell(event.detail), { signal: stop.signal })
    listen('parley-state', (detail) => newest.current.onState?.(detail))
    listen('parley-item', (detail) => newest.current.onItem?.(detail))
    listen('parley-notice', (detail) => newest.current.onNotice?.(detail))
    listen('parley-error', (detail) => newest.current.onError?.(detail))
    return () => stop.abort()
  }, [])
  // After the listeners, so that they hear what a restored conversation tells.
  useEffect(() => registerParley({ ...(transport ? { transport } : {}) }), [transport])
  const attributes = { agent, broker, lang, mode, accent, scheme, layout, rating, texts, class: className }
  return createElement('parley-widget', { ref: element, ...attributes })
}

const NOT_YET: ParleySnapshot = {
  ...{ state: 'idle', mode: 'voice', items: [], activity: 'listening', working: false, questions: [], muted: false },
  ...{ turnTaking: 'free', path: null, liveSince: null, error: null, agent: null, resumable: false },
}

/** A conversation that lives as long as the component. `parley` is null on the server and before the first effect. */
export function useParley(options: ParleyOptions): ParleySnapshot & { parley: Parley | null } {
  const { broker, agent, audio, transport } = options
  const [parley, setParley] = useState<Parley | null>(null)
  useEffect(() => {
    const made = createParley({ broker, agent, ...(audio ? { audio } : {}), ...(transport ? { transport } : {}) })
    setParley(made)
    void made.restore()
    return () => {
      setParley(null)
      made.dispose()
    }
  }, [broker, agent, audio, transport])
  const subscribe = useCallback((changed: () => void) => parley?.subscribe(changed) ?? (() => {}), [parley])
  const snapshot = useSyncExternalStore(
    subscribe,
    () => parley?.snapshot ?? NOT_YET,
    () => NOT_YET,
  )
  return { ...snapshot, parley }
}
