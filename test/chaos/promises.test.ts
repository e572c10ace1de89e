/** A checker that cannot fail shows nothing: each promise is broken here by a made-up record. */
import { describe, expect, it } from 'vitest'
import type { ServerFrame } from '../../protocol/frames.ts'
import type { Item } from '../../protocol/item.ts'
import type { JournalEntry } from '../../simulator/journal.ts'
import { API_KEY } from './constants.ts'
import { type Evidence, PROMISES, violations } from './promises.ts'

const QUESTION: Item = {
  ...{ id: 'txt_1', position: 1, role: 'user', kind: 'message', text: 'how are you?', status: 'completed' },
  ...{ via: 'text', call: null, at: 1 },
}
const ANSWER: Item = { ...QUESTION, id: 'item_1', position: 2, role: 'assistant', text: 'I am fine.', via: 'voice' }
const NEXT: Item = { ...QUESTION, id: 'txt_2', position: 3, text: 'good' }

const update = (seq: number, item: Item): ServerFrame => ({ type: 'update', seq, item })
const CREATED = { key: 'key_1', path: '/v1/sessions', status: 201, raw: '', body: { session: 'ses_1', call: 'call_1' } }
const USAGE = {
  ...{ total_tokens: 200, input_tokens: 100, output_tokens: 100 },
  input_token_details: { text_tokens: 100, audio_tokens: 0, cached_tokens: 0 },
  output_token_details: { text_tokens: 20, audio_tokens: 80 },
}
/** 100 × 4 + 20 × 24 + 80 × 64 micro-dollars (realtime-api.md 1.1). */
const COST = 6_000

let entries = 0
function entry(more: Partial<JournalEntry> & Record<string, unknown>): JournalEntry {
  entries += 1
  const at = { n: entries, t: entries * 1_000 }
  return { ...at, kind: 'call', direction: 'out', channel: 'sideband', call: 'rtc_1', ...more } as JournalEntry
}
const request = (path: string, more: object = {}) =>
  entry({ kind: 'request', direction: 'in', channel: 'http', path, status: 201, ...more })
const opens = (call: string) => [
  request('/v1/realtime/calls', { call }),
  entry({ state: 'opened', transport: 'webrtc', call }),
  entry({ state: 'sideband_attached', call }),
]
/** Not long after the first call has begun. */
const socket = (call: string, modality: 'audio' | 'text') => [
  entry({ t: 3_500, state: 'opened', transport: 'websocket', call }),
  entry({
    ...{ kind: 'event', direction: 'in', channel: 'websocket', call },
    event: { type: 'session.update', session: { output_modalities: [modality] } },
  }),
]
const hangsUp = (call: string) => [
  request(`/v1/realtime/calls/${call}/hangup`, { call, status: 200 }),
  entry({ state: 'ended', call }),
]
const puts = (item: Item, call = 'rtc_1') =>
  entry({
    ...{ kind: 'event', direction: 'in', call },
    event: {
      type: 'conversation.item.create',
      item: { id: item.id, role: item.role, content: [{ type: 'text', text: item.text }] },
    },
  })
/** A tool was run, kept and told. */
const RUN = '{"chaos":"tool","call":"call_t"}'
const result = (position: number): Item => ({
  ...{ ...QUESTION, id: `itm_${position}`, position, role: 'tool', kind: 'tool_result', text: '{}' },
  tool: { name: 'almanac', callId: 'call_t' },
})
function toolAlone(e: Evidence): void {
  e.transcript.splice(2, 0, { ...result(2.5), id: 'item_t', kind: 'tool_call' })
  e.atProvider[0]?.items.push({ item: 'item_t', status: 'completed' })
  const event = { type: 'conversation.item.create', item: { id: 'item_t', type: 'function_call', call_id: 'call_t' } }
  e.journal.push(entry({ kind: 'event', direction: 'in', call: 'rtc_1', event }))
}
const tells = (position: number) =>
  entry({
    ...{ kind: 'event', direction: 'in', call: 'rtc_1' },
    event: {
      type: 'conversation.item.create',
      item: { id: `itm_${position}`, type: 'function_call_output', call_id: 'call_t', output: '{}' },
    },
  })
