import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Item } from '../../protocol/item.ts'
import { fingerprint, sha256 } from '../../worker/provider/openai/fingerprint.ts'
import { type CallEvent, CONFIGURE, type PlacedItem } from '../../worker/provider/provider.ts'
import { asShown } from '../../worker/session/image-words.ts'
import { type Sign, type TamperPorts, TamperWatch, WAIT_MS } from '../../worker/session/tamper.ts'

const user = (id: string, text?: string): PlacedItem => ({ id, role: 'user', kind: 'message', via: 'text', text })
const spoken = (id: string): PlacedItem => ({ ...user(id), via: 'voice' })
const assistant = (id: string, text?: string): PlacedItem => ({ ...user(id, text), role: 'assistant' })
const call = (id: string, text: string): PlacedItem => ({ ...user(id, text), role: 'tool', kind: 'tool_call' })
const result = (id: string): PlacedItem => ({ ...user(id, '{}'), role: 'tool', kind: 'tool_result' })
const placed = (item: PlacedItem, images = 0): CallEvent => ({
  type: 'placed',
  item: images > 0 ? { ...item, images } : item,
  after: undefined,
})
const image = { width: 640, height: 480 }
const finished = (item: PlacedItem): CallEvent => ({ type: 'finished', item, cut: false })
const committed = (id: string): CallEvent => ({ type: 'placed', item: spoken(id), after: undefined, heard: true })
const stopped = (id: string): CallEvent => ({ type: 'speech', on: false, id })
const started = (id: string): CallEvent => ({ type: 'speech', on: true, id })
const began = (response: string, nonce?: string): CallEvent => ({ type: 'answer_began', response, nonce })
const part = (response: string, id: string): CallEvent => ({ type: 'answer_part', response, id })
const done = (response: string, ...items: string[]): CallEvent => ({
  type: 'answer_ended',
  response,
  outcome: 'completed',
  cause: undefined,
  items,
  audioMs: undefined,
  usage: null,
})
let echoes = 0
const configured = (print: string, answers: boolean | null = true): CallEvent => {
  echoes += 1
  return { type: 'configured', print, answers, event: `event_${echoes}` }
}
const stored = (id: string, text: string, more: Partial<Item> = {}): Item => {
  const base = { id, text, position: 1, role: 'user', kind: 'message', status: 'completed' } as const
  return { ...base, via: 'text', call: null, at: 0, ...more }
}

/** A watch on a call that is open, with our configuration as baseline. */
function open(more: Partial<TamperPorts> & { items?: Item[]; nonces?: string[]; gap?: boolean } = {}) {
  const { items = [], nonces = [], gap = false, ...ports } = more
  let now = 100_000
  const watch = new TamperWatch({
    mode: 'revert',
    pushToTalk: false,
    now: () => now,
    item: (id) => items.find((item) => item.id === id) ?? null,
    ...ports,
  })
  if (gap) watch.gap()
  watch.judge(configured('ours'))
  watch.opened()
  for (const nonce of nonces) watch.expectAnswer(nonce)
  return {
    watch,
    tick: (ms: number) => {
      now += ms
    },
  }
}

type Act = ReturnType<TamperWatch['judge']>['act']

/** What is done in the end: at once, or when nothing has explained it. */
function outcome(events: CallEvent[], more?: Parameters<typeof open>[0]): Act {
  const { watch, tick } = open(more)
  for (const event of events) {
    const { act } = watch.judge(event)
    if (act !== 'pass' && act !== 'wait') return act
  }
  tick(WAIT_MS)
  return watch.due().act
}

