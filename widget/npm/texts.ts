/** The words of each language, as chunks that the website's own bundler knows. */
import type { FetchTexts, FileLanguage, TextFile } from '../ui/text-files.ts'

const files: Record<FileLanguage, () => Promise<TextFile>> = {
  de: () => import('../ui/texts/de.ts'),
  fr: () => import('../ui/texts/fr.ts'),
  es: () => import('../ui/texts/es.ts'),
  'pt-BR': () => import('../ui/texts/pt-BR.ts'),
  it: () => import('../ui/texts/it.ts'),
  nl: () => import('../ui/texts/nl.ts'),
  pl: () => import('../ui/texts/pl.ts'),
  tr: () => import('../ui/texts/tr.ts'),
  ar: () => import('../ui/texts/ar.ts'),
  he: () => import('../ui/texts/he.ts'),
  ja: () => import('../ui/texts/ja.ts'),
  ko: () => import('../ui/texts/ko.ts'),
  'zh-CN': () => import('../ui/texts/zh-CN.ts'),
}

export const fetchTexts: FetchTexts = (language) => files[language]()