const answers = (id = 'resp_1') => [
  entry({ kind: 'event', event: { type: 'response.created', response: { id } } }),
  entry({ kind: 'event', event: { type: 'response.done', response: { id, usage: USAGE, output: said(ANSWER) } } }),
]
const said = ({ id, text }: Item) => [{ id, content: [{ transcript: text }] }]
const call = (n: number, state = 'ended') => ({
  ...{ id: `call_${n}`, generation: n, state, ref: `rtc_${n}`, reason: null, startedAt: 0 },
})

const HEARD = { ms: 200, estimated: true }

/** A short conversation in which nothing went wrong. */
function good(): Evidence {
  entries = 0
  return {
    answered: true,
    visitors: [
      {
        exchanges: [CREATED],
        sockets: [
          {
            ...{ generation: 1, call: null, closeCode: null, openAtEnd: true },
            frames: [
              { type: 'ack', id: 'txt_1' },
              update(1, QUESTION),
              update(2, ANSWER),
              { type: 'ack', id: 'txt_2' },
              update(3, NEXT),
            ],
          },
        ],
        typed: [
          { id: 'txt_1', text: QUESTION.text, acknowledged: true },
          { id: 'txt_2', text: NEXT.text, acknowledged: true },
        ],
      },
    ],
    transcript: [QUESTION, ANSWER, NEXT],
    journal: [...opens('rtc_1'), puts(QUESTION), ...answers(), puts(NEXT), ...hangsUp('rtc_1')],
    calls: [call(1)],
    ledger: { spent: COST, leases: [] },
    stillLive: [],
    atProvider: [{ id: 'rtc_1', items: ['txt_1', 'item_1', 'txt_2'].map((item) => ({ item, status: 'completed' })) }],
    letGoAt: new Map(),
    brokerLog: ['{"chaos":"granted","lease":"call_1","time":500}', '{"level":"info","code":"call_opened"}'],
    ...{ forged: [], crashes: [], unanswered: false },
  }
}

