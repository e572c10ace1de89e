/** Polish. */
import type { ImageTexts } from '../image-texts.ts'

export const words: ImageTexts = {
  show: 'Pokaż obraz',
  ways: { file: 'Wybierz obraz', camera: 'Zrób zdjęcie', screenshot: 'Pokaż swój ekran' },
  screenHint: 'Wybierasz, co będzie widać. Powstanie jeden obraz, wysłany dopiero wtedy, gdy zechcesz.',
  drop: 'Upuść obraz tutaj',
  preparing: 'Przygotowywanie obrazu…',
  ready: 'Obraz do wysłania',
  first: 'Jest ruchomy: wysłana będzie tylko pierwsza klatka.',
  one: 'Jeden obraz naraz: to jest pierwszy.',
  remove: 'Usuń obraz',
  flaws: {
    heic: 'Ta przeglądarka nie otwiera zdjęć HEIC. Zapisz je jako JPEG lub zrób zrzut ekranu.',
    svg: 'Rysunków (SVG) nie można pokazać. Zrób zrzut ekranu.',
    pdf: 'Dokumentów nie można pokazać. Zrób zrzut ekranu strony.',
    not_image: 'To nie jest obraz.',
    broken: 'Tego obrazu nie można otworzyć. Może być uszkodzony.',
    too_big: 'Ten plik jest za duży. Obrazy mogą mieć 50 MB.',
    screen: 'Przeglądarka nie podała obrazu ekranu.',
  },
}
