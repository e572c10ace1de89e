/** Italian. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
  show: 'Mostra un’immagine',
  ways: { file: 'Scegli un’immagine', camera: 'Scatta una foto', screenshot: 'Mostra lo schermo' },
  screenHint: 'Lei sceglie che cosa si vede. Si prende una sola immagine, inviata solo quando lo decide.',
  drop: 'Rilasci qui l’immagine',
  preparing: 'Preparazione dell’immagine…',
  ready: 'Immagine da inviare',
  first: 'È animata: si invia solo la prima immagine.',
  one: 'Un’immagine alla volta: questa è la prima.',
  remove: 'Rimuovi l’immagine',
  flaws: {
    heic: 'Questo browser non apre le foto HEIC. La salvi come JPEG, o ne faccia uno screenshot.',
    svg: 'I disegni (SVG) non si possono mostrare. Ne faccia uno screenshot.',
    pdf: 'I documenti non si possono mostrare. Faccia uno screenshot della pagina.',
    not_image: 'Questa non è un’immagine.',
    broken: 'Questa immagine non si apre. Forse è danneggiata.',
    too_big: 'Questo file è troppo grande. Le immagini possono avere 50 MB.',
    screen: 'Il browser non ha fornito un’immagine dello schermo.',
  },
}
