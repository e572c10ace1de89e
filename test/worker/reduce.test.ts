import { describe, expect, it } from 'vitest'
import { itemId } from '../../worker/provider/openai/item-id.ts'
import { peek, reduce } from '../../worker/provider/openai/reduce.ts'
import examples from '../fixtures/realtime-schema/examples.json'

const one = (event: object) => reduce(JSON.stringify(event))
const item = (more: object) => ({ id: 'item_1', object: 'realtime.item', ...more })

describe('reduce', () => {
  it("survives every event of the schema's examples, the accepted and the rejected ones", () => {
    const events = [...examples.accept.ServerEvent, ...Object.values(examples.reject).flat()]
    expect(events.length).toBeGreaterThan(10)
    for (const event of events) expect(Array.isArray(one(event))).toBe(true)
  })

  it('ignores what it does not know or cannot read', () => {
    expect(one({ type: 'response.something_new', event_id: 'e' })).toEqual([])
    expect(reduce('not json')).toEqual([])
    expect(one({ type: 'response.created' })).toEqual([])
    expect(one({ type: 'conversation.item.added', item: item({ type: 'something_new' }) })).toEqual([])
  })

  it('makes a question and an answer of a call of an MCP server, and knows what is no part of a transcript', () => {
    const call = { type: 'mcp_call', server_label: 'shop', name: 'find', arguments: '{}', output: 'tea' }
    const done = (more: object) => ({ type: 'conversation.item.done', previous_item_id: 'item_0', item: item(more) })
    const shape = (events: ReturnType<typeof reduce>) =>
      events.map((event) => ('item' in event ? [event.type, event.item.kind, event.item.id] : [event.type]))
    const question = itemId('call item_1')
    expect(shape(one(done(call)))).toEqual(
      [
        ['placed', 'tool_call', question],
        ['placed', 'tool_result', 'item_1'],
        ['finished', 'tool_result', 'item_1'],
      ].toSpliced(2, 0, ['finished', 'tool_call', question]),
    )
    expect(one(done(call))).toContainEqual({ type: 'placed', item: expect.anything(), after: question })
    // The question was the request.
    const approved = one(done({ ...call, approval_request_id: 'ask_1' }))
    expect(shape(approved)).toEqual([
      ['placed', 'tool_result', 'item_1'],
      ['finished', 'tool_result', 'item_1'],
    ])
    expect(approved.at(-1)).toMatchObject({ item: { tool: { name: 'find', callId: 'ask_1', server: 'shop' } } })
    expect(one(done({ type: 'mcp_list_tools' }))).toEqual([{ type: 'passed', id: 'item_1', after: 'item_0' }])
    const told = { type: 'mcp_approval_response', approval_request_id: 'ask_1', approve: true }
    expect(one({ ...done(told), type: 'conversation.item.added' })).toMatchObject([
      { type: 'passed', approval: { request: 'ask_1', yes: true } },
    ])
  })

  it('gives the sound of an item as whole samples', () => {
    const delta = (text: string) =>
      one({ type: 'response.output_audio.delta', response_id: 'r', item_id: 'item_1', delta: text })
    expect(delta('AQID/w==')).toEqual([
      { type: 'sound', response: 'r', id: 'item_1', pcm: Uint8Array.of(1, 2, 3, 255) },
    ])
    expect(delta('AQID')).toMatchObject([{ pcm: Uint8Array.of(1, 2) }])
    expect([delta(''), delta('AQ=='), delta('not base64!')]).toEqual([[], [], []])
  })

  it('gives a spoken user turn its place before its words are known', () => {
    expect(one({ type: 'input_audio_buffer.committed', item_id: 'item_1', previous_item_id: 'item_0' })).toEqual([
      {
        type: 'placed',
        item: { id: 'item_1', role: 'user', kind: 'message', via: 'voice', text: undefined },
        after: 'item_0',
        heard: true,
      },
    ])
  })

  it('reads text from either name of a content part', () => {
    for (const content of [
      [{ type: 'output_audio', transcript: 'Hi.' }],
      [{ type: 'audio', transcript: 'Hi.' }],
      [{ type: 'output_text', text: 'Hi.' }],
    ]) {
      const done = { type: 'conversation.item.done', item: item({ type: 'message', role: 'assistant', content }) }
      expect(one(done)).toMatchObject([{ type: 'finished', item: { text: 'Hi.' }, cut: false }])
    }
  })

  it('does not take a missing transcript for an empty one', () => {
    const content = [{ type: 'input_audio', transcript: null }]
    const done = { type: 'conversation.item.done', item: item({ type: 'message', role: 'user', content }) }
    expect(one(done)).toMatchObject([{ type: 'finished', item: { text: undefined, via: 'voice' } }])
  })

  it('does not count the items of an out-of-band answer to the conversation', () => {
    for (const [conversation_id, items] of [
      ['conv_1', ['item_1']],
      [null, []],
    ]) {
      const response = { id: 'resp_1', status: 'completed', output: [{ id: 'item_1' }], conversation_id }
      expect(one({ type: 'response.done', response })).toMatchObject([{ type: 'answer_ended', items }])
    }
  })

  it('measures the audio of an answer by its tokens: 50 ms each', () => {
    const response = {
      id: 'resp_1',
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
      output: [{ id: 'item_1' }],
      usage: { output_token_details: { audio_tokens: 80, text_tokens: 3 } },
    }
    expect(one({ type: 'response.done', response })).toMatchObject([
      { type: 'answer_ended', outcome: 'cancelled', audioMs: 4000, items: ['item_1'] },
    ])
  })

  it('reads usage modality by modality, with what is missing as 0 and said so', () => {
    const usage = {
      input_tokens: 150,
      input_token_details: {
        text_tokens: 50,
        audio_tokens: 100,
        cached_tokens_details: { text_tokens: 40, audio_tokens: null },
      },
      output_token_details: { text_tokens: 3, audio_tokens: 80 },
    }
    const read = {
      input: { text: 50, audio: 100, image: 0 },
      cached: { text: 40, audio: 0, image: 0 },
      output: { text: 3, audio: 80 },
      complete: true,
    }
    expect(one({ type: 'response.done', response: { id: 'r', usage } })).toMatchObject([{ usage: read }])
    const { output_token_details: _, ...half } = usage
    expect(one({ type: 'response.done', response: { id: 'r', usage: half } })).toMatchObject([
      { usage: { ...read, output: { text: 0, audio: 0 }, complete: false } },
    ])
    const strange = { ...usage, output_token_details: { text_tokens: 'many', audio_tokens: -1 } }
    expect(one({ type: 'response.done', response: { id: 'r', usage: strange } })).toMatchObject([
      { audioMs: undefined, usage: { complete: false } },
    ])
  })

  it('reads how long the audio was that was written down, however it is billed', () => {
    const completed = (usage: object | null) =>
      one({ type: 'conversation.item.input_audio_transcription.completed', item_id: 'u', transcript: ' Hi ', usage })
    const text = { type: 'transcribed', id: 'u', text: 'Hi' }
    expect(completed({ type: 'duration', seconds: 2.5 })).toEqual([{ ...text, usage: { seconds: 2.5 } }])
    const tokens = { type: 'tokens', input_tokens: 40, input_token_details: { audio_tokens: 30, text_tokens: 10 } }
    expect(completed(tokens)).toEqual([{ ...text, usage: { seconds: 3 } }])
    expect(completed(null)).toEqual([{ ...text, usage: { seconds: null } }])
  })

  it('treats absent usage as unknown, not as zero', () => {
    expect(one({ type: 'response.done', response: { id: 'r', status: 'failed', usage: null } })).toMatchObject([
      { outcome: 'failed', audioMs: undefined },
    ])
  })

  it('knows the longest duration from other errors', () => {
    expect(one({ type: 'error', error: { code: 'session_expired', message: 'x' } })).toEqual([{ type: 'expired' }])
    expect(one({ type: 'error', error: { type: 'invalid_request_error', code: null, event_id: 'itm_1' } })).toEqual([
      { type: 'refused', code: 'invalid_request_error', ref: 'itm_1' },
    ])
  })

  it('shortens ids that the provider would not take back, always in the same way', () => {
    expect(itemId('item_abc')).toBe('item_abc')
    const long = `vision_${'a'.repeat(32)}`
    expect(itemId(long)).toMatch(/^long_[0-9a-f]{16}$/)
    expect(itemId(long)).toBe(itemId(long))
    expect(itemId(`${long}b`)).not.toBe(itemId(long))
  })

  it('drops audio before it is parsed, and nothing else', () => {
    expect(peek('{"type":"response.output_audio.delta","delta":"AAAA"}')).toBe('drop')
    expect(peek('{"event_id":"e","type":"response.output_audio.delta","delta":"AAAA"}')).toBe('drop')
    expect(peek('{"type":"response.output_audio_transcript.delta","delta":"hi"}')).toBe('parse')
    expect(peek('{"type":"x","text":"\\"type\\":\\"response.output_audio.delta\\""}')).toBe('parse')
  })
})
