/** Korean. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
  show: '이미지 보여 주기',
  ways: { file: '이미지 선택', camera: '사진 찍기', screenshot: '화면 보여 주기' },
  screenHint: '무엇을 보일지 직접 고릅니다. 한 장만 찍고, 원하실 때만 보냅니다.',
  drop: '여기에 이미지를 놓으세요',
  preparing: '이미지 준비 중…',
  ready: '보낼 이미지',
  first: '움직이는 이미지입니다. 첫 장면만 보냅니다.',
  one: '한 번에 한 장입니다. 이것이 첫 번째입니다.',
  remove: '이미지 빼기',
  flaws: {
    heic: '이 브라우저는 HEIC 사진을 열 수 없습니다. JPEG로 저장하거나 스크린샷을 찍으세요.',
    svg: '그림 파일(SVG)은 보여 줄 수 없습니다. 스크린샷을 찍으세요.',
    pdf: '문서는 보여 줄 수 없습니다. 페이지의 스크린샷을 찍으세요.',
    not_image: '이미지가 아닙니다.',
    broken: '이 이미지를 열 수 없습니다. 손상되었을 수 있습니다.',
    too_big: '파일이 너무 큽니다. 이미지는 50 MB까지 됩니다.',
    screen: '브라우저가 화면 이미지를 주지 않았습니다.',
  },
}
