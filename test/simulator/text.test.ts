import { expect, test } from 'vitest'
import { type Client, connect, respond, say } from './support/client.ts'
import { testEngines } from './support/engines.ts'
import { liveCalls, mint, start } from './support/run.ts'

const TEXT = { type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } }
const MODEL = '?model=gpt-realtime-2.1'

async function textSession(): Promise<Client> {
  const client = await connect(await start({ engines: testEngines() }), MODEL)
  client.send(TEXT)
  await client.next('session.updated')
  return client
}

async function answerTo(client: Client, text: string): Promise<string> {
  client.send(say(text))
  client.send(respond())
  const { response } = await client.next('response.done')
  const { output } = response as { output: { content: { text: string }[] }[] }
  return output[0]?.content[0]?.text ?? ''
}

test('a text turn comes in the order of the API', async () => {
  const client = await textSession()
  expect(await answerTo(client, 'good morning')).toBe('You said: good morning')
  const types = client.types().filter((type, i, all) => type !== all[i - 1])
  expect(types).toEqual([
    'session.created',
    'session.updated',
    'conversation.item.added',
    'conversation.item.done',
    'response.created',
    'rate_limits.updated',
    'response.output_item.added',
    'conversation.item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'conversation.item.done',
    'response.done',
  ])
  const deltas = client.events.filter((event) => event.type === 'response.output_text.delta')
  expect(deltas.map((event) => event.delta).join('')).toBe('You said: good morning')
})

test('every event has an id of its own', async () => {
  const client = await textSession()
  await answerTo(client, 'hello')
  const ids = client.events.map((event) => event.event_id)
  expect(ids.every((id) => typeof id === 'string' && id.startsWith('event_'))).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
})

test('seeded items are remembered and cause no response', async () => {
  const client = await textSession()
  client.send(say('My name is Ada.', 'seed_1'))
  client.send({
    type: 'conversation.item.create',
    item: { id: 'seed_2', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello Ada.' }] },
  })
  expect(await client.next('conversation.item.added')).toMatchObject({ previous_item_id: null, item: { id: 'seed_1' } })
  expect(await client.next('conversation.item.added')).toMatchObject({
    previous_item_id: 'seed_1',
    item: { id: 'seed_2', object: 'realtime.item', status: 'completed' },
  })
  expect(client.types()).not.toContain('response.created')
  expect(await answerTo(client, 'What did I say before?')).toBe('Before, you said: My name is Ada.')
})

test('a new conversation knows nothing', async () => {
  expect(await answerTo(await textSession(), 'What did I say before?')).toBe(
    'I do not know, this conversation has just begun.',
  )
})

test('items go where previous_item_id says', async () => {
  const client = await textSession()
  client.send(say('two', 'two'))
  client.send({ ...say('one', 'one'), previous_item_id: 'root' })
  client.send({ ...say('one and a half', 'half'), previous_item_id: 'one' })
  const added = [await client.next('conversation.item.added'), await client.next('conversation.item.added')]
  const last = await client.next('conversation.item.added')
  expect([...added, last].map((event) => event.previous_item_id)).toEqual([null, null, 'one'])
  expect(await answerTo(client, 'what did I say')).toBe(
    'Before, you said: one. And then: one and a half. And then: two.',
  )
})

test('items can be retrieved and deleted', async () => {
  const client = await textSession()
  client.send(say('forget this', 'gone'))
  client.send({ type: 'conversation.item.retrieve', item_id: 'gone' })
  expect(await client.next('conversation.item.retrieved')).toMatchObject({
    item: { id: 'gone', content: [{ type: 'input_text', text: 'forget this' }] },
  })
  client.send({ type: 'conversation.item.delete', item_id: 'gone' })
  expect(await client.next('conversation.item.deleted')).toMatchObject({ item_id: 'gone' })
  expect(await answerTo(client, 'what did I say before')).toBe('I do not know, this conversation has just begun.')
})

test('a tool is called and its output is told', async () => {
  const client = await textSession()
  client.send({
    type: 'session.update',
    session: { type: 'realtime', tools: [{ type: 'function', name: 'get_weather', description: 'd', parameters: {} }] },
  })
  client.send(say('Please call the tool get weather with {"city": "Rome"}'))
  client.send(respond())
  const call = await client.next('response.function_call_arguments.done')
  expect(call).toMatchObject({ name: 'get_weather', arguments: '{"city": "Rome"}' })
  const done = await client.next('response.done')
  expect(done.response).toMatchObject({
    output: [{ type: 'function_call', status: 'completed', call_id: call.call_id }],
  })
  client.send({
    type: 'conversation.item.create',
    item: { type: 'function_call_output', call_id: call.call_id, output: 'sunny' },
  })
  client.send(respond())
  expect((await client.next('response.output_text.done')).text).toBe('The tool get_weather said: sunny')
})

test('an image is seen', async () => {
  const client = await textSession()
  const image_url = `data:image/png;base64,${Buffer.alloc(1234).toString('base64')}`
  client.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_image', image_url }] },
  })
  client.send(respond())
  expect((await client.next('response.output_text.done')).text).toBe('I saw an image of 1234 bytes.')
})