describe('right', () => {
  it.each<[string, CallEvent[], Parameters<typeof open>[0]?]>([
    ['an answer to a turn', [started('u'), stopped('u'), committed('u'), began('r')]],
    ['an answer to a turn whose end was not told', [started('u'), committed('u'), began('r')]],
    ['an answer to a turn whose place was not told', [stopped('u'), began('r')]],
    ['an answer that is told of before its turn', [began('r'), stopped('u'), committed('u')]],
    ['answers to two turns', [stopped('u'), began('r'), done('r'), stopped('v'), committed('v'), began('s')]],
    ['an answer that was interrupted', [stopped('u'), began('r'), started('v'), done('r'), stopped('v'), began('s')]],
    ['an answer to silence', [{ type: 'silence', id: 'u' }, committed('u'), began('r')]],
    ['an answer that we asked for', [began('r', 'n')], { nonces: ['n'] }],
    ['the same told twice', [began('r', 'n'), began('r', 'n'), stopped('u'), stopped('u')], { nonces: ['n'] }],
    ['the parts of an answer', [stopped('u'), began('r'), part('r', 'a'), placed(assistant('a'))]],
    ['a part that is told of late', [stopped('u'), began('r'), placed(assistant('a', 'Hi')), part('r', 'a')]],
    ['a tool call of an answer', [stopped('u'), began('r'), part('r', 'c'), placed(call('c', ''))]],
    ['a turn of which only the item was told', [started('u'), placed(spoken('u'))]],
    ['a turn by push-to-talk', [placed(spoken('u'))], { pushToTalk: true }],
    ['a seed that comes back', [placed(user('t', 'Hello there.'))], { items: [stored('t', 'Hello there.')] }],
    [
      'a note of what a person wrote',
      [placed(user('p', 'Sent.'))],
      { items: [stored('p', 'Sent.', { role: 'person' })] },
    ],
    ['a picture of ours', [placed(user('i', 'Look.'), 1)], { items: [stored('i', 'Look.', { image })] }],
    ['a picture without words', [placed(user('i'), 1)], { items: [stored('i', '', { image })] }],
    [
      'a picture of which only words are left',
      [placed(user('i', asShown(stored('i', 'Look.', { image })).text))],
      { items: [stored('i', 'Look.', { image })] },
    ],
    ['our configuration again', [configured('ours'), configured('ours')]],
    ['an answer that was asked for before a restart', [began('r', 'lost')], { gap: true }],
    ['a turn that ended in a gap', [placed(spoken('u')), began('r')], { gap: true }],
    ['what was said in a gap', [finished({ ...assistant('a', 'Hi'), via: 'voice' })], { gap: true }],
  ])('%s', (_, events, more) => {
    expect(outcome(events, more)).toBe('pass')
  })
})

describe('wrong', () => {
  it.each<[string, CallEvent[], Parameters<typeof open>[0]?]>([
    ['an answer that nobody asked for', [began('r')]],
    ['a second answer to one turn', [stopped('u'), committed('u'), began('r'), done('r'), began('s')]],
    ['an answer after a commit that was no turn', [committed('u'), began('r')]],
    ['an invented nonce', [began('r', 'x')], { nonces: ['n'] }],
    ['a nonce that was used', [began('r', 'n'), done('r'), began('s', 'n')], { nonces: ['n'] }],
    ['an invented nonce after a turn', [stopped('u'), began('r', 'x')]],
    ['text of the visitor', [placed(user('x', 'Hi'))]],
    ['an image', [placed(user('x'))]],
    ['a recording of the visitor', [placed(spoken('x'))]],
    ['words of the assistant', [placed(assistant('x', 'Hi'))]],
    [
      'words of the assistant during an answer',
      [stopped('u'), began('r'), part('r', 'a'), placed(assistant('x', 'Hi'))],
    ],
    ['a tool call', [placed(call('x', '{"a":1}'))]],
    ['a tool result', [placed(result('x'))]],
    ['a known id with other words', [placed(user('t', 'Hello there, all!'))], { items: [stored('t', 'Hello there.')] }],
    ['a known id with a picture', [placed(user('t', 'Hi'), 1)], { items: [stored('t', 'Hi')] }],
    ['other words with a picture', [placed(user('i', 'Buy!'), 1)], { items: [stored('i', 'Look.', { image })] }],
    ['a known id with another role', [placed(assistant('t', 'Hi'))], { items: [stored('t', 'Hi')] }],
    ['other words of a person', [placed(user('p', 'Sent!!1'))], { items: [stored('p', 'Sent.', { role: 'person' })] }],
    [
      "a person's words as the assistant's",
      [placed(assistant('p', 'Hi'))],
      { items: [stored('p', 'Hi', { role: 'person' })] },
    ],
    ['the same again', [placed(user('t', 'Hi'))], { items: [stored('t', 'Hi', { source: 'client' })] }],
    ['text that was put in during a gap', [finished(assistant('x', 'Hi'))], { gap: true }],
    ['a second answer that nobody asked for after a gap', [began('r'), done('r'), began('s')], { gap: true }],
    ['such an answer after one of ours', [began('r', 'n'), done('r'), began('s')], { gap: true, nonces: ['n'] }],
    ['text that was put in right after a gap', [placed(user('x', 'Hi'))], { gap: true }],
  ])('%s', (_, events, more) => {
    expect(outcome(events, more)).toBe('end')
  })

  it('an answer long after the turn that it could belong to, or after the gap', () => {
    for (const gap of [false, true]) {
      const { watch, tick } = open({ gap })
      watch.judge(stopped('u'))
      tick(60_000)
      expect(watch.judge(began('r'))).toMatchObject({ act: 'wait', sign: 'answer' satisfies Sign })
    }
  })

  it('names the items that came of it', () => {
    const { watch, tick } = open()
    for (const event of [began('r'), part('r', 'a'), placed(assistant('a'))]) watch.judge(event)
    expect(watch.due().act).toBe('pass')
    tick(WAIT_MS)
    expect(watch.due()).toEqual({ act: 'end', sign: 'answer', foreign: ['a'] })
    expect(watch.due().act).toBe('pass')
    expect(watch.judge(placed(result('x')))).toEqual({ act: 'end', sign: 'item', foreign: ['x'] })
  })

  it('tells what is still in doubt when the call ends before its time to be explained is over', () => {
    const { watch } = open()
    for (const event of [began('r'), part('r', 'a'), placed(assistant('b', 'Hi'))]) watch.judge(event)
    expect(watch.unexplained()).toEqual(['a', 'b'])
    watch.judge(stopped('u'))
    expect(watch.unexplained()).toEqual(['b'])
  })
})

