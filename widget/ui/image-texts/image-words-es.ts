/** Spanish. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
  show: 'Mostrar una imagen',
  ways: { file: 'Elegir una imagen', camera: 'Hacer una foto', screenshot: 'Mostrar su pantalla' },
  screenHint: 'Usted elige lo que se ve. Se toma una sola imagen, y se envía solo cuando usted quiera.',
  drop: 'Suelte la imagen aquí',
  preparing: 'Preparando la imagen…',
  ready: 'Imagen para enviar',
  first: 'Está animada: solo se envía su primera imagen.',
  one: 'Una imagen cada vez: esta es la primera.',
  remove: 'Quitar la imagen',
  flaws: {
    heic: 'Este navegador no puede abrir fotos HEIC. Guárdela como JPEG, o haga una captura de pantalla.',
    svg: 'Los dibujos (SVG) no se pueden mostrar. Haga una captura de pantalla.',
    pdf: 'Los documentos no se pueden mostrar. Haga una captura de pantalla de la página.',
    not_image: 'Esto no es una imagen.',
    broken: 'Esta imagen no se puede abrir. Quizá esté dañada.',
    too_big: 'Este archivo es demasiado grande. Las imágenes pueden tener 50 MB.',
    screen: 'Su navegador no dio una imagen de la pantalla.',
  },
}
