import { expect, test } from 'vitest'
import { type Question, type SeenImage, type Turn, think } from '../../simulator/mind.ts'

const user = (text: string, images: SeenImage[] = []): Turn => ({ who: 'user', text, images })
const ask = (turns: Turn[], more: Partial<Question> = {}) =>
  think({ turns, instructions: null, tools: [], toolChoice: 'auto', ...more })

test.for([
  ['hello', 'You said: hello'],
  ['', 'Sorry, I did not catch that.'],
  ['What did I say before?', 'I do not know, this conversation has just begun.'],
  ['Please use the tool launch rocket.', 'I do not have a tool called launch rocket.'],
] as const)('"%s" is answered "%s"', ([heard, said]) => {
  expect(ask([user(heard)])).toEqual({ text: said, calls: [], pauseMs: 0 })
})

test('it recites what the person said, not what it said itself', () => {
  const turns: Turn[] = [
    user('One'),
    { who: 'assistant', text: 'You said: One' },
    user('Two!'),
    user('what did i say?'),
  ]
  expect(ask(turns)).toMatchObject({ text: 'Before, you said: One. And then: Two!' })
})

test('it recites the last six turns', () => {
  const turns = [...'abcdefgh'].map((letter) => user(letter))
  expect(ask([...turns, user('What did I say before?')])).toMatchObject({
    text: 'Before, you said: c. And then: d. And then: e. And then: f. And then: g. And then: h.',
  })
})

test.for([
  ['think for three seconds', 3000],
  ['Think for 2 seconds, then call the tool clock', 2000],
  ['make a long pause', 5000],
  ['think for 600 seconds', 60_000],
  ['think for ages', 0],
] as const)('"%s" makes it pause %i ms', ([heard, pauseMs]) => {
  expect(ask([user(heard)])).toMatchObject({ pauseMs })
})

test('a tool is found however its name was spoken or written', () => {
  for (const heard of [
    'call the tool get weather',
    'Use the tool getWeather.',
    'please call the tool get_weather!',
    'Use a tool called get weather.',
  ]) {
    expect(ask([user(heard)], { tools: ['other', 'get_weather'] })).toMatchObject({
      calls: [{ name: 'get_weather', arguments: '{}' }],
    })
  }
  expect(ask([user('call the tool get_weather with {"a": {"b": 1}}')], { tools: ['get_weather'] })).toMatchObject({
    calls: [{ name: 'get_weather', arguments: '{"a": {"b": 1}}' }],
  })
})

test.for([
  [
    'call the tool one and the tool two',
    '',
    [
      ['one', '{}'],
      ['two', '{}'],
    ],
  ],
  [
    'call the tool one with {"n": 1} and the tool two with {"n": {"m": 2}}.',
    '',
    [
      ['one', '{"n": 1}'],
      ['two', '{"n": {"m": 2}}'],
    ],
  ],
  ['say one moment please and then call the tool two.', 'one moment please', [['two', '{}']]],
  [
    'Use the tool one, and the tool one!',
    '',
    [
      ['one', '{}'],
      ['one', '{}'],
    ],
  ],
] as const)('"%s" makes all its calls in one response', ([heard, text, calls]) => {
  const expected = { text, calls: calls.map(([name, written]) => ({ name, arguments: written })), pauseMs: 0 }
  expect(ask([user(heard)], { tools: ['one', 'two'] })).toEqual(expected)
})

test('of several tools one that is missing is named, and none is called', () => {
  expect(ask([user('call the tool one and the tool three')], { tools: ['one'] })).toMatchObject({
    calls: [],
    text: 'I do not have a tool called three.',
  })
})

test('asked to speak while a call has no result, it asks for patience', () => {
  const turns: Turn[] = [user('call the tool clock'), { who: 'call', name: 'clock', callId: 'c1' }]
  expect(ask(turns, { tools: ['clock'] })).toMatchObject({
    calls: [],
    text: 'One moment, I am still working on clock.',
  })
})

test('all results of parallel calls are told at once', () => {
  const turns: Turn[] = [
    user('call the tool clock and the tool map'),
    { who: 'call', name: 'clock', callId: 'c1' },
    { who: 'call', name: 'map', callId: 'c2' },
    { who: 'result', callId: 'c2', output: 'north' },
    { who: 'result', callId: 'c1', output: 'noon' },
  ]
  expect(ask(turns)).toMatchObject({ text: 'The tool map said: north The tool clock said: noon' })
})

test('a result that came while it spoke of something else is told when it is asked again, once', () => {
  const turns: Turn[] = [
    user('call the tool clock'),
    { who: 'call', name: 'clock', callId: 'c1' },
    user('hello'),
    { who: 'result', callId: 'c1', output: 'noon' },
    { who: 'assistant', text: 'You said: hello' },
  ]
  expect(ask(turns)).toMatchObject({ text: 'The tool clock said: noon' })
  expect(ask([...turns, user('well?')])).toMatchObject({ text: 'The tool clock said: noon You said: well?' })
  expect(ask([...turns, user('call the tool clock')], { tools: ['clock'] })).toMatchObject({ text: '' })
  expect(ask([...turns, { who: 'assistant', text: 'The tool clock said: noon' }])).toMatchObject({
    text: 'I am listening.',
  })
})

test('tool_choice is obeyed', () => {
  const tools = ['one', 'two']
  expect(ask([user('hi')], { tools, toolChoice: 'required' })).toMatchObject({ calls: [{ name: 'one' }] })
  expect(ask([user('hi')], { tools, toolChoice: { name: 'two' } })).toMatchObject({ calls: [{ name: 'two' }] })
  expect(ask([user('call the tool one')], { tools, toolChoice: 'none' })).toMatchObject({
    calls: [],
    text: 'I do not have a tool called one.',
  })
})

test('a tool result is told, and does not cause another call', () => {
  const turns: Turn[] = [
    user('call the tool clock'),
    { who: 'call', name: 'clock', callId: 'c1' },
    { who: 'result', callId: 'c1', output: 'noon' },
  ]
  expect(ask(turns, { tools: ['clock'], toolChoice: 'required' })).toMatchObject({ text: 'The tool clock said: noon' })
})

test('without a person it greets, or says what its instructions dictate', () => {
  expect(ask([])).toMatchObject({ text: 'Hello! How can I help you?' })
  expect(ask([], { instructions: 'Say exactly: "Welcome."' })).toMatchObject({ text: 'Welcome.' })
  expect(ask([], { instructions: 'Greet the visitor.' })).toMatchObject({ text: 'Hello! How can I help you?' })
  expect(ask([user('hi'), { who: 'assistant', text: 'x' }])).toMatchObject({ text: 'I am listening.' })
  const far = 'When asked you say where it is. The bus stops at "Old Harbour".'
  expect(ask([user('hi')], { instructions: far })).toMatchObject({ text: 'You said: hi' })
  expect(ask([user('hi')], { instructions: 'Be brief.' })).toMatchObject({ text: 'You said: hi' })
})

test('it sees images', () => {
  const image = { bytes: 10, size: null }
  expect(ask([user('what is this', [image])])).toMatchObject({
    text: 'I saw an image of 10 bytes. You said: what is this',
  })
  const measured = { bytes: 4000, size: { width: 800, height: 600 } }
  expect(ask([user('', [measured])])).toMatchObject({ text: 'I saw an image of 800 by 600 pixels and 4000 bytes.' })
})
