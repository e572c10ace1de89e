import { expect, test } from 'vitest'
import { connect, respond, say } from './support/client.ts'
import { testEngines } from './support/engines.ts'
import { start } from './support/run.ts'

const update = (session: Record<string, unknown>) => ({
  type: 'session.update',
  session: { type: 'realtime', ...session },
})
const create = (item: Record<string, unknown>) => ({ type: 'conversation.item.create', item })
const input = (input: Record<string, unknown>) => update({ audio: { input } })
const user = (part: Record<string, unknown>) => create({ type: 'message', role: 'user', content: [part] })

/** Event, code, param. */
const REFUSED: [Record<string, unknown>, string, string | null][] = [
  [{ type: 'session.explode' }, 'invalid_value', 'type'],
  [{}, 'missing_required_parameter', 'type'],
  [{ type: 'session.update' }, 'missing_required_parameter', 'session'],
  [{ type: 'session.update', session: { instructions: 'x' } }, 'missing_required_parameter', 'session.type'],
  [update({ totally_made_up: 1 }), 'unknown_parameter', 'session.totally_made_up'],
  [update({ model: 'gpt-realtime-2' }), 'invalid_value', 'session.model'],
  [update({ output_modalities: ['text', 'audio'] }), 'invalid_value', 'session.output_modalities'],
  [update({ instructions: 7 }), 'invalid_type', 'session.instructions'],
  [update({ max_output_tokens: 5000 }), 'integer_above_max_value', 'session.max_output_tokens'],
  [update({ tools: [{ type: 'function' }] }), 'missing_required_parameter', 'session.tools[0].name'],
  [update({ tools: [{ type: 'web_search' }] }), 'invalid_value', 'session.tools[0].type'],
  [
    update({ tools: [{ type: 'mcp', server_label: 'x' }] }),
    'missing_required_parameter',
    'session.tools[0].server_url',
  ],
  [update({ audio: { output: { voice: 'nobody' } } }), 'invalid_value', 'session.audio.output.voice'],
  [update({ audio: { output: { speed: 2 } } }), 'decimal_above_max_value', 'session.audio.output.speed'],
  [input({ turn_detection: { type: 'psychic' } }), 'invalid_value', 'session.audio.input.turn_detection.type'],
  [
    input({ turn_detection: { type: 'server_vad', idle_timeout_ms: 100 } }),
    'integer_below_min_value',
    'session.audio.input.turn_detection.idle_timeout_ms',
  ],
  [
    input({ turn_detection: { type: 'semantic_vad', threshold: 0.5 } }),
    'unknown_parameter',
    'session.audio.input.turn_detection.threshold',
  ],
  [input({ format: { type: 'audio/pcm', rate: 16000 } }), 'invalid_value', 'session.audio.input.format.rate'],
  [
    create({ type: 'message', role: 'assistant', content: [{ type: 'output_audio', audio: '' }] }),
    'invalid_value',
    'item.content[0].type',
  ],
  [
    create({ type: 'message', role: 'user', content: [{ type: 'output_text', text: 'x' }] }),
    'invalid_value',
    'item.content[0].type',
  ],
  [create({ type: 'mcp_call' }), 'invalid_value', 'item.type'],
  [create({ type: 'message', role: 'wizard', content: [] }), 'invalid_value', 'item.role'],
  [say('x', 'i'.repeat(33)), 'string_above_max_length', 'item.id'],
  [user({ type: 'input_text', text: 'x'.repeat(256_001) }), 'string_above_max_length', 'item.content[0].text'],
  [
    user({ type: 'input_image', image_url: 'https://example.com/cat.png' }),
    'invalid_value',
    'item.content[0].image_url',
  ],
  [user({ type: 'input_audio', audio: '***' }), 'invalid_value', 'item.content[0].audio'],
  [{ ...say('x'), previous_item_id: 'nobody' }, 'item_create_invalid_previous_item_id', 'previous_item_id'],
  [
    create({ type: 'function_call_output', call_id: 'call_unknown', output: 'x' }),
    'invalid_tool_call_id',
    'item.call_id',
  ],
  [{ type: 'conversation.item.retrieve', item_id: 'x' }, 'item_retrieve_invalid_item_id', 'item_id'],
  [{ type: 'conversation.item.delete', item_id: 'x' }, 'item_delete_invalid_item_id', 'item_id'],
  [
    { type: 'conversation.item.truncate', item_id: 'x', content_index: 0, audio_end_ms: 0 },
    'item_truncate_invalid_item_id',
    'item_id',
  ],
  [
    { type: 'conversation.item.truncate', item_id: 'known', content_index: 0, audio_end_ms: 1.5 },
    'invalid_type',
    'audio_end_ms',
  ],
  [
    { type: 'conversation.item.truncate', item_id: 'known', content_index: 0, audio_end_ms: 0 },
    'invalid_value',
    'item_id',
  ],
  [{ type: 'input_audio_buffer.commit' }, 'input_audio_buffer_commit_empty', null],
  [{ type: 'input_audio_buffer.append', audio: 'not base64!' }, 'invalid_value', 'audio'],
  [{ type: 'output_audio_buffer.clear' }, 'invalid_value', 'type'],
  [{ type: 'response.cancel' }, 'response_cancel_not_active', null],
  [respond({ conversation: 'other' }), 'invalid_value', 'response.conversation'],
  [respond({ surprise: 1 }), 'unknown_parameter', 'response.surprise'],
  [respond({ input: [{ type: 'item_reference', id: 'x' }] }), 'invalid_value', 'response.input[0].id'],
  [respond({ metadata: { key: 'x'.repeat(513) } }), 'string_above_max_length', 'response.metadata.key'],
]

