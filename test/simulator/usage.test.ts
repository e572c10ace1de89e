import { expect, test } from 'vitest'
import { type Entry, newEntry } from '../../simulator/realtime/conversation.ts'
import type { Part } from '../../simulator/realtime/items.ts'
import { cachedBlocks, frontBlock, itemBlock, usageOf } from '../../simulator/realtime/usage.ts'
import { connect, pcmBase64, respond, say } from './support/client.ts'
import { scriptedEar, testEngines, WORD_MS } from './support/engines.ts'
import { start } from './support/run.ts'
import { silence, tone } from './support/sounds.ts'

function message(role: 'user' | 'assistant', part: Part, audioMs = 0): Entry {
  const head = { id: `item_${Math.random()}`, object: 'realtime.item', status: 'completed' } as const
  return { ...newEntry({ ...head, type: 'message', role, content: [part] }), audioMs }
}

test('user audio is a token per 100 ms, assistant audio one per 50 ms plus its words', () => {
  expect(itemBlock(message('user', { type: 'input_audio', transcript: 'not counted' }, 2000))).toMatchObject({
    audio: 20,
    text: 2,
  })
  expect(itemBlock(message('assistant', { type: 'output_audio', transcript: 'eight ch' }, 2000))).toMatchObject({
    audio: 40,
    text: 4,
  })
})

test('text is four characters a token and two more for the message; instructions and tools count', () => {
  expect(itemBlock(message('user', { type: 'input_text', text: 'x'.repeat(40) }))).toMatchObject({ text: 12, audio: 0 })
  expect(frontBlock('x'.repeat(40), [])).toMatchObject({ text: 10 })
  expect(frontBlock('', [{ name: 'abc' }]).text).toBe(Math.ceil('[{"name":"abc"}]'.length / 4))
})

test('images are counted by detail', () => {
  const image = (detail: 'low' | 'high' | 'auto') =>
    message('user', { type: 'input_image', image_url: 'data:', detail })
  expect((['low', 'high', 'auto'] as const).map((detail) => itemBlock(image(detail)).image)).toEqual([85, 765, 765])
})

test('cached is what stands at the front of an earlier input, by content', () => {
  const block = (text: string) => itemBlock(message('user', { type: 'input_text', text }))
  const before = [frontBlock('i', []), block('a'), block('b')]
  expect(cachedBlocks([frontBlock('i', []), block('a'), block('b'), block('c')], [before])).toBe(3)
  expect(cachedBlocks([frontBlock('i', []), block('b')], [before])).toBe(1)
  expect(cachedBlocks([frontBlock('new', []), block('a')], [before])).toBe(0)
  expect(cachedBlocks([frontBlock('i', [])], [])).toBe(0)
})

test('a recording stays the same when its words come, and another recording of that length is another', () => {
  const spoken = message('user', { type: 'input_audio', transcript: null }, 900)
  const before = [frontBlock('i', []), itemBlock(spoken)]
  if (spoken.item.type === 'message') spoken.item.content = [{ type: 'input_audio', transcript: 'late words' }]
  expect(cachedBlocks([frontBlock('i', []), itemBlock(spoken)], [before])).toBe(2)
  const other = message('user', { type: 'input_audio', transcript: null }, 900)
  expect(cachedBlocks([frontBlock('i', []), itemBlock(other)], [before])).toBe(1)
})

test('the sums add up', () => {
  const input = [
    { key: '1', text: 10, audio: 0, image: 0 },
    { key: '2', text: 2, audio: 30, image: 85 },
  ]
  expect(usageOf(input, 1, { text: 5, audio: 20 })).toEqual({
    total_tokens: 152,
    input_tokens: 127,
    output_tokens: 25,
    input_token_details: {
      text_tokens: 12,
      audio_tokens: 30,
      image_tokens: 85,
      cached_tokens: 10,
      cached_tokens_details: { text_tokens: 10, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: { text_tokens: 5, audio_tokens: 20 },
  })
})

interface Billed {
  usage: ReturnType<typeof usageOf>
}

test('in a session the whole history is billed again, its known front as cached', async () => {
  const simulator = await start({ engines: testEngines(scriptedEar('Hi.')) })
  const client = await connect(simulator, '?model=gpt-realtime-2.1')
  const instructions = 'x'.repeat(400)
  const turn_detection = null
  client.send({
    type: 'session.update',
    session: { type: 'realtime', instructions, audio: { input: { turn_detection } } },
  })
  client.send({ type: 'input_audio_buffer.append', audio: pcmBase64(tone(1000)) })
  client.send({ type: 'input_audio_buffer.commit' })
  client.send(respond())
  const first = ((await client.next('response.done')).response as Billed).usage
  // 100 for the instructions, 2 around the message; "You said: Hi." is 3 words and 13 characters.
  expect(first).toMatchObject({
    input_tokens: 112,
    input_token_details: { text_tokens: 102, audio_tokens: 10, cached_tokens: 0 },
    output_token_details: { text_tokens: 4, audio_tokens: (3 * WORD_MS) / 50 },
  })

  client.send(say('y'.repeat(40)))
  client.send(respond({ output_modalities: ['text'] }))
  const second = ((await client.next('response.done')).response as Billed).usage
  expect(second.input_tokens).toBe(112 + (4 + 18 + 2) + 12)
  expect(second.input_token_details).toMatchObject({
    cached_tokens: 112,
    cached_tokens_details: { text_tokens: 102, audio_tokens: 10, image_tokens: 0 },
  })

  client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'short' } })
  client.send(respond({ output_modalities: ['text'] }))
  const third = ((await client.next('response.done')).response as Billed).usage
  expect(third.input_token_details.cached_tokens).toBe(0)
})

test('rate limits are told when a response starts, with its output reserved', async () => {
  const client = await connect(await start({ engines: testEngines() }), '?model=gpt-realtime-2.1')
  client.send({ type: 'input_audio_buffer.append', audio: pcmBase64(silence(20)) })
  const remaining: number[] = []
  for (let i = 0; i < 2; i++) {
    client.send(respond({ output_modalities: ['text'], max_output_tokens: 1000 }))
    await client.next('response.done')
    const { rate_limits } = await client.next('rate_limits.updated')
    const [requests, tokens] = rate_limits as { name: string; limit: number; remaining: number }[]
    expect([requests?.name, tokens?.name]).toEqual(['requests', 'tokens'])
    expect(requests?.remaining).toBe((requests?.limit ?? 0) - 1 - i)
    remaining.push(tokens?.remaining ?? 0)
  }
  expect((remaining[0] ?? 0) - (remaining[1] ?? 0)).toBeGreaterThan(1000)
})
