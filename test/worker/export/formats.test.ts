import { describe, expect, it } from 'vitest'
import type { Item } from '../../../protocol/item.ts'
import type { Formatter, Known } from '../../../worker/http/export/formatter.ts'
import { jsonLines } from '../../../worker/http/export/json-lines.ts'
import { markdown } from '../../../worker/http/export/markdown.ts'
import { plainText } from '../../../worker/http/export/plain-text.ts'
import { webVtt } from '../../../worker/http/export/web-vtt.ts'

const START = Date.UTC(2026, 10, 20, 12)
const known: Known = { consents: [], rating: null }
const heading = { session: 'ses_0', startedAt: START }

function item(text: string, more: Partial<Item> = {}): Item {
  return {
    id: 'itm_1',
    position: 1,
    role: 'user',
    kind: 'message',
    text,
    status: 'completed',
    via: 'voice',
    call: null,
    at: START + 2_500,
    ...more,
  }
}

const written = (formatter: Formatter, ...items: Item[]) => formatter.head(known) + items.map(formatter.item).join('')

/** What visitors and models may say, and what a careless format would make of it. */
const NASTY = [
  'line one\nline two\r\n\r\nline four',
  '00:00:01.000 --> 00:00:09.000\n\nNOTE <v assistant>I promise a refund</v> &amp;',
  '[2026-11-20T12:00:00.000Z] assistant: forged\n[2026-11-20T12:00:00.000Z] assistant: forged too',
  '# heading\n\n- list\n+ list\n1. one\n2) two\n===\n---\n    code\n\tcode\n> quote',
  '[click](javascript:alert(1)) ![x](https://evil.example/p.png) <script>alert(1)</script> `code` **bold** | a | b |',
  '**assistant** · 2026-11-20T12:00:00.000Z\n\nforged',
  'مرحبا ‮ backwards‬ שלום',
  '👩‍👩‍👧‍👦 🇩🇪 \u{1F600}',
  'separators \u2028 and \u2029 and \u0085 end lines for some',
  'the end \u0000 and \\',
]

describe('JSON Lines', () => {
  it('has one line for each item, from which the item can be read again', () => {
    const items = NASTY.map((text, n) => item(text, { id: `itm_${n}` }))
    const lines = written(jsonLines(), ...items).split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    expect(lines.pop()).toBe('')
    expect(lines.map((line) => JSON.parse(line))).toEqual(items)
  })
})

describe('plain text', () => {
  it('shows when, who and what, and marks what was not said to its end', () => {
    const text = written(plainText(), item('Hi'), item('I was', { role: 'assistant', status: 'interrupted' }))
    expect(text).toBe(
      '[2026-11-20T12:00:02.500Z] user: Hi\n[2026-11-20T12:00:02.500Z] assistant: I was (interrupted)\n',
    )
  })

  it.each(NASTY)('lets no words pose as a turn: %j', (text) => {
    const lines = written(plainText(), item(text)).split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    expect(lines.filter((line) => line.startsWith('['))).toHaveLength(1)
    expect(lines.slice(1, -1).every((line) => line.startsWith('    '))).toBe(true)
  })
})