test('every refusal names code, param and our event_id, and the session goes on', async () => {
  const client = await connect(await start({ engines: testEngines() }), '?model=gpt-realtime-2.1')
  client.send(say('known', 'known'))
  for (const [i, [event, code, param]] of REFUSED.entries()) {
    client.send({ ...event, event_id: `probe_${i}` })
    const { error } = await client.next('error')
    expect(error, JSON.stringify(event).slice(0, 200)).toMatchObject({
      type: 'invalid_request_error',
      code,
      param,
      event_id: `probe_${i}`,
    })
  }
  client.send({ type: 'conversation.item.retrieve', item_id: 'known' })
  await client.next('conversation.item.retrieved')
})

test('an unknown event is answered with the events there are', async () => {
  const client = await connect(await start({ engines: testEngines() }), '?model=gpt-realtime-2.1')
  client.send({ type: 'nonsense' })
  const { error } = await client.next('error')
  const { message } = error as { message: string }
  expect(message).toContain("'conversation.item.create'")
  expect(message).not.toContain('output_audio_buffer.clear')
})

test('what is not JSON is refused and the session goes on', async () => {
  const client = await connect(await start({ engines: testEngines() }), '?model=gpt-realtime-2.1')
  client.sendText('{"type":')
  expect(await client.next('error')).toMatchObject({ error: { code: 'invalid_json', event_id: null } })
  client.sendText('[]')
  expect(await client.next('error')).toMatchObject({ error: { code: 'invalid_type' } })
})

test('an id that is taken is refused', async () => {
  const client = await connect(await start({ engines: testEngines() }), '?model=gpt-realtime-2.1')
  client.send(say('one', 'same'))
  client.send({ ...say('two', 'same'), event_id: 'second' })
  expect(await client.next('error')).toMatchObject({
    error: { code: 'invalid_value', param: 'item.id', event_id: 'second' },
  })
})

test('one response at a time', async () => {
  const client = await connect(await start({ engines: testEngines() }), '?model=gpt-realtime-2.1')
  client.send(say('think for one second'))
  client.send(respond())
  client.send({ ...respond(), event_id: 'too_soon' })
  expect(await client.next('error')).toMatchObject({
    error: { code: 'conversation_already_has_active_response', event_id: 'too_soon' },
  })
})

test('the beta shape of an event costs the connection', async () => {
  const client = await connect(await start({ engines: testEngines() }), '?model=gpt-realtime-2.1')
  client.send(update({ input_audio_format: 'pcm16' }))
  expect(await client.next('error')).toMatchObject({
    error: { code: 'beta_api_shape_disabled', param: 'session.input_audio_format' },
  })
  expect(await client.closed).toEqual({ code: 4000, reason: 'invalid_request_error.beta_api_shape_disabled' })
})

test('fields for reasoning models fail on the others', async () => {
  const simulator = await start({ engines: testEngines() })
  const plain = await connect(simulator, '?model=gpt-realtime-1.5')
  plain.send(update({ reasoning: { effort: 'low' } }))
  expect(await plain.next('error')).toMatchObject({ error: { code: 'unknown_parameter', param: 'session.reasoning' } })
  const reasoning = await connect(simulator, '?model=gpt-realtime-2.1')
  reasoning.send(update({ reasoning: { effort: 'low' }, parallel_tool_calls: true }))
  expect(await reasoning.next('session.updated')).toMatchObject({ session: { reasoning: { effort: 'low' } } })
})
