import { expect, test } from 'vitest'
import { type Client, connect, pcmBase64, respond, say } from './support/client.ts'
import { scriptedEar, testEngines, WORD_MS } from './support/engines.ts'
import { liveCalls, start } from './support/run.ts'
import { silence, tone } from './support/sounds.ts'

const MODEL = '?model=gpt-realtime-2.1'
const TRANSCRIBED = { transcription: { model: 'gpt-transcribe' } }

async function session(heard: string[], input: Record<string, unknown> = TRANSCRIBED, timing = {}) {
  const ear = scriptedEar(...heard)
  const simulator = await start({ engines: testEngines(ear), timing })
  const client = await connect(simulator, MODEL)
  client.send({ type: 'session.update', session: { type: 'realtime', audio: { input } } })
  await client.next('session.updated')
  return { simulator, client, ear }
}

const append = (client: Client, ...pieces: Int16Array[]) => {
  for (const pcm of pieces) client.send({ type: 'input_audio_buffer.append', audio: pcmBase64(pcm) })
}

function audioMs(client: Client): number {
  const deltas = client.events.filter((event) => event.type === 'response.output_audio.delta')
  return deltas.reduce((ms, event) => ms + Buffer.from(String(event.delta), 'base64').length / 48, 0)
}

test('speech becomes a turn, is answered aloud, and its transcript comes late', async () => {
  const { client, ear } = await session(['Good morning.'])
  append(client, silence(500), tone(800), silence(600))
  const started = await client.next('input_audio_buffer.speech_started')
  expect(started.audio_start_ms).toBe(200)
  expect(await client.next('input_audio_buffer.speech_stopped')).toMatchObject({ item_id: started.item_id })
  expect(await client.next('input_audio_buffer.committed')).toMatchObject({
    item_id: started.item_id,
    previous_item_id: null,
  })
  expect(await client.next('conversation.item.input_audio_transcription.completed')).toMatchObject({
    item_id: started.item_id,
    transcript: 'Good morning.',
    usage: { type: 'tokens' },
  })
  await client.next('response.done')
  const types = client.types()
  const completed = types.indexOf('conversation.item.input_audio_transcription.completed')
  expect(types.indexOf('response.created')).toBeGreaterThan(types.indexOf('input_audio_buffer.committed'))
  expect(completed).toBeGreaterThan(types.indexOf('response.created'))
  expect((await client.next('response.output_audio_transcript.done')).transcript).toBe('You said: Good morning.')
  expect(audioMs(client)).toBe(4 * WORD_MS)
  expect(ear.durationsMs[0]).toBeGreaterThan(1100)
  expect(types).not.toContain('output_audio_buffer.started')
})

test('without transcription nobody is told what was heard, but the answer knows', async () => {
  const { client } = await session(['Secret word.'], { transcription: null })
  append(client, tone(500), silence(600))
  expect((await client.next('response.output_audio_transcript.done')).transcript).toBe('You said: Secret word.')
  expect(client.types().join()).not.toContain('transcription')
})

test('streaming transcription models send words and are billed by the second', async () => {
  const { client } = await session(['one two three'], { transcription: { model: 'gpt-realtime-whisper' } })
  append(client, tone(1000), silence(600))
  const { usage } = await client.next('conversation.item.input_audio_transcription.completed')
  expect(usage).toMatchObject({ type: 'duration' })
  const deltas = client.events.filter(({ type }) => type === 'conversation.item.input_audio_transcription.delta')
  expect(deltas.map(({ delta }) => delta)).toEqual(['one', ' two', ' three'])
})

test('a recogniser that fails is told apart from an error, and the response fails', async () => {
  const logged: string[] = []
  const ear = { ...scriptedEar(), hear: () => Promise.reject(new Error('broken')) }
  const simulator = await start({ engines: testEngines(ear), log: (line) => logged.push(line) })
  const client = await connect(simulator, MODEL)
  client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: TRANSCRIBED } } })
  append(client, tone(500), silence(600))
  await client.next('conversation.item.input_audio_transcription.failed')
  const { response } = await client.next('response.done')
  expect(response).toMatchObject({ status: 'failed', status_details: { error: { code: 'server_error' } } })
  expect(logged.join()).toContain('broken')
})

