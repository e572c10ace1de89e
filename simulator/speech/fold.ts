/** What the synthetic voice can read: flite knows English in ASCII only, other characters vanish and merge words. */

const SPELLED: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '. ',
  '–': ', ',
  '—': ', ',
  '−': '-',
  '€': ' euro ',
  '£': ' pound ',
  '°': ' degrees ',
  ß: 'ss',
  æ: 'ae',
  Æ: 'Ae',
  œ: 'oe',
  Œ: 'Oe',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
}

/** The text in ASCII: accents dropped, punctuation and a few signs replaced, everything else left out. */
export function foldToAscii(text: string): string {
  return [...text]
    .map((character) => SPELLED[character] ?? character)
    .join('')
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
}

/** Whether there is anything in it that is read aloud. */
export function isSpeakable(folded: string): boolean {
  return /[a-z0-9]/i.test(folded)
}
