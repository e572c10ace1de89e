import { expect, test, vi } from 'vitest'
import { directionOf, LANGUAGES, pickLanguage } from '../../../widget/ui/language.ts'
import { override } from '../../../widget/ui/override.ts'
import { originOf, readSettings } from '../../../widget/ui/settings.ts'

const from = (attributes: Record<string, string>) =>
  readSettings((name) => attributes[name] ?? null, 'https://voice.example')

test('everything but the agent has a default', () => {
  expect(from({ agent: ' concierge ' })).toEqual({
    agent: 'concierge',
    broker: 'https://voice.example',
    lang: '',
    mode: 'voice',
    accent: '',
    texts: {},
    scheme: '',
    layout: 'panel',
    rating: false,
  })
})

test('a broker is an origin, whatever path was pasted with it', () => {
  expect(from({ broker: 'https://other.example/widget.js?x=1' }).broker).toBe('https://other.example')
  expect(from({ broker: 'not an address' }).broker).toBe('https://voice.example')
  expect(originOf('data:text/javascript,1')).toBe('')
  expect(originOf('')).toBe('')
})

test('only "text" means text', () => {
  expect(from({ mode: 'text' }).mode).toBe('text')
  expect(from({ mode: 'TEXT ' }).mode).toBe('voice')
})

test('the first wish that can be met wins', () => {
  expect(pickLanguage(['', 'sv', 'no such tag', 'de-AT', 'fr'])).toBe('de')
  expect(pickLanguage(['sv'])).toBe('en')
  expect(pickLanguage([])).toBe('en')
})

test.each([
  ...LANGUAGES.map((language) => [language, language]),
  ...[
    ['pt', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['EN_us', 'en'],
    ['iw', 'he'],
    ['ar-MA', 'ar'],
    ['ja-JP', 'ja'],
  ],
  ...['zh', 'zh-Hans', 'zh-SG', 'zh-Hans-HK', 'cmn-Hans'].map((tag) => [tag, 'zh-CN']),
])('%s gets %s', (wish, language) => {
  expect(pickLanguage([wish, 'xx'])).toBe(language)
})

test.each(['zh-TW', 'zh-HK', 'zh-Hant', 'zh-Hant-CN'])('%s is another script: the next wish is looked at', (wish) => {
  expect(pickLanguage([wish, 'ja'])).toBe('ja')
  expect(pickLanguage([wish])).toBe('en')
})

test('a website puts in its own words, where there are words', () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const { texts } = from({
    texts: '{ "open": "Ask us", "near": { "time": "Only" }, "you": 1, "new": "x", "close": {} }',
  })
  const ours = { open: 'Talk', you: 'You', close: 'Close', near: { time: 'Ends in', spoken: 'Ends' } }
  const wanted = { open: 'Ask us', you: 'You', close: 'Close', near: { time: 'Only', spoken: 'Ends' } }
  expect(override(ours, texts)).toEqual(wanted)
  expect(warned).not.toHaveBeenCalled()
  for (const wrong of ['{', '[1]', 'null', '"open"']) expect(override(ours, from({ texts: wrong }).texts)).toEqual(ours)
  expect(warned).toHaveBeenCalledTimes(3)
  warned.mockRestore()
})

test('direction', () => {
  expect([directionOf('ar'), directionOf('he'), directionOf('de')]).toEqual(['rtl', 'rtl', 'ltr'])
})
