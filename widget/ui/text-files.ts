/** Fetches the file of a language, beside the app; once, and again after a failure. English needs none. */
import { type Clock, systemClock, within } from '../clock.ts'
import type { Language } from './language.ts'
import type { CardTexts } from './launcher-texts.ts'
import type { Texts } from './texts.ts'

/** What a file of texts/ exports. */
export interface TextFile {
  texts: Texts
  card: CardTexts
}

export type FileLanguage = Exclude<Language, 'en'>

export interface TextFiles {
  /** What has come already. */
  have(language: Language): TextFile | undefined
  /** Whether it is there now. Never rejects; the next call tries again. */
  load(language: Language): Promise<boolean>
}

/** Their names, beside the app's own chunk; written in by scripts/build.ts. */
declare const __TEXTS_FILES__: Record<FileLanguage, string>

/** What takes longer (ms) counts as failed: nobody waits for words alone. */
const PATIENCE_MS = 4000

/** @param failures so many tries have failed already, of whatever language */
export type FetchTexts = (language: FileLanguage, failures: number) => Promise<TextFile>

/** @param beside address of a file in the same folder */
export function textFilesBeside(
  beside: string,
  importFile: (url: string) => Promise<TextFile> = (url) => import(/* @vite-ignore */ url),
): FetchTexts {
  return (language, failures) => {
    const url = new URL(__TEXTS_FILES__[language], beside)
    // Browsers may remember that a module address failed; another query makes it another address.
    if (failures > 0) url.search = `attempt=${failures}`
    return importFile(url.href)
  }
}

export function createTextFiles(fetchTexts: FetchTexts, clock: Clock = systemClock): TextFiles {
  const files: Partial<Record<Language, TextFile>> = {}
  const underway: Partial<Record<Language, Promise<boolean>>> = {}
  let failures = 0

  const fetchFile = async (language: FileLanguage) => {
    try {
      files[language] = await within(clock, PATIENCE_MS, fetchTexts(language, failures), () => new Error('too slow'))
    } catch {
      // English is understood by more people than no words at all; who needs the language asks again.
      failures += 1
    }
    delete underway[language]
    return files[language] !== undefined
  }

  return {
    have: (language) => files[language],
    load: async (language) => {
      if (language === 'en' || files[language]) return true
      underway[language] ??= fetchFile(language)
      return underway[language]
    },
  }
}
