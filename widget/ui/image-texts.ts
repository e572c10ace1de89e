/** Words about pictures, fetched with the rest of what only pictures need. A language that is missing gets English. */
import type { ImageWay } from '../../protocol/image.ts'
import type { ImageFlaw } from '../images/flaw.ts'
import type { Language } from './language.ts'

interface ImageTexts {
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

const en: ImageTexts = {
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

const de: ImageTexts = {
  show: 'Bild zeigen',
  ways: { file: 'Bild auswählen', camera: 'Foto aufnehmen', screenshot: 'Bildschirm zeigen' },
  screenHint: 'Sie wählen, was zu sehen ist. Es wird ein Bild gemacht und erst gesendet, wenn Sie es wollen.',
  drop: 'Bild hier ablegen',
  preparing: 'Das Bild wird vorbereitet…',
  ready: 'Bild zum Senden',
  first: 'Es bewegt sich: Gesendet wird nur das erste Bild.',
  one: 'Immer nur ein Bild: Das ist das erste.',
  remove: 'Bild entfernen',
  flaws: {
    heic: 'Dieser Browser kann HEIC-Fotos nicht öffnen. Speichern Sie es als JPEG, oder machen Sie einen Screenshot davon.',
    svg: 'Zeichnungen (SVG) lassen sich nicht zeigen. Machen Sie einen Screenshot davon.',
    pdf: 'Dokumente lassen sich nicht zeigen. Machen Sie einen Screenshot der Seite.',
    not_image: 'Das ist kein Bild.',
    broken: 'Dieses Bild lässt sich nicht öffnen. Vielleicht ist es beschädigt.',
    too_big: 'Diese Datei ist zu groß. Bilder dürfen 50 MB haben.',
    screen: 'Ihr Browser hat kein Bild vom Bildschirm gegeben.',
  },
}

const known: Partial<Record<Language, ImageTexts>> = { en, de }

export function imageTexts(language: Language): ImageTexts {
  return known[language] ?? en
}
