/** Which language the widget speaks on its buttons. */

/** English is part of the app; every other one is a file in texts/ and a row in launcher-texts.ts. */
export const LANGUAGES = [
  'en',
  'de',
  'fr',
  'es',
  'pt-BR',
  'it',
  'nl',
  'pl',
  'tr',
  'ar',
  'he',
  'ja',
  'ko',
  'zh-CN',
] as const

export type Language = (typeof LANGUAGES)[number]

/**
 * The first of `wishes` that can be met; else English. Language and script count, the country does not: `pt` and `pt-PT` get `pt-BR`,
 * `zh-SG` gets `zh-CN`. Traditional Chinese (`zh-TW`, `zh-HK`) is another script, so the next wish is looked at.
 */
export function pickLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const wanted = languageAndScript(wish)
    const found = LANGUAGES.find((language) => languageAndScript(language) === wanted)
    if (found) return found
  }
  return 'en'
}

/** Such as `zh-Hant` for `zh-TW`, `he-Hebr` for the old `iw`; nothing that is equal to another for what is no language tag. */
function languageAndScript(tag: string): string {
  try {
    const { language, script } = new Intl.Locale(tag.replaceAll('_', '-')).maximize()
    return `${language}-${script}`
  } catch {
    return tag
  }
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' || language === 'he' ? 'rtl' : 'ltr'
}

/** What the page is written in, then what the browser asks for; the most wanted first. */
export function pageLanguages(): readonly string[] {
  return [document.documentElement.lang, ...navigator.languages]
}
