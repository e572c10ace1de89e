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
 * The first of `wishes` that can be met; else English. The country does not count: `pt` and `pt-PT` get `pt-BR`, `zh-SG` gets `zh-CN`.
 * Traditional Chinese (`zh-TW`, `zh-HK`) is another script, so the next wish is looked at.
 */
export function pickLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const found = languageOf(wish)
    if (found) return found
  }
  return 'en'
}

/** By hand: the first use of `Intl.Locale` takes a phone longer than everything else that the button needs. */
function languageOf(tag: string): Language | undefined {
  const [language = '', ...subtags] = tag.toLowerCase().split(/[-_]/)
  const known = RENAMED[language] ?? language
  if (known === 'zh-CN' && isTraditional(subtags)) return undefined
  return LANGUAGES.find((one) => one === known)
}

const RENAMED: Readonly<Record<string, Language>> = { pt: 'pt-BR', zh: 'zh-CN', cmn: 'zh-CN', iw: 'he' }

function isTraditional(subtags: readonly string[]): boolean {
  return !subtags.includes('hans') && subtags.some((subtag) => ['hant', 'tw', 'hk', 'mo'].includes(subtag))
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' || language === 'he' ? 'rtl' : 'ltr'
}

/** What the website wishes, then what the page is written in, then what the browser asks for. */
export function languageFor(wish: string): Language {
  return pickLanguage([wish, document.documentElement.lang, ...navigator.languages])
}
