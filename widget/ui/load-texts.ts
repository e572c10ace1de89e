/** The words of the visitor's language. English is always there; others are files that are fetched when they are wanted. */

import { en } from './texts/en.ts'
import type { Language, Texts } from './texts.ts'

const FILES: Record<Exclude<Language, 'en'>, () => Promise<Texts>> = {
  de: async () => (await import('./texts/de.ts')).de,
}

const known: Partial<Record<Language, Texts>> = { en }

/** What is there now: English until the language has come. */
export function textsIn(language: Language): Texts {
  return known[language] ?? en
}

/** Resolves when `textsIn` answers in this language, or when it cannot be had: then it stays English. */
export async function loadTexts(language: Language): Promise<void> {
  if (language === 'en' || known[language]) return
  try {
    known[language] = await FILES[language]()
  } catch {
    // The file could not be fetched: English is understood by more people than no words at all.
  }
}