test('where no recogniser is installed, a documented stand-in is answered', async () => {
  const { client } = await session([])
  await client.next('session.created')
  const simulator = await start({ engines: testEngines({ ...scriptedEar(), kind: 'none' }) })
  const deaf = await connect(simulator, MODEL)
  append(deaf, tone(700), silence(600))
  const { transcript } = await deaf.next('response.output_audio_transcript.done')
  expect(transcript).toMatch(/^You said: \[speech, \d\.\d s\]$/)
})

test('push-to-talk: nothing happens until commit, and the commit does not answer', async () => {
  const { client } = await session(['Pushed.'], { turn_detection: null, ...TRANSCRIBED })
  append(client, tone(500), silence(1000))
  client.send({ type: 'input_audio_buffer.clear' })
  await client.next('input_audio_buffer.cleared')
  client.send({ type: 'input_audio_buffer.commit' })
  expect(await client.next('error')).toMatchObject({ error: { code: 'input_audio_buffer_commit_empty' } })
  append(client, tone(500))
  client.send({ type: 'input_audio_buffer.commit' })
  await client.next('input_audio_buffer.committed')
  await client.next('conversation.item.input_audio_transcription.completed')
  expect(client.types()).not.toContain('response.created')
  expect(client.types()).not.toContain('input_audio_buffer.speech_started')
  client.send(respond())
  expect((await client.next('response.output_audio_transcript.done')).transcript).toBe('You said: Pushed.')
})

test('create_response false waits for the client', async () => {
  const turn_detection = { type: 'server_vad', create_response: false }
  const { client } = await session(['Wait for it.'], { turn_detection })
  append(client, tone(500), silence(600))
  await client.next('input_audio_buffer.committed')
  client.send(respond({ output_modalities: ['text'] }))
  expect((await client.next('response.output_text.done')).text).toBe('You said: Wait for it.')
  expect(client.types().filter((type) => type === 'response.created')).toHaveLength(1)
})

test('speech interrupts a response; the client truncates, and the mind keeps what was heard', async () => {
  const { client, simulator } = await session(['What did I say before?'], TRANSCRIBED, { speedup: 4 })
  client.send(say('tell me a long story'))
  client.send(respond())
  for (let i = 0; i < 3; i++) await client.next('response.output_audio.delta')
  append(client, tone(300))
  const started = await client.next('input_audio_buffer.speech_started')
  const { response } = await client.next('response.done')
  expect(response).toMatchObject({
    status: 'cancelled',
    status_details: { type: 'cancelled', reason: 'turn_detected' },
    output: [{ status: 'incomplete' }],
  })
  const types = client.types()
  expect(types.indexOf('response.done')).toBeGreaterThan(types.indexOf('input_audio_buffer.speech_started'))
  expect(types).not.toContain('conversation.item.truncated')

  const item_id = (response as { output: { id: string }[] }).output[0]?.id
  client.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 100_000 })
  const { error } = await client.next('error')
  expect(error).toMatchObject({ code: 'invalid_value', param: 'audio_end_ms' })
  expect((error as { message: string }).message).toContain('already shorter')
  client.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: WORD_MS - 50 })
  expect(await client.next('conversation.item.truncated')).toMatchObject({ item_id, audio_end_ms: 250 })
  client.send({ type: 'conversation.item.retrieve', item_id })
  const { item } = await client.next('conversation.item.retrieved')
  expect(item).toMatchObject({ content: [{ type: 'output_audio', transcript: null }] })
  const [call] = await liveCalls(simulator)
  expect(call?.items.find(({ item }) => item === item_id)).toMatchObject({ sent_ms: 250, sent_text: 'Once' })

  append(client, tone(300), silence(700))
  expect(await client.next('input_audio_buffer.speech_stopped')).toMatchObject({ item_id: started.item_id })
  expect((await client.next('response.output_audio_transcript.done')).transcript).not.toBe('')
  expect((await client.next('response.output_audio_transcript.done')).transcript).toBe(
    'Before, you said: tell me a long story.',
  )
})

