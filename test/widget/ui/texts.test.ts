import { beforeAll, expect, test } from 'vitest'
import { loadTexts, textsIn } from '../../../widget/ui/load-texts.ts'
import { de } from '../../../widget/ui/texts/de.ts'
import { en } from '../../../widget/ui/texts/en.ts'
import { withMore } from '../../../widget/ui/texts/en-more.ts'
import { LANGUAGES, type Language, launcherTexts, noticeText, troubleText } from '../../../widget/ui/texts.ts'

/** Every text with its path; functions are called with a name. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'function') return [[path, String(value('Ada'))]]
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
}

const all = (language: Language) => leaves([launcherTexts[language], withMore(textsIn(language))])
const keysOf = (language: Language) => all(language).map(([path]) => path)

beforeAll(() => Promise.all(LANGUAGES.map(loadTexts)))

test.each(LANGUAGES)('%s has every text that English has, and none is empty', (language) => {
  expect(keysOf(language)).toEqual(keysOf('en'))
  for (const [path, text] of all(language)) {
    expect(text.trim(), path).not.toBe('')
  }
})

test('another language is another text', () => {
  const english = new Map(leaves(withMore(en)))
  const same = leaves(de).filter(([path, text]) => english.get(path) === text)
  expect(same).toEqual([])
})

test('trouble is named, also trouble that only operators understand', () => {
  expect(troubleText(en, { code: 'mic_denied' }).title).toBe('The microphone is blocked')
  expect(troubleText(de, { code: 'internal' })).toBe(de.otherTrouble)
})

test('a limit is told by its cap', () => {
  const told = (cause: string) => troubleText(en, { code: 'limit_reached', cause })
  expect(told('visitor_cap')).toBe(en.limits.visitor_cap)
  expect(told('day_cap')).toBe(en.limits.day_cap)
  expect(told('time_cap')).toBe(en.trouble.limit_reached)
  expect(told('toString')).toBe(en.trouble.limit_reached)
})

test('a notice is told in the language of the visitor; an unknown one stays as it is', () => {
  expect(noticeText(en, 'gap')).toBe('Some words were lost here')
  expect(noticeText(de, 'gap')).toBe('Hier fehlen ein paar Worte')
  expect(noticeText(en, 'from a newer broker')).toBe('from a newer broker')
})
