/** Dutch. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
  show: 'Afbeelding tonen',
  ways: { file: 'Afbeelding kiezen', camera: 'Foto maken', screenshot: 'Uw scherm tonen' },
  screenHint: 'U kiest wat er te zien is. Er wordt één afbeelding gemaakt, en pas verzonden als u dat wilt.',
  drop: 'Zet de afbeelding hier neer',
  preparing: 'De afbeelding wordt voorbereid…',
  ready: 'Afbeelding om te verzenden',
  first: 'Ze beweegt: alleen het eerste beeld wordt verzonden.',
  one: 'Eén afbeelding tegelijk: dit is de eerste.',
  remove: 'Afbeelding verwijderen',
  flaws: {
    heic: 'Deze browser kan geen HEIC-foto’s openen. Bewaar de foto als JPEG, of maak er een schermafdruk van.',
    svg: 'Tekeningen (SVG) kunnen niet worden getoond. Maak er een schermafdruk van.',
    pdf: 'Documenten kunnen niet worden getoond. Maak een schermafdruk van de pagina.',
    not_image: 'Dit is geen afbeelding.',
    broken: 'Deze afbeelding gaat niet open. Misschien is ze beschadigd.',
    too_big: 'Dit bestand is te groot. Afbeeldingen mogen 50 MB zijn.',
    screen: 'Uw browser gaf geen afbeelding van het scherm.',
  },
}