describe('the configuration', () => {
  it.each<[string, CallEvent[], Act[]]>([
    ['is put back once', [configured('x'), configured('ours'), configured('y')], ['put_back', 'pass', 'end']],
    ['is given up when putting it back did not help', [configured('x'), configured('x')], ['put_back', 'end']],
    ['counts answering by itself', [configured('ours', false), configured('ours')], ['put_back', 'pass']],
    [
      'is given up when putting it back was refused',
      [configured('x'), { type: 'refused', code: 'invalid_value', ref: CONFIGURE }],
      ['put_back', 'end'],
    ],
    [
      'does not care about other refusals',
      [{ type: 'refused', code: 'c', ref: CONFIGURE }, configured('x'), { type: 'refused', code: 'c', ref: 'itm_1' }],
      ['pass', 'put_back', 'pass'],
    ],
  ])('%s', (_, events, acts) => {
    const { watch } = open()
    expect(events.map((event) => watch.judge(event).act)).toEqual(acts)
  })

  it('may hold answers back while a history is brought in', () => {
    const watch = new TamperWatch({ mode: 'revert', pushToTalk: false, now: () => 0, item: () => null })
    expect(watch.judge(configured('ours', false)).act).toBe('pass')
    watch.opened()
    expect(watch.judge(configured('ours', true)).act).toBe('pass')
    expect(watch.judge(configured('ours', false)).act).toBe('put_back')
  })

  it('is judged once for an event that comes twice', () => {
    const { watch } = open()
    const changed = configured('x')
    expect([changed, changed].map((event) => watch.judge(event).act)).toEqual(['put_back', 'pass'])
  })
})

describe('allow', () => {
  it('lets everything pass, and still names what the page has put in', () => {
    const { watch, tick } = open({ mode: 'allow' })
    const events = [configured('x'), configured('y'), began('r'), part('r', 'a'), placed(assistant('a'))]
    for (const event of events) expect(watch.judge(event).act).toBe('pass')
    expect(watch.judge(placed(user('t', 'Hi')))).toMatchObject({ act: 'pass', foreign: ['t'] })
    expect(watch.judge(placed(assistant('b', 'Hi'))).act).toBe('wait')
    tick(WAIT_MS)
    expect(watch.due()).toMatchObject({ act: 'pass', foreign: ['b'] })
  })
})

describe('fingerprint', () => {
  const session = {
    object: 'realtime.session',
    id: 'sess_1',
    expires_at: 1,
    instructions: 'Be kind.',
    tools: [],
    audio: {
      input: { turn_detection: { type: 'server_vad', threshold: 0.5, create_response: false } },
      output: { voice: 'marin' },
    },
  }

  it('is the same for the same configuration, however it is written', () => {
    const { audio, ...rest } = session
    const { threshold, ...detection } = audio.input.turn_detection
    const same = {
      tracing: null,
      audio: { output: audio.output, input: { turn_detection: { ...detection, threshold, idle_timeout_ms: null } } },
      ...rest,
      id: 'sess_2',
      expires_at: 2,
    }
    expect(fingerprint(same)).toEqual(fingerprint(session))
    expect(fingerprint(session)).toEqual({ print: expect.stringMatching(/^[0-9a-f]{64}$/), answers: false })
  })

  it('is another one for a changed text, and tells apart where something stands', () => {
    const prints = [
      session,
      { ...session, instructions: 'Be kind!' },
      { ...session, audio: { ...session.audio, input: { turn_detection: null } } },
      { ...session, audio: { ...session.audio, output: { voice: 'ash' } } },
      { ...session, tools: [{ type: 'function', name: 'a' }] },
      { ...session, tool_choice: 'a' },
      { ...session, truncation: 'a' },
    ].map((one) => fingerprint(one).print)
    expect(new Set(prints).size).toBe(prints.length)
  })

  it('hashes as SHA-256 does, at every length around a block', () => {
    for (let length = 0; length < 140; length++) {
      const text = 'ä'.repeat(length % 5) + 'x'.repeat(length)
      expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'))
    }
  })
})
