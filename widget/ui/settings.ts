/** What a website sets: attributes of the script tag or of the element. */

import type { Scheme } from './colour.ts'
import { isRecord, type OwnTexts } from './override.ts'

export type Mode = 'voice' | 'text'
/** `panel`: over the page. `card`: a small card over the page, which can be made the panel. `inline`: where the element stands. */
export type Layout = 'panel' | 'card' | 'inline'

export interface Settings {
  agent: string
  /** Origin of the broker. */
  broker: string
  /** As written by the website; may be empty. */
  lang: string
  mode: Mode
  /** `#rrggbb`, or empty for the agent's own. */
  accent: string
  /** Words of the website's own. */
  texts: OwnTexts
  /** Empty for the agent's own. */
  scheme: Scheme | ''
  layout: Layout
  /** Visitors are asked how it was when a conversation has ended. */
  rating: boolean
}

/** Attributes of `<parley-widget>`; the script tag has the same ones with `data-` in front. */
export const ATTRIBUTES = ['agent', 'broker', 'lang', 'mode', 'accent', 'scheme', 'layout', 'rating', 'texts'] as const

/** @param fallbackBroker origin that the loader came from */
export function readSettings(attribute: (name: string) => string | null, fallbackBroker: string): Settings {
  const text = (name: string) => attribute(name)?.trim() ?? ''
  return {
    agent: text('agent'),
    broker: originOf(text('broker')) || fallbackBroker,
    lang: text('lang'),
    mode: text('mode') === 'text' ? 'text' : 'voice',
    accent: text('accent'),
    texts: readTexts(text('texts')),
    scheme: oneOf(['auto', 'light', 'dark'], text('scheme')) ?? '',
    layout: oneOf(['card', 'inline'], text('layout')) ?? 'panel',
    rating: text('rating') === 'true',
  }
}

function oneOf<T extends string>(known: readonly T[], wanted: string): T | undefined {
  return known.find((value) => value === wanted)
}

/** The origin of an address, or an empty text when it is none. */
export function originOf(address: string): string {
  if (!URL.canParse(address)) return ''
  const { origin } = new URL(address)
  return origin === 'null' ? '' : origin
}

/** @param json such as `{ "open": "Ask the captain" }` */
function readTexts(json: string): OwnTexts {
  if (!json) return {}
  try {
    const own: unknown = JSON.parse(json)
    if (isRecord(own)) return own
  } catch {
    // Told below, like any other value that is no object.
  }
  console.warn('parley-widget: the attribute "texts" is not read, for it is no JSON object:', json)
  return {}
}
