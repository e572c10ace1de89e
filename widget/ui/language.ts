/** Which language the widget speaks on its buttons. */

/** The first of `wishes` that there are texts for, compared by its primary tag (`de-AT` → `de`); else English. */
export function pickLanguage<L extends string>(available: readonly L[], wishes: readonly string[], fallback: L): L {
  for (const wish of wishes) {
    const primary = wish.toLowerCase().split('-')[0]
    const found = available.find((language) => language === primary)
    if (found) return found
  }
  return fallback
}

/** Languages written from right to left. */
const RIGHT_TO_LEFT = ['ar', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi']

export function directionOf(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(language.toLowerCase().split('-')[0] ?? '') ? 'rtl' : 'ltr'
}

/** What the page is written in, then what the browser asks for; the most wanted first. */
export function pageLanguages(): readonly string[] {
  return [document.documentElement.lang, ...navigator.languages]
}
