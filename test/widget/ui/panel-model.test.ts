import { signal } from '@preact/signals'
import { expect, test } from 'vitest'
import { callWords, createPanelModel } from '../../../widget/ui/panel-model.ts'
import type { Settings } from '../../../widget/ui/settings.ts'
import type { TextFiles } from '../../../widget/ui/text-files.ts'
import { createFakeConversation, type Story, turn } from './fake-conversation.ts'

const SETTINGS: Settings = {
  agent: 'concierge',
  broker: 'https://voice.example',
  lang: 'en',
  mode: 'voice',
  accent: '',
  texts: {},
  scheme: '',
  layout: 'panel',
  rating: false,
}

const ENGLISH_ONLY: TextFiles = { have: () => undefined, load: async (language) => language === 'en' }

function panelOf(story: Story, more: Partial<Settings> = {}) {
  const settings = { ...SETTINGS, ...more }
  const conversation = createFakeConversation(SETTINGS, story)
  const rated: string[] = []
  const page = {
    languageFor: () => 'en' as const,
    textFiles: ENGLISH_ONLY,
    audio: {} as HTMLAudioElement,
    adopt: () => undefined,
    rated: (score: string) => void rated.push(score),
  }
  return { conversation, rated, model: createPanelModel(conversation, signal(settings), page) }
}

test('to try again before anything was started looks again, and asks for no microphone', async () => {
  const { conversation, model } = panelOf({ trouble: { code: 'broker_unreachable', ways: ['retry'] } })
  model.takeWay('retry')
  expect(conversation.calls).toEqual(['restore'])
  expect(conversation.trouble.value).toBeNull()
  await model.start()
  model.takeWay('retry')
  expect(conversation.calls).toEqual(['restore', 'start voice', 'start voice'])
})

test('every other way does what it says', () => {
  const { conversation, model } = panelOf({ resumable: true })
  model.takeWay('play')
  model.takeWay('take_over')
  model.takeWay('text')
  model.takeWay('half_duplex')
  model.takeWay('push_to_talk')
  expect(conversation.calls).toEqual([
    ...['play', 'start voice takeOver', 'start text'],
    ...['takeTurns half_duplex', 'takeTurns push_to_talk'],
  ])
})

test('"write instead" only closes the banner when the conversation went over to text by itself', () => {
  const { conversation, model } = panelOf({
    state: 'live',
    mode: 'text',
    trouble: { code: 'mic_denied', ways: ['text'] },
  })
  model.takeWay('text')
  expect(conversation.calls).toEqual([])
  expect(conversation.trouble.value).toBeNull()
})

test('in a voice call answers are heard, in a text conversation they are read out', () => {
  const answer = turn('assistant', 'From seven.', { position: 1 })
  const voice = panelOf({ state: 'live', mode: 'voice' })
  voice.conversation.tell({ item: answer })
  expect(voice.model.announcement.value).toBe('')
  const text = panelOf({ state: 'live', mode: 'text' })
  text.conversation.tell({ item: { ...answer, status: 'in_progress' } })
  expect(text.model.announcement.value).toBe('')
  text.conversation.tell({ item: answer })
  expect(text.model.announcement.value).toBe('From seven.')
})

test('what a person has written is read out under their name, also in a voice call', () => {
  const voice = panelOf({ state: 'live', mode: 'voice' })
  voice.conversation.tell({ item: turn('person', 'Your refund is on its way.', { position: 1, author: 'Bea' }) })
  expect(voice.model.announcement.value).toBe('Bea: Your refund is on its way.')
})

test('what happened to the call stands where it happened; nothing of it is left after forgetting', async () => {
  const { conversation, model } = panelOf({ state: 'live', items: [turn('user', 'Hello', { position: 1 })] })
  conversation.tell({ state: 'reconnecting' })
  conversation.tell({ state: 'live' })
  conversation.tell({ item: turn('user', 'Back?', { position: 2 }) })
  conversation.tell({ state: 'ended' })
  const shown = model.lines.value.map((line) =>
    line.type === 'item' ? line.item.text : line.type === 'remark' ? line.text : line.type,
  )
  expect(shown).toEqual(['time', 'Hello', 'reconnected', 'Back?', 'callEnded'])
  await model.forget()
  expect(model.lines.value).toEqual([])
  expect(model.announcement.value).toBe('The conversation was erased.')
})

test('the assistant that hangs up has said goodbye; the next end is an end again', () => {
  const { conversation, model } = panelOf({ state: 'live', items: [turn('user', 'Bye', { position: 1 })] })
  conversation.tell({ notice: { type: 'notice', code: 'call_ended', call: null, reason: 'assistant' } })
  conversation.tell({ state: 'ended' })
  conversation.tell({ state: 'connecting' })
  conversation.tell({ state: 'live' })
  conversation.tell({ notice: { type: 'notice', code: 'call_ended', call: null, reason: 'dropped' } })
  conversation.tell({ state: 'ended' })
  const remarks = model.lines.value.flatMap((line) => (line.type === 'remark' ? [line.text] : []))
  expect(remarks).toEqual(['saidGoodbye', 'goneOn', 'callEnded'])
})

