/** Japanese. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
  show: '画像を見せる',
  ways: { file: '画像を選ぶ', camera: '写真を撮る', screenshot: '画面を見せる' },
  screenHint: '見せる範囲はご自身で選べます。1枚だけ撮り、指示があるまで送信しません。',
  drop: 'ここに画像をドロップ',
  preparing: '画像を準備中…',
  ready: '送信する画像',
  first: '動く画像です。最初の1コマだけ送信します。',
  one: '画像は1枚ずつです。これが最初の1枚です。',
  remove: '画像を外す',
  flaws: {
    heic: 'このブラウザではHEIC写真を開けません。JPEGで保存するか、スクリーンショットを撮ってください。',
    svg: '図形（SVG）は見せられません。スクリーンショットを撮ってください。',
    pdf: '文書は見せられません。ページのスクリーンショットを撮ってください。',
    not_image: 'これは画像ではありません。',
    broken: 'この画像は開けません。壊れている可能性があります。',
    too_big: 'ファイルが大きすぎます。画像は50 MBまでです。',
    screen: 'ブラウザから画面の画像を取得できませんでした。',
  },
}
