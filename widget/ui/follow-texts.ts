/** The words of the panel: English until those of the visitor's language have come. */
import { type Clock, systemClock } from '../clock.ts'
import type { Language } from './language.ts'
import type { TextFiles } from './text-files.ts'
import { texts as english } from './texts/en.ts'
import type { Texts } from './texts.ts'

/** After a failure (ms): doubled with each further one, up to the longest. */
const FIRST_PAUSE_MS = 2000
const LONGEST_PAUSE_MS = 60_000

/** Shows what is there now, and the language as soon as it can be had. @returns stops trying */
export function followTexts(
  language: Language,
  files: TextFiles,
  show: (texts: Texts) => void,
  clock: Clock = systemClock,
): () => void {
  let isWanted = true
  let pause = FIRST_PAUSE_MS
  let cancel: (() => void) | undefined
  const showNow = () => show(files.have(language)?.texts ?? english)
  const load = async () => {
    const isThere = await files.load(language)
    if (!isWanted) return
    if (isThere) return showNow()
    cancel = clock.after(pause, load)
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS)
  }
  showNow()
  if (language !== 'en' && !files.have(language)) void load()
  return () => {
    isWanted = false
    cancel?.()
  }
}
