/** What a website sets: attributes of the script tag or of the element. */

import { isRecord, type OwnTexts } from './override.ts'

export type Mode = 'voice' | 'text'

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
}

/** Attributes of `<parley-widget>`; the script tag has the same ones with `data-` in front. */
export const ATTRIBUTES = ['agent', 'broker', 'lang', 'mode', 'accent', 'texts'] as const

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
  }
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
