import { expect, test } from 'vitest'
import { directionOf, pickLanguage } from '../../../widget/ui/language.ts'
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
  expect(pickLanguage(['en', 'de'], ['', 'fr-CA', 'de-AT', 'en'], 'en')).toBe('de')
  expect(pickLanguage(['en', 'de'], ['fr'], 'en')).toBe('en')
})

test('direction', () => {
  expect([directionOf('ar-EG'), directionOf('he'), directionOf('de')]).toEqual(['rtl', 'rtl', 'ltr'])
})