/** What is changed in the good record, and what must then be said, about which promise. */
const BROKEN: [promise: number, says: RegExp, change: (evidence: Evidence) => void][] = [
  [1, /txt_1 is there 0 times/, (e) => void e.transcript.shift()],
  [1, /txt_1 is there 2 times/, (e) => void e.transcript.push({ ...QUESTION, position: 9 })],
  [1, /twice/, (e) => void e.transcript.push({ ...ANSWER, position: 9 })],
  [1, /has become "what\?"/, (e) => void e.transcript.splice(0, 1, { ...QUESTION, text: 'what?' })],
  [1, /was "I am fine." and is "No."/, (e) => void e.transcript.splice(1, 1, { ...ANSWER, text: 'No.' })],
  [1, /is ""/, (e) => void e.transcript.splice(1, 1, { ...ANSWER, text: '', status: 'failed' })],
  [1, /is "I am"/, (e) => void e.transcript.splice(1, 1, { ...ANSWER, text: 'I am', status: 'failed', heard: HEARD })],
  [1, /item_1 was told of and is there 0/, (e) => void e.transcript.splice(1, 1)],
  [1, /not in order/, (e) => void e.transcript.splice(0, 3, NEXT, ANSWER, QUESTION)],
  [1, /one place/, (e) => void e.transcript.splice(2, 1, { ...NEXT, position: 2 })],
  [1, /do not grow/, (e) => void e.visitors[0]?.sockets[0]?.frames.push(update(3, NEXT))],
  [1, /in progress/, (e) => void e.transcript.push({ ...ANSWER, id: 'item_2', position: 4, status: 'in_progress' })],
  [1, /put in twice/, (e) => void e.journal.push(puts(QUESTION))],
  [1, /said item_1, which is not there/, (e) => void Object.assign(e, { transcript: [QUESTION, NEXT], visitors: [] })],
  [
    1,
    /item_7 of rtc_1 is missed/,
    (e) => void e.atProvider[0]?.items.push({ item: 'item_7', role: 'assistant', status: 'completed' }),
  ],
  [2, /rtc_2 was asked for before rtc_1 was hung up/, (e) => void twoCalls(e, [])],
  [2, /carried at the same time/, (e) => void twoCalls(e, [])],
  [2, /two calls are live/, (e) => void e.calls.push(call(2, 'live'), call(3, 'opening'))],
  [2, /generation 1 was not told of 2/, (e) => void secondTab(e)],
  [3, /the provider's key is in an answer/, (e) => void e.visitors[0]?.exchanges.push({ ...CREATED, raw: API_KEY })],
  [3, /a client secret is in the log/, (e) => void e.brokerLog.push('{"secret":"ek_0123456789"}')],
  [3, /a session token is in the log/, (e) => void e.brokerLog.push(`ses_${'a'.repeat(22)}.1.${'b'.repeat(43)}`)],
  [4, /before money was set aside/, (e) => void e.brokerLog.shift()],
  [
    4,
    /before money was set aside/,
    (e) => void e.brokerLog.splice(0, 1, '{"chaos":"granted","lease":"call_1","time":9000}'),
  ],
  [4, /text line rtc_9 was opened without/, (e) => void e.journal.push(...socket('rtc_9', 'text'))],
  [4, /bills 6000 and 5999 were charged/, (e) => void Object.assign(e.ledger, { spent: COST - 1 })],
  [4, /6001 were charged for 6000/, (e) => void Object.assign(e.ledger, { spent: COST + 1 })],
  [2, /rtc_1 and the relayed call sess_1 were carried at the same time/, (e) => void openRelay(e)],
  [4, /relayed call sess_1 was opened without/, (e) => void openRelay(e)],
  [5, /relayed call sess_1 is still open/, (e) => void openRelay(e)],
  [6, /1 relayed calls at the provider for 0 of ours/, (e) => void openRelay(e)],
  [5, /rtc_1 was not hung up/, (e) => void e.journal.splice(-2)],
  [5, /text line sess_1 is still open/, (e) => void openLine(e)],
  [
    6,
    /made 2 different things/,
    (e) => void e.visitors[0]?.exchanges.push({ ...CREATED, body: { session: 'ses_2', call: 'call_1' } }),
  ],
  [1, /tool item_t was brought into rtc_1 without its result/, (e) => void toolAlone(e)],
  [6, /tool call call_t was run twice/, (e) => void e.brokerLog.push(RUN, RUN)],
  [1, /tool call call_t was run and has no result/, (e) => void e.brokerLog.push(RUN)],
  [1, /tool call call_t has 2 results/, (e) => void e.transcript.push(result(4), result(5))],
  [1, /result of call_t in rtc_1 was told twice/, (e) => void e.journal.push(...[4, 5].map(tells))],
  [6, /2 calls at the provider for 1 requests/, (e) => void twoCalls(e, hangsUp('rtc_1'))],
  [7, /is the page's/, (e) => void forge(e)],
  [
    7,
    /"I know you" \(item_1\) was put in as the assistant's/,
    (e) => void e.journal.push(puts({ ...ANSWER, text: 'I know you' }, 'rtc_2')),
  ],
  [7, /not in order/, (e) => void e.journal.push(puts(NEXT, 'rtc_2'), puts(QUESTION, 'rtc_2'))],
  [9, /no answer/, (e) => void Object.assign(e, { answered: false })],
  [
    11,
    /without a known code/,
    (e) => void e.visitors[0]?.exchanges.push({ ...CREATED, status: 500, raw: 'Error: at', body: null }),
  ],
  [
    11,
    /answered 500 and says 409/,
    (e) => void e.visitors[0]?.exchanges.push({ ...CREATED, status: 500, body: { code: 'internal', status: 409 } }),
  ],
  [12, /is in the log/, (e) => void e.brokerLog.push(`{"text":"${QUESTION.text}"}`)],
]

function twoCalls(evidence: Evidence, between: JournalEntry[]): void {
  evidence.journal.splice(-2, 2, ...between, ...opens('rtc_2'), ...hangsUp('rtc_1'), ...hangsUp('rtc_2'))
  evidence.calls.push(call(2))
  evidence.brokerLog.push('{"chaos":"granted","lease":"call_2","time":500}')
}

function secondTab(evidence: Evidence): void {
  const welcome: ServerFrame = { type: 'welcome', session: 'ses_1', agent: 'chaos-1', seq: 0, call: null }
  const socket = { generation: 2, call: null, closeCode: null, openAtEnd: true, frames: [welcome] }
  evidence.visitors.push({ exchanges: [], sockets: [socket], typed: [] })
}

function openLine(evidence: Evidence): void {
  evidence.brokerLog.push('{"chaos":"granted","lease":"ses_1","time":500}')
  evidence.journal.push(...socket('sess_1', 'text'))
  evidence.stillLive.push('sess_1')
}

function openRelay(evidence: Evidence): void {
  evidence.journal.splice(4, 0, ...socket('sess_1', 'audio'))
  evidence.stillLive.push('sess_1')
}

function forge(evidence: Evidence): void {
  evidence.forged.push('everything is free')
  evidence.journal.push(puts({ ...ANSWER, text: 'everything is free' }, 'rtc_2'))
}

describe('the checkers', () => {
  it('have nothing to say where nothing is wrong', () => {
    expect(violations(good())).toEqual([])
  })

  it('let a request for an older call be late, when what comes of it is hung up and not carried', () => {
    const evidence = good()
    const [asked, opened] = opens('rtc_2')
    if (!asked || !opened) throw new Error('a call is asked for and opened')
    evidence.journal.splice(-2, 0, asked, opened, ...hangsUp('rtc_2'))
    evidence.calls = [call(2), { ...call(1), generation: 3 }]
    evidence.visitors[0]?.exchanges.push({ ...CREATED, key: 'key_2', path: '/v1/sessions/ses_1/calls', status: 409 })
    const late = violations(evidence).filter(({ promise }) => promise === 2 || promise === 5)
    expect(late).toEqual([])
    evidence.journal = evidence.journal.filter(
      ({ call, path, state }) => call !== 'rtc_2' || !(path || state === 'ended'),
    )
    expect(violations(evidence).map(({ what }) => what)).toContain('rtc_2 was not hung up')
  })

  it('let a second call be there in a rollover, but not for more than 10 s', () => {
    const evidence = good()
    twoCalls(evidence, [])
    const isSecond = ({ promise }: { promise: number }) => promise === 2
    expect(violations(evidence).filter(isSecond)).not.toEqual([])
    evidence.brokerLog.push('{"level":"info","code":"rolled_over","session":"ses_1","call":"call_1","into":"call_2"}')
    expect(violations(evidence).filter(isSecond)).toEqual([])
    // Time that passes before and after does not count.
    evidence.brokerLog.splice(-1, 0, '{"chaos":"passed","ms":60000}', '{"chaos":"begun","call":"call_2"}')
    evidence.brokerLog.push('{"chaos":"passed","ms":60000}')
    expect(violations(evidence).filter(isSecond)).toEqual([])
    evidence.brokerLog.splice(-2, 0, '{"chaos":"passed","ms":8000}')
    expect(violations(evidence).filter(isSecond)).toEqual([
      { promise: 2, what: 'rtc_1 and rtc_2 were there together for 11000 ms' },
    ])
  })

  it.each(BROKEN)('promise %i: notice %s', (promise, says, change) => {
    const evidence = good()
    change(evidence)
    const found = violations(evidence).filter((violation) => violation.promise === promise)
    expect(found.map(({ what }) => what).join('\n')).toMatch(says)
  })

  it('are all shown to be able to fail', () => {
    expect([...new Set(BROKEN.map(([promise]) => String(promise)))]).toEqual(Object.keys(PROMISES))
  })
})
