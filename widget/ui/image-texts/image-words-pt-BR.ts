/** Portuguese, as in Brazil. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
  show: 'Mostrar uma imagem',
  ways: { file: 'Escolher uma imagem', camera: 'Tirar uma foto', screenshot: 'Mostrar sua tela' },
  screenHint: 'Você escolhe o que é visto. Uma só imagem é feita, e enviada apenas quando você quiser.',
  drop: 'Solte a imagem aqui',
  preparing: 'Preparando a imagem…',
  ready: 'Imagem para enviar',
  first: 'Ela é animada: só a primeira imagem é enviada.',
  one: 'Uma imagem por vez: esta é a primeira.',
  remove: 'Remover a imagem',
  flaws: {
    heic: 'Este navegador não abre fotos HEIC. Salve-a como JPEG, ou faça uma captura de tela.',
    svg: 'Desenhos (SVG) não podem ser mostrados. Faça uma captura de tela.',
    pdf: 'Documentos não podem ser mostrados. Faça uma captura de tela da página.',
    not_image: 'Isto não é uma imagem.',
    broken: 'Não é possível abrir esta imagem. Talvez esteja danificada.',
    too_big: 'Este arquivo é grande demais. Imagens podem ter 50 MB.',
    screen: 'Seu navegador não forneceu uma imagem da tela.',
  },
}