test('a conversation that goes on says so where it stopped; a new one does not, although its greeting comes early', () => {
  const fresh = panelOf({})
  fresh.conversation.tell({ state: 'connecting' })
  fresh.conversation.tell({ item: turn('assistant', 'Welcome.', { position: 1 }) })
  fresh.conversation.tell({ state: 'live' })
  expect(fresh.model.lines.value.map(({ type }) => type)).toEqual(['time', 'item'])

  const resumed = panelOf({ resumable: true, items: [turn('user', 'Hello', { position: 1 })] })
  resumed.conversation.tell({ state: 'connecting' })
  resumed.conversation.tell({ item: turn('assistant', 'Back again.', { position: 2 }) })
  resumed.conversation.tell({ state: 'live' })
  expect(resumed.model.lines.value.map(({ type }) => type)).toEqual(['time', 'item', 'remark', 'item'])
})

test('after dispose nothing listens any more', () => {
  const { conversation, model } = panelOf({ state: 'live', mode: 'voice' })
  model.dispose()
  conversation.tell({ state: 'ended' })
  expect(model.announcement.value).toBe('')
})

test('that a tool takes long is read out in writing; in a voice call the assistant says so itself', () => {
  for (const mode of ['voice', 'text'] as const) {
    const { conversation, model } = panelOf({ state: 'live', mode })
    expect(model.announcement.value).toBe('')
    conversation.tell({ atWork: ['item_1'] })
    expect(model.announcement.value).toBe(mode === 'text' ? 'Still working on it…' : '')
  }
})

test('the button tells how a voice call stands, and nothing of a written one', () => {
  const said = (story: Story) => callWords(panelOf(story).model)
  expect(said({})).toEqual({ call: '', muted: false })
  expect(said({ state: 'connecting' }).call).toBe('Connecting…')
  expect(said({ state: 'live' }).call).toBe('On a call')
  expect(said({ state: 'live', muted: true })).toEqual({ call: 'On a call · Muted', muted: true })
  expect(said({ state: 'reconnecting', muted: true })).toEqual({ call: 'Reconnecting…', muted: false })
  expect(said({ state: 'live', mode: 'text' }).call).toBe('')
  expect(said({ state: 'ended' }).call).toBe('')
})

test('nothing begins before the visitor has agreed; then goes on what was wanted', async () => {
  const { conversation, model } = panelOf({ face: { consent: { text: 'It is kept.', version: '1' } } })
  expect(model.asksConsent.value).toBe(true)
  await model.start('text')
  model.send('Hello')
  expect(conversation.calls).toEqual([])
  model.agree()
  expect(conversation.calls).toEqual(['agree en', 'start text', 'send Hello'])
  expect(model.asksConsent.value).toBe(false)
})

test('agreed to without having wanted anything yet, nothing begins by itself', async () => {
  const { conversation, model } = panelOf({ face: { consent: { text: 'It is kept.', version: '1' } } })
  model.agree()
  expect(conversation.calls).toEqual(['agree en'])
  await model.start('voice')
  expect(conversation.calls.at(-1)).toBe('start voice')
})

test('what the broker has refused for lack of consent begins again', () => {
  const face = { consent: { text: 'It is kept.', version: '1' } }
  const { conversation, model } = panelOf({ face, mode: 'voice', trouble: { code: 'consent_required', ways: [] } })
  model.agree()
  expect(conversation.calls).toEqual(['agree en', 'start voice'])
})

test('who goes on with a conversation has agreed before', () => {
  const { model } = panelOf({
    state: 'ended',
    resumable: true,
    face: { consent: { text: 'It is kept.', version: '1' } },
  })
  expect(model.asksConsent.value).toBe(false)
})

test('to other words the visitor has to agree, also in a conversation that goes on', () => {
  const trouble = { code: 'consent_required', ways: [] } as const
  const face = { consent: { text: 'It is kept longer.', version: '2' } }
  for (const [story, mode] of [
    [{ state: 'ended', resumable: true, mode: 'text' }, 'text'],
    [{ state: 'live', resumable: false, mode: 'text' }, 'voice'],
  ] as const) {
    const { conversation, model } = panelOf({ ...story, face })
    expect(model.asksConsent.value).toBe(false)
    conversation.tell({ trouble })
    expect(model.asksConsent.value).toBe(true)
    model.agree()
    expect(conversation.calls).toEqual(['agree en', `start ${mode}`])
    expect(model.asksConsent.value).toBe(false)
  }
})
