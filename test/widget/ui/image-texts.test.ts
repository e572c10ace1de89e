import { readdir } from 'node:fs/promises'
import { effect } from '@preact/signals'
import { expect, test, vi } from 'vitest'
import { createImageTexts, englishImageTexts, imageTextFiles } from '../../../widget/ui/image-texts.ts'
import { LANGUAGES } from '../../../widget/ui/language.ts'
import { leaves, sign } from './leaves.ts'

const OTHERS = LANGUAGES.filter((language) => language !== 'en')
const english = new Map(leaves(englishImageTexts))

test('there is a file for every language but English', async () => {
  const files = await readdir(new URL('../../../widget/ui/image-texts/', import.meta.url))
  expect(files.toSorted()).toEqual(OTHERS.map((language) => `image-words-${language}.ts`).toSorted())
})

test.each(OTHERS)('%s has every word about pictures, of its own and with the signs of English', async (language) => {
  const translated = leaves((await imageTextFiles[language]()).words)
  expect(translated.map(([path]) => path).toSorted()).toEqual([...english.keys()].toSorted())
  for (const [path, text] of translated) {
    expect(text.trim(), path).toBe(text)
    expect(text, path).not.toBe('')
    expect(text, path).not.toBe(english.get(path))
    expect(sign(text), `${path}: ${text}`).toBe(sign(english.get(path)))
  }
})

test('no two languages have the same file', async () => {
  const files = await Promise.all(OTHERS.map((language) => imageTextFiles[language]()))
  expect(new Set(files.map(({ words }) => words.show)).size).toBe(OTHERS.length)
})

test('English is shown until the language has come, which is then drawn by itself', async () => {
  const french = vi.fn(imageTextFiles.fr)
  const textsOf = createImageTexts({ ...imageTextFiles, fr: french })
  const drawn: string[] = []
  const stop = effect(() => {
    drawn.push(textsOf('fr').show)
  })
  textsOf('fr')
  await vi.waitFor(() => expect(drawn).toEqual(['Show a picture', 'Montrer une image']))
  expect(textsOf('en').show).toBe('Show a picture')
  expect(french).toHaveBeenCalledOnce()
  stop()
})

test('English stays when the language cannot be had, and the next drawing asks again', async () => {
  const french = vi.fn(imageTextFiles.fr).mockRejectedValueOnce(new Error('offline'))
  const textsOf = createImageTexts({ ...imageTextFiles, fr: french })
  expect(textsOf('fr')).toBe(englishImageTexts)
  await vi.waitFor(() => {
    textsOf('fr')
    expect(french).toHaveBeenCalledTimes(2)
  })
  await vi.waitFor(() => expect(textsOf('fr').show).toBe('Montrer une image'))
})