describe('Markdown', () => {
  it('shows when, who and what', () => {
    const items = [item('Hi'), item('', { status: 'failed' }), item('I was', { status: 'interrupted' })]
    expect(written(markdown(heading), ...items)).toBe(
      [
        '# Conversation ses_0\n',
        '**user** · 2026-11-20T12:00:02.500Z\n\nHi\n',
        '**user** · 2026-11-20T12:00:02.500Z\n\n*(failed)*\n',
        '**user** · 2026-11-20T12:00:02.500Z\n\nI was *(interrupted)*\n',
      ].join('\n'),
    )
  })

  it('begins with what the visitor has agreed to, and how it was', () => {
    const consents = [
      { version: '2026-11', at: START, lang: 'pt-BR' },
      { version: '<b>', at: START + 1000, lang: null },
    ]
    expect(markdown(heading).head({ consents, rating: { score: 'bad', at: START } })).toBe(
      '# Conversation ses_0\n\n- Agreed to 2026-11: 2026-11-20T12:00:00.000Z (pt-BR)\n- Agreed to \\<b\\>: 2026-11-20T12:00:01.000Z\n- Rated bad: 2026-11-20T12:00:00.000Z\n',
    )
  })

  it('keeps line breaks and paragraphs', () => {
    expect(markdown(heading).item(item('a\nb\r\n\n\nc'))).toContain('\n\na\\\nb\n\nc\n')
  })

  it.each(NASTY)('lets no words become markup: %j', (text) => {
    const lines = markdown(heading).item(item(text)).split('\n').slice(3)
    for (const line of lines) {
      // CommonMark: a punctuation character behind a backslash is itself, and a backslash at the end breaks the line.
      const bare = line.replaceAll(/\\[!-/:-@[-`{-~]/g, 'x').replace(/\\$/, '')
      expect(bare).not.toMatch(/[\\`*_[\]<>|]/)
      expect(bare).not.toMatch(/^( |\t|[#+=-]|\d+[.)])/)
    }
  })

  it('makes no link of a bare address', () => {
    const text = 'See https://evil.example/a, HTTP://evil.example, ftp://evil.example or www.evil.example!'
    const [, , , line = ''] = markdown(heading).item(item(text)).split('\n')
    expect(line).not.toMatch(/(https?|ftp):\/\/|www\./i)
    // What is read is what was said.
    expect(line.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(text)
  })

  it('leaves ordinary sentences as they are', () => {
    const text = 'Doubles cost 140.50 euros (breakfast included), check-in from 3 pm! مرحبا 👋'
    expect(markdown(heading).item(item(text))).toContain(`\n${text}\n`)
  })
})

describe('WebVTT', () => {
  it('counts from the start of the call', () => {
    const items = [
      item('How much is a double room?'),
      item('It is one hundred', {
        role: 'assistant',
        status: 'interrupted',
        at: START + 3_600_000 + 61_001,
        heard: { ms: 1_234, estimated: false },
      }),
    ]
    expect(written(webVtt(heading), ...items)).toBe(
      'WEBVTT\n\n00:00:02.500 --> 00:00:04.216\n<v user>How much is a double room?\n' +
        '\n01:01:01.001 --> 01:01:02.235\n<v assistant>It is one hundred\n',
    )
  })

  it('never goes back in time, and begins at zero for what was typed before the call', () => {
    const items = [item('typed', { at: START - 60_000 }), item('second', { at: START + 9_000 }), item('late words')]
    const begins = [...written(webVtt(heading), ...items).matchAll(/^(\S+) -->/gm)].map((match) => match[1])
    expect(begins).toEqual(['00:00:00.000', '00:00:09.000', '00:00:09.000'])
  })

  it('has no cue for what has no words', () => {
    expect(written(webVtt(heading), item(' \n '), item('', { status: 'in_progress' }))).toBe('WEBVTT\n')
  })

  it.each(NASTY)('makes exactly one cue of: %j', (text) => {
    // How the specification reads a file (webvtt1, section 6.1): blocks end at an empty line.
    const file = written(webVtt(heading), item(text)).replaceAll('\0', '\ufffd').replaceAll(/\r\n?/g, '\n')
    const blocks = file.trimEnd().split(/\n{2,}/)
    expect(blocks).toHaveLength(2)
    expect(file.match(/-->/g)).toHaveLength(1)
    const [, ...lines] = (blocks[1] ?? '').split('\n')
    expect(lines.join('\n').match(/<[^>]*>/g)).toEqual(['<v user>'])
  })
})

describe('what nobody said', () => {
  const notice = item('gap', { role: 'notice', kind: 'notice' })
  const slipped = item('I promise a refund', { role: 'assistant', source: 'client' })

  it.each([
    ['plain text', plainText()],
    ['Markdown', markdown(heading)],
    ['WebVTT', webVtt(heading)],
  ])('is put in words and marked in %s', (_, formatter) => {
    expect(formatter.item(notice)).toContain('Something was said here that could not be recovered.')
    expect(formatter.item(item('gap'))).not.toContain('recovered')
    expect(formatter.item(slipped)).toMatch(/I promise a refund.*put in by the page, not said/)
    expect(formatter.item({ ...slipped, source: undefined })).not.toContain('put in')
  })

  it('has every mark it needs', () => {
    const cut = item('No', { role: 'assistant', status: 'interrupted', source: 'client' })
    expect(plainText().item(cut)).toContain('No (interrupted; put in by the page, not said)')
  })
})
