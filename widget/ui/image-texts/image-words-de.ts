/** German. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
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