test('an out-of-band response leaves no trace and may run beside another', async () => {
  const client = await textSession()
  client.send(say('think for one second'))
  client.send(respond())
  client.send(
    respond({
      conversation: 'none',
      metadata: { purpose: 'title' },
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'apart' }] }],
    }),
  )
  const first = await client.next('response.done')
  expect(first.response).toMatchObject({
    conversation_id: null,
    metadata: { purpose: 'title' },
    output: [{ content: [{ text: 'You said: apart' }] }],
  })
  const second = await client.next('response.done')
  expect(second.response).toMatchObject({
    metadata: null,
    output: [{ content: [{ text: 'You said: think for one second' }] }],
  })
  expect(await answerTo(client, 'what did I say')).toBe('Before, you said: think for one second.')
})

test('a response can see chosen items only', async () => {
  const client = await textSession()
  client.send(say('alpha', 'alpha'))
  client.send(say('beta', 'beta'))
  client.send(respond({ conversation: 'none', input: [{ type: 'item_reference', id: 'alpha' }] }))
  expect((await client.next('response.output_text.done')).text).toBe('You said: alpha')
})

test('a response says what its own instructions dictate', async () => {
  const client = await textSession()
  client.send(respond({ instructions: 'Greet the visitor with: "Welcome to Harbour House."' }))
  expect((await client.next('response.output_text.done')).text).toBe('Welcome to Harbour House.')
})

test('a response is cancelled and bills what it had said', async () => {
  const client = await connect(await start({ engines: testEngines(), timing: { textWordMs: 20 } }), MODEL)
  client.send(TEXT)
  client.send(say('tell me a long story'))
  client.send(respond())
  await client.next('response.output_text.delta')
  client.send({ type: 'response.cancel' })
  const { response } = await client.next('response.done')
  expect(response).toMatchObject({
    status: 'cancelled',
    status_details: { type: 'cancelled', reason: 'client_cancelled' },
    output: [{ status: 'incomplete' }],
  })
  const { usage, output } = response as { usage: { output_tokens: number }; output: { content: { text: string }[] }[] }
  expect(usage.output_tokens).toBe(Math.ceil((output[0]?.content[0]?.text.length ?? 0) / 4))
})

test('max_output_tokens ends a response as incomplete', async () => {
  const client = await textSession()
  client.send(say('tell me a long story'))
  client.send(respond({ max_output_tokens: 10 }))
  expect((await client.next('response.done')).response).toMatchObject({
    status: 'incomplete',
    status_details: { reason: 'max_output_tokens' },
    max_output_tokens: 10,
    usage: { output_tokens: 10 },
  })
})

test('several sessions live side by side, and a client secret opens more than one', async () => {
  const simulator = await start({ engines: testEngines() })
  const secret = await mint(simulator, {
    session: { type: 'realtime', instructions: 'bound', output_modalities: ['text'] },
  })
  const protocols = ['realtime', `openai-insecure-api-key.${secret}`]
  const clients = await Promise.all([1, 2, 3].map(() => connect(simulator, MODEL, { key: null, protocols })))
  for (const client of clients) {
    expect(await client.next('session.created')).toMatchObject({ session: { instructions: 'bound' } })
  }
  const answers = await Promise.all(clients.map((client, i) => answerTo(client, `I am ${i}`)))
  expect(answers).toEqual(['You said: I am 0', 'You said: I am 1', 'You said: I am 2'])
  expect(await liveCalls(simulator)).toHaveLength(3)
})

test('a session ends at its cap: an error, then 1001 with the reason', async () => {
  const client = await connect(await start({ engines: testEngines(), callLimitMs: 200 }), MODEL)
  const created = (await client.next('session.created')).session as { expires_at: number }
  expect(Math.abs(created.expires_at - Date.now() / 1000)).toBeLessThan(3)
  expect(await client.next('error')).toMatchObject({ error: { code: 'session_expired' } })
  const { code, reason } = await client.closed
  expect({ code, reason }).toEqual({ code: 1001, reason: 'Your session hit the maximum duration of 0.2 seconds.' })
})
