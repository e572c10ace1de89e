/** Turkish. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
  show: 'Görsel göster',
  ways: { file: 'Görsel seç', camera: 'Fotoğraf çek', screenshot: 'Ekranınızı gösterin' },
  screenHint: 'Neyin görüneceğini siz seçersiniz. Tek bir görsel alınır ve yalnızca siz isteyince gönderilir.',
  drop: 'Görseli buraya bırakın',
  preparing: 'Görsel hazırlanıyor…',
  ready: 'Gönderilecek görsel',
  first: 'Hareketli: yalnızca ilk karesi gönderilir.',
  one: 'Her seferinde bir görsel: bu ilki.',
  remove: 'Görseli kaldır',
  flaws: {
    heic: 'Bu tarayıcı HEIC fotoğrafları açamıyor. JPEG olarak kaydedin ya da ekran görüntüsünü alın.',
    svg: 'Çizimler (SVG) gösterilemez. Ekran görüntüsünü alın.',
    pdf: 'Belgeler gösterilemez. Sayfanın ekran görüntüsünü alın.',
    not_image: 'Bu bir görsel değil.',
    broken: 'Bu görsel açılamıyor. Bozulmuş olabilir.',
    too_big: 'Bu dosya çok büyük. Görseller 50 MB olabilir.',
    screen: 'Tarayıcınız ekran görüntüsü vermedi.',
  },
}
