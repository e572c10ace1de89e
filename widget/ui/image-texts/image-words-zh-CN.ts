/** Chinese, simplified. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
  show: '展示图片',
  ways: { file: '选择图片', camera: '拍照', screenshot: '展示您的屏幕' },
  screenHint: '由您选择展示的内容。只截取一张图片，您同意后才会发送。',
  drop: '将图片拖放到此处',
  preparing: '正在准备图片…',
  ready: '待发送的图片',
  first: '这是动图：只发送第一帧。',
  one: '每次一张图片：这是第一张。',
  remove: '移除图片',
  flaws: {
    heic: '此浏览器无法打开 HEIC 照片。请存为 JPEG，或截图。',
    svg: '无法展示矢量图 (SVG)。请截图。',
    pdf: '无法展示文档。请对页面截图。',
    not_image: '这不是图片。',
    broken: '无法打开此图片。它可能已损坏。',
    too_big: '文件过大。图片最大 50 MB。',
    screen: '浏览器未提供屏幕图片。',
  },
}
