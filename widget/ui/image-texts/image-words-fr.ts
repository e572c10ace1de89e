/** French. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
  show: 'Montrer une image',
  ways: { file: 'Choisir une image', camera: 'Prendre une photo', screenshot: 'Montrer votre écran' },
  screenHint: 'Vous choisissez ce qui est vu. Une seule image est prise, et envoyée seulement quand vous le voulez.',
  drop: 'Déposez l’image ici',
  preparing: 'Préparation de l’image…',
  ready: 'Image à envoyer',
  first: 'Elle est animée : seule sa première image est envoyée.',
  one: 'Une image à la fois : voici la première.',
  remove: 'Retirer l’image',
  flaws: {
    heic: 'Ce navigateur ne peut pas ouvrir les photos HEIC. Enregistrez-la en JPEG, ou faites-en une capture d’écran.',
    svg: 'Les dessins (SVG) ne peuvent pas être montrés. Faites-en une capture d’écran.',
    pdf: 'Les documents ne peuvent pas être montrés. Faites une capture d’écran de la page.',
    not_image: 'Ce n’est pas une image.',
    broken: 'Cette image ne s’ouvre pas. Elle est peut-être endommagée.',
    too_big: 'Ce fichier est trop gros. Une image peut avoir 50 Mo.',
    screen: 'Votre navigateur n’a pas donné d’image de l’écran.',
  },
}
