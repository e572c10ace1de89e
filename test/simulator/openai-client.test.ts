/** OpenAI's own WebSocket client, unchanged, against real ears and a real voice. */
import { connect as netConnect } from 'node:net'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime'
import { beforeAll, expect, test } from 'vitest'
import { createEar } from '../../simulator/speech/ear.ts'
import { createVoice } from '../../simulator/speech/voice.ts'
import { pcmBase64 } from './support/client.ts'
import { start } from './support/run.ts'
import { silence } from './support/sounds.ts'

beforeAll(async () => {
  // The stand-ins would let this pass without hearing a word.
  expect((await createVoice()).kind).toBe('flite')
  const ear = await createEar()
  expect(ear.kind).toBe('moonshine')
  await ear.close()
})

async function connected() {
  const simulator = await start({ timing: { speedup: 20 } })
  const client = new OpenAI({ apiKey: 'sk-test', baseURL: simulator.url })
  // The client insists on wss; only the bytes below TLS are replaced.
  const createConnection = () => netConnect(simulator.port, '127.0.0.1')
  const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime-2.1', options: { createConnection } }, client)
  const events: RealtimeServerEvent[] = []
  realtime.on('event', (event) => events.push(event))
  await realtime.emitted('session.created')
  return { realtime, events }
}

test('a spoken question is heard, answered, and the answer can be heard in turn', async () => {
  const { realtime, events } = await connected()
  const transcription = { model: 'gpt-transcribe' }
  const turn_detection = { type: 'server_vad', silence_duration_ms: 500 } as const
  realtime.send({
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { transcription, turn_detection } } },
  })
  await realtime.emitted('session.updated')

  const voice = await createVoice()
  const question = await voice.speak('Hello there, what is the weather like today?')
  const transcript = realtime.emitted('conversation.item.input_audio_transcription.completed')
  const done = realtime.emitted('response.done')
  for (const pcm of [silence(300), question.pcm, silence(900)]) {
    realtime.send({ type: 'input_audio_buffer.append', audio: pcmBase64(pcm) })
  }
  expect((await transcript).transcript.toLowerCase()).toMatch(/hello there.*weather like today/)
  const { response } = await done
  expect(response.status).toBe('completed')
  expect(response.usage?.input_token_details?.audio_tokens).toBeGreaterThan(20)

  const audio = Buffer.concat(
    events.flatMap((event) =>
      event.type === 'response.output_audio.delta' && 'delta' in event
        ? [Buffer.from(String(event.delta), 'base64')]
        : [],
    ),
  )
  const ear = await createEar()
  const heard = await ear.hear(new Int16Array(audio.buffer, audio.byteOffset, audio.length / 2))
  await ear.close()
  expect(heard.toLowerCase()).toMatch(/you said.*weather/)
  realtime.close()
})

test('a conversation that is seeded is remembered', async () => {
  const { realtime } = await connected()
  realtime.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
  for (const text of ['I keep bees.', 'What did I say before?']) {
    realtime.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    })
  }
  realtime.send({ type: 'response.create' })
  expect((await realtime.emitted('response.output_text.done')).text).toBe('Before, you said: I keep bees.')
  realtime.close()
})
