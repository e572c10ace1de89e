import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { LANGUAGES, type Language } from '../../../widget/ui/language.ts'
import { englishCard, launcherTexts } from '../../../widget/ui/launcher-texts.ts'
import { withMore } from '../../../widget/ui/more-texts.ts'
import type { TextFile } from '../../../widget/ui/text-files.ts'
import { texts as de } from '../../../widget/ui/texts/de.ts'
import { texts as en } from '../../../widget/ui/texts/en.ts'
import { fill, noticeText, troubleText } from '../../../widget/ui/texts.ts'
import { formatLeft } from '../../../widget/ui/time.ts'
import { leaves, sign } from './leaves.ts'
import { textFile } from './text-file.ts'

const OTHERS = LANGUAGES.filter((language) => language !== 'en')

/** Words that are the same in English. */
const SAME: Partial<Record<Language, string[]>> = {
  fr: ['assistant', 'messageLabel', 'interrupt', 'thread'],
  es: ['no'],
  it: ['no', 'interrupt'],
  nl: ['interrupt'],
  pl: ['interrupt'],
}

const all = (language: Language, { texts, card }: TextFile) =>
  leaves({ ...texts, launcher: launcherTexts[language], card })
const english = new Map(all('en', { texts: withMore(en, {}), card: englishCard }))
const gaps = (text = '') => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)

test('there is a file for every language, with an address and a limit of its size', async () => {
  const files = await readdir(new URL('../../../widget/ui/texts/', import.meta.url))
  expect(files.toSorted()).toEqual(LANGUAGES.map((name) => `${name}.ts`).toSorted())
  const limits = await readFile(new URL('../../../.size-limit.json', import.meta.url), 'utf8')
  for (const language of OTHERS) expect(limits).toContain(`"dist/assets/texts-${language}-*.js", "limit": "3 kB"`)
})

test.each(OTHERS)(
  '%s has every text that English has, with the same gaps, and in words of its own',
  async (language) => {
    const translated = all(language, await textFile(language))
    expect(translated.map(([path]) => path).toSorted()).toEqual([...english.keys()].toSorted())
    for (const [path, text] of translated) {
      expect(text.trim(), path).toBe(text)
      expect(text, path).not.toBe('')
      expect(gaps(text), path).toEqual(gaps(english.get(path)))
    }
    const same = translated.filter(([path, text]) => english.get(path) === text).map(([path]) => path)
    expect(same.toSorted()).toEqual((SAME[language] ?? []).toSorted())
  },
)

test.each(OTHERS)('%s keeps an ellipsis, a full stop and a question mark where English has them', async (language) => {
  for (const [path, text] of all(language, await textFile(language))) {
    expect(sign(text), `${path}: ${text}`).toBe(sign(english.get(path)))
  }
})

/** How many forms a noun has for the minutes of an hour, whichever digits stand before it. */
const FORMS: Record<Language, number> = {
  ...{ en: 2, de: 2, fr: 2, es: 2, 'pt-BR': 2, it: 2, nl: 2 },
  ...{ pl: 3, tr: 1, ar: 3, he: 3, ja: 1, ko: 1, 'zh-CN': 1 },
}

test.each(LANGUAGES)('%s tells a length of time in the plural that each number wants', (language) => {
  const rules = new Intl.PluralRules(language)
  const nouns = new Map<string, Set<string>>()
  for (let count = 1; count < 60; count++) {
    const noun = formatLeft(count * 60_000, language).replace(/\p{Nd}/gu, '')
    const category = rules.select(count)
    nouns.set(category, (nouns.get(category) ?? new Set()).add(noun.trim()))
  }
  for (const [category, forms] of nouns) expect([...forms], category).toHaveLength(1)
  expect(new Set([...nouns.values()].flatMap((forms) => [...forms])).size).toBe(FORMS[language])
})

test('Polish and Arabic have their several forms in the sentence', async () => {
  const said = async (language: 'pl' | 'ar', count: number) =>
    fill((await textFile(language)).texts.near.spoken, 'left', formatLeft(count * 60_000, language))
  expect(await said('pl', 2)).toContain('2 minuty.')
  expect(await said('pl', 5)).toContain('5 minut.')
  expect(await said('ar', 2)).toContain('دقيقتان.')
  expect(await said('ar', 3)).toContain('دقائق.')
  expect(await said('ar', 11)).toContain('دقيقة.')
})

test('what is filled in is taken as it is', () => {
  expect(fill(en.hello, 'name', "$& {name} $'")).toBe("Talk with $& {name} $'")
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
