import { expect, test } from 'vitest'
import { type Client, connect, respond, say } from './support/client.ts'
import { testEngines } from './support/engines.ts'
import { start } from './support/run.ts'

/** Four turns of 10 tokens and 2 around each, in a session of text with almost no front. */
async function fourTurns(truncation: unknown): Promise<Client> {
  const client = await connect(await start({ engines: testEngines() }), '?model=gpt-realtime-2.1')
  const session = { type: 'realtime', instructions: '', output_modalities: ['text'], truncation }
  client.send({ type: 'session.update', session })
  for (const letter of 'abcd') client.send(say(letter.repeat(40)))
  return client
}

const retain = (retention_ratio: number, post_instructions: number) => ({
  type: 'retention_ratio',
  retention_ratio,
  token_limits: { post_instructions },
})

async function inputTokens(client: Client): Promise<number> {
  client.send(respond({ conversation: 'none', instructions: 'x' }))
  const { response } = await client.next('response.done')
  return (response as { usage: { input_tokens: number } }).usage.input_tokens
}

test('nothing is forgotten while it fits', async () => {
  expect(await inputTokens(await fourTurns(retain(0.5, 48)))).toBe(1 + 48)
})

test('what does not fit is forgotten from the front, down to the ratio, and stays forgotten', async () => {
  const client = await fourTurns(retain(0.5, 47))
  expect(await inputTokens(client)).toBe(1 + 12)
  client.send({ type: 'session.update', session: { type: 'realtime', truncation: 'auto' } })
  expect(await inputTokens(client)).toBe(1 + 12)
  client.send(say('what did I say before?'))
  client.send(respond())
  const { response } = await client.next('response.done')
  expect(response).toMatchObject({ output: [{ content: [{ text: `Before, you said: ${'d'.repeat(40)}.` }] }] })
})

test('a context that is full is an error where truncation is disabled', async () => {
  const client = await fourTurns('disabled')
  client.send(say('x'.repeat(200_000)))
  client.send(say('y'.repeat(200_000)))
  client.send({ ...respond(), event_id: 'full' })
  expect(await client.next('error')).toMatchObject({ error: { code: 'context_length_exceeded', event_id: 'full' } })
})