test('semantic_vad waits longer, the less eager the longer', async () => {
  const pauses = { high: 500, low: 1300 }
  for (const [eagerness, enough] of Object.entries(pauses)) {
    const { client } = await session(['Well.'], { turn_detection: { type: 'semantic_vad', eagerness } })
    append(client, tone(400), silence(enough - 250))
    client.send({ type: 'conversation.item.retrieve', item_id: 'fence' })
    await client.next('error')
    expect(client.types()).not.toContain('input_audio_buffer.speech_stopped')
    append(client, silence(250))
    await client.next('input_audio_buffer.speech_stopped')
    await client.next('response.done')
  }
})

test('interrupt_response false lets the assistant finish', async () => {
  const turn_detection = { type: 'server_vad', interrupt_response: false, create_response: false }
  const { client } = await session(['Hm.'], { turn_detection }, { speedup: 20 })
  client.send(say('hello there'))
  client.send(respond())
  await client.next('response.output_audio.delta')
  append(client, tone(300), silence(600))
  await client.next('input_audio_buffer.committed')
  expect((await client.next('response.done')).response).toMatchObject({ status: 'completed' })
})

test('a turn that ends while a response runs is told about the collision', async () => {
  const turn_detection = { type: 'server_vad', interrupt_response: false }
  const { client } = await session(['Hm.'], { turn_detection }, { speedup: 2 })
  client.send(say('tell me a long story'))
  client.send(respond())
  await client.next('response.output_audio.delta')
  append(client, tone(300), silence(600))
  const { error } = await client.next('error')
  expect(error).toMatchObject({ code: 'conversation_already_has_active_response', event_id: null })
})

test('the voice is fixed after the first audio, everything else may change', async () => {
  const { client } = await session([])
  const voice = (name: string) => ({ type: 'realtime', audio: { output: { voice: name } } })
  client.send({ type: 'session.update', session: voice('cedar') })
  expect(await client.next('session.updated')).toMatchObject({ session: { audio: { output: { voice: 'cedar' } } } })
  client.send(say('hi'))
  client.send(respond())
  await client.next('response.done')
  client.send({ type: 'session.update', session: voice('marin'), event_id: 'late' })
  expect(await client.next('error')).toMatchObject({ error: { code: 'cannot_update_voice', event_id: 'late' } })
  client.send({ type: 'session.update', session: { ...voice('cedar'), instructions: 'new' } })
  expect(await client.next('session.updated')).toMatchObject({ session: { instructions: 'new' } })
})

test('a recording sent as an item is heard, and given back when it is retrieved', async () => {
  const { client } = await session(['From a file.'])
  const audio = pcmBase64(tone(400))
  client.send({
    type: 'conversation.item.create',
    item: { id: 'clip', type: 'message', role: 'user', content: [{ type: 'input_audio', audio }] },
  })
  client.send({ type: 'conversation.item.retrieve', item_id: 'clip' })
  const { item } = await client.next('conversation.item.retrieved')
  expect(item).toMatchObject({ content: [{ type: 'input_audio', audio }] })
  client.send(respond())
  expect((await client.next('response.output_audio_transcript.done')).transcript).toBe('You said: From a file.')
  expect(JSON.stringify(await client.next('conversation.item.added'))).not.toContain(audio)
})

test('after idle_timeout_ms of silence the assistant speaks first', async () => {
  let wake = () => {}
  const clock = {
    now: Date.now,
    after: (ms: number, run: () => void) => {
      // The idle watch is the only one that waits so long; it fires when the test says so.
      if (ms >= 6000 && ms < 60_000) wake = run
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  }
  const simulator = await start({ engines: testEngines(), clock })
  const client = await connect(simulator, MODEL)
  const turn_detection = { type: 'server_vad', idle_timeout_ms: 6000 }
  client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection } } } })
  client.send(respond())
  await client.next('response.done')
  append(client, silence(7000))
  client.send({ type: 'conversation.item.retrieve', item_id: 'none' })
  await client.next('error')
  wake()
  const timeout = await client.next('input_audio_buffer.timeout_triggered')
  expect(timeout).toMatchObject({ audio_start_ms: 1000, audio_end_ms: 7000 })
  expect(await client.next('input_audio_buffer.committed')).toMatchObject({ item_id: timeout.item_id })
  await client.next('response.done')
})
