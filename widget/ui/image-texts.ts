/**
 * Words about pictures, fetched with the rest of what only pictures need. English is here; every other language is a file of image-texts/, fetched
 * when it is first shown.
 */
import { signal } from '@preact/signals'
import type { ImageWay } from '../../protocol/image.ts'
import type { ImageFlaw } from '../images/flaw.ts'
import type { Language } from './language.ts'

export interface ImageTexts {
  /** The button, and the ways behind it. */
  show: string
  ways: Record<ImageWay, string>
  /** Before the browser asks for the screen. */
  screenHint: string
  drop: string
  preparing: string
  /** In the composer, and what else is to be said of it. */
  ready: string
  first: string
  one: string
  remove: string
  flaws: Record<ImageFlaw, string>
}

export const englishImageTexts: ImageTexts = {
  show: 'Show a picture',
  ways: { file: 'Choose a picture', camera: 'Take a photo', screenshot: 'Show your screen' },
  screenHint: 'You choose what is seen. One picture is taken, and sent only when you say so.',
  drop: 'Drop the picture here',
  preparing: 'Preparing the picture…',
  ready: 'Picture to send',
  first: 'It moves: only its first picture is sent.',
  one: 'One picture at a time: this is the first.',
  remove: 'Remove the picture',
  flaws: {
    heic: 'This browser cannot open HEIC photos. Save it as JPEG, or take a screenshot of it.',
    svg: 'Drawings (SVG) cannot be shown. Take a screenshot of it.',
    pdf: 'Documents cannot be shown. Take a screenshot of the page.',
    not_image: 'This is not a picture.',
    broken: 'This picture cannot be opened. It may be damaged.',
    too_big: 'This file is too large. Pictures may have 50 MB.',
    screen: 'Your browser did not give a picture of the screen.',
  },
}

type Load = () => Promise<{ words: ImageTexts }>
type ImageTextFiles = Readonly<Record<Exclude<Language, 'en'>, Load>>

export const imageTextFiles: ImageTextFiles = {
  de: () => import('./image-texts/image-words-de.ts'),
  fr: () => import('./image-texts/image-words-fr.ts'),
  es: () => import('./image-texts/image-words-es.ts'),
  'pt-BR': () => import('./image-texts/image-words-pt-BR.ts'),
  it: () => import('./image-texts/image-words-it.ts'),
  nl: () => import('./image-texts/image-words-nl.ts'),
  pl: () => import('./image-texts/image-words-pl.ts'),
  tr: () => import('./image-texts/image-words-tr.ts'),
  ar: () => import('./image-texts/image-words-ar.ts'),
  he: () => import('./image-texts/image-words-he.ts'),
  ja: () => import('./image-texts/image-words-ja.ts'),
  ko: () => import('./image-texts/image-words-ko.ts'),
  'zh-CN': () => import('./image-texts/image-words-zh-CN.ts'),
}

/** @returns the words of a language: English until they have come. Who reads them in a component or an effect is told of the change. */
export function createImageTexts(files: ImageTextFiles): (language: Language) => ImageTexts {
  const known = signal<Partial<Record<Language, ImageTexts>>>({ en: englishImageTexts })
  const underway = new Set<Language>()

  const load = async (language: Exclude<Language, 'en'>) => {
    if (underway.has(language)) return
    underway.add(language)
    try {
      const { words } = await files[language]()
      known.value = { ...known.peek(), [language]: words }
    } catch {
      // English stays; the language is asked for again when something of it is drawn again.
    }
    underway.delete(language)
  }

  return (language) => {
    const words = known.value[language]
    if (words) return words
    if (language !== 'en') void load(language)
    return englishImageTexts
  }
}

export const imageTexts = createImageTexts(imageTextFiles)
