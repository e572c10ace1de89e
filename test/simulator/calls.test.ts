import { expect, test } from 'vitest'
import { connect, respond, say } from './support/client.ts'
import { type FakePeer, scriptedEar, testEngines, WORD_MS } from './support/engines.ts'
import { call, injectFault, liveCalls, post, readJournal, start } from './support/run.ts'
import { silence, tone } from './support/sounds.ts'

const STORY_START = 'Once upon a time there was a'

/** A live WebRTC call with a sideband, both joined before anything was said. */
async function liveCall(heard: string[] = [], timing = {}) {
  const engines = testEngines(scriptedEar(...heard))
  const simulator = await start({ engines, timing })
  const input = { transcription: { model: 'gpt-transcribe' } }
  const id = await call(simulator, { audio: { input } })
  const peer = engines.peers[0] as FakePeer
  const sideband = await connect(simulator, `?call_id=${id}`)
  peer.onOpen()
  await sideband.next('session.created')
  return { simulator, peer, sideband, id }
}

const shortTypes = (events: { type: string }[]) =>
  events
    .map(({ type }) => type)
    .filter((type) => !type.startsWith('conversation.item.input_audio_transcription'))
    .filter((type, i, all) => type !== all[i - 1])

test('a spoken turn comes in the order of the API, on the data channel and the sideband alike', async () => {
  const { peer, sideband } = await liveCall(['Hello.'])
  peer.advance(1400, tone(600))
  await sideband.next('response.done')
  await sideband.next('conversation.item.input_audio_transcription.completed')
  peer.advance(2000)
  await sideband.next('output_audio_buffer.stopped')
  expect(shortTypes(sideband.events)).toEqual([
    'session.created',
    'input_audio_buffer.speech_started',
    'input_audio_buffer.speech_stopped',
    'input_audio_buffer.committed',
    'conversation.item.added',
    'conversation.item.done',
    'response.created',
    'rate_limits.updated',
    'response.output_item.added',
    'conversation.item.added',
    'response.content_part.added',
    'output_audio_buffer.started',
    'response.output_audio_transcript.delta',
    'response.output_audio.done',
    'response.output_audio_transcript.done',
    'response.content_part.done',
    'response.output_item.done',
    'conversation.item.done',
    'response.done',
    'output_audio_buffer.stopped',
  ])
  expect(peer.events).toEqual(sideband.events)
})

test('an interruption: silence first, then cancelled, cleared, truncated by what was really sent', async () => {
  const { peer, sideband, simulator, id } = await liveCall(['What did I say before?'], { speedup: 4 })
  sideband.send(say('tell me a long story'))
  sideband.send(respond())
  await sideband.next('output_audio_buffer.started')
  for (let i = 0; i < 10; i++) await sideband.next('response.output_audio_transcript.delta')
  peer.advance(1500)
  const before = sideband.events.length
  peer.advance(100, tone(100))
  expect(peer.queuedMs()).toBe(0)
  const truncated = await sideband.next('conversation.item.truncated')
  const after = sideband.events.slice(before).map(({ type }) => type)
  expect(after.filter((type) => type !== 'response.output_audio_transcript.delta')).toEqual([
    'input_audio_buffer.speech_started',
    'response.output_audio.done',
    'response.output_audio_transcript.done',
    'response.content_part.done',
    'response.output_item.done',
    'conversation.item.done',
    'response.done',
    'output_audio_buffer.cleared',
    'conversation.item.truncated',
  ])
  const { response } = await sideband.next('response.done')
  expect(response).toMatchObject({ status: 'cancelled', status_details: { reason: 'turn_detected' } })
  // 1500 ms, and the three frames until speech is speech.
  expect(truncated).toMatchObject({ audio_end_ms: 1560, content_index: 0 })
  const [shown] = await liveCalls(simulator)
  expect(shown).toMatchObject({ id, state: 'live', sidebands: 1 })
  expect(shown?.items.at(-1)).toMatchObject({
    item: truncated.item_id,
    status: 'incomplete',
    sent_ms: 1560,
    sent_text: STORY_START.split(' ').slice(0, 5).join(' '),
  })
  expect(WORD_MS * 5).toBeLessThan(1560)
})

test('an interruption after response.done truncates without cancelling', async () => {
  const { peer, sideband } = await liveCall(['Stop.'])
  sideband.send(say('tell me a long story'))
  sideband.send(respond())
  expect((await sideband.next('response.done')).response).toMatchObject({ status: 'completed' })
  peer.advance(3000)
  peer.advance(100, tone(100))
  await sideband.next('output_audio_buffer.cleared')
  expect(await sideband.next('conversation.item.truncated')).toMatchObject({ audio_end_ms: 3060 })
  expect(sideband.types().filter((type) => type === 'response.done')).toHaveLength(1)
  expect(sideband.types()).not.toContain('output_audio_buffer.stopped')
})

test('cancel and clear by the client do the same, with client_cancelled', async () => {
  const { peer, sideband } = await liveCall([], { speedup: 4 })
  sideband.send(say('tell me a long story'))
  sideband.send(respond())
  await sideband.next('response.output_audio_transcript.delta')
  peer.advance(120)
  peer.onMessage(JSON.stringify({ type: 'response.cancel' }))
  peer.onMessage(JSON.stringify({ type: 'output_audio_buffer.clear' }))
  const { response } = await sideband.next('response.done')
  expect(response).toMatchObject({ status: 'cancelled', status_details: { reason: 'client_cancelled' } })
  expect(await sideband.next('output_audio_buffer.cleared')).toMatchObject({
    response_id: (response as { id: string }).id,
  })
  expect(await sideband.next('conversation.item.truncated')).toMatchObject({ audio_end_ms: 120 })
  expect(peer.queuedMs()).toBe(0)
})

test('clear without cancel silences the rest of that response', async () => {
  const { peer, sideband } = await liveCall([], { speedup: 20 })
  sideband.send(say('tell me a long story'))
  sideband.send(respond({ max_output_tokens: 100 }))
  await sideband.next('output_audio_buffer.started')
  sideband.send({ type: 'output_audio_buffer.clear' })
  await sideband.next('output_audio_buffer.cleared')
  await sideband.next('response.done')
  expect(peer.queuedMs()).toBe(0)
})

test('a second response waits in the queue for the first one', async () => {
  const { peer, sideband } = await liveCall()
  for (const text of ['one', 'two']) {
    sideband.send(respond({ instructions: `Say "${text}"` }))
    await sideband.next('response.done')
  }
  const ids = sideband.events.flatMap(({ type, response }) =>
    type === 'response.done' ? [(response as { id: string }).id] : [],
  )
  peer.advance(2 * WORD_MS + 100)
  await sideband.next('output_audio_buffer.stopped')
  await sideband.next('output_audio_buffer.stopped')
  const buffer = sideband.events.filter(({ type }) => type.startsWith('output_audio_buffer'))
  expect(buffer.map(({ type, response_id }) => [type.split('.')[1], response_id])).toEqual([
    ['started', ids[0]],
    ['stopped', ids[0]],
    ['started', ids[1]],
    ['stopped', ids[1]],
  ])
})

test('no audio is sent in events on a WebRTC call', async () => {
  const { sideband, peer } = await liveCall()
  sideband.send(say('hello'))
  sideband.send(respond())
  await sideband.next('response.done')
  expect(peer.queuedMs()).toBeGreaterThan(0)
  expect(sideband.types()).not.toContain('response.output_audio.delta')
})

test('push-to-talk on a call', async () => {
  const { sideband, peer } = await liveCall(['Pushed.'])
  const audio = { input: { turn_detection: null } }
  peer.onMessage(JSON.stringify({ type: 'session.update', session: { type: 'realtime', audio } }))
  peer.advance(500, tone(500))
  peer.onMessage(JSON.stringify({ type: 'input_audio_buffer.clear' }))
  peer.advance(600, tone(400))
  peer.onMessage(JSON.stringify({ type: 'input_audio_buffer.commit' }))
  await sideband.next('input_audio_buffer.committed')
  sideband.send(respond())
  expect((await sideband.next('response.output_audio_transcript.done')).transcript).toBe('You said: Pushed.')
  expect(sideband.types()).not.toContain('input_audio_buffer.speech_started')
})

test('a sideband is not found for a short while, nor for unknown calls, nor with a client secret', async () => {
  const simulator = await start({ engines: testEngines(), sideband404Ms: 200 })
  const id = await call(simulator)
  const notFound = { status: 404, body: { error: { code: 'call_id_not_found' } } }
  await expect(connect(simulator, `?call_id=${id}`)).rejects.toMatchObject(notFound)
  await expect(connect(simulator, '?call_id=rtc_unknown')).rejects.toMatchObject(notFound)
  await new Promise((resolve) => setTimeout(resolve, 220))
  const secret = ((await (await post(simulator, '/realtime/client_secrets')).json()) as { value: string }).value
  await expect(connect(simulator, `?call_id=${id}`, { key: secret })).rejects.toMatchObject(notFound)
  const sideband = await connect(simulator, `?call_id=${id}`)
  expect(await liveCalls(simulator)).toMatchObject([{ id, sidebands: 1 }])
  sideband.close()
})

test('a sideband that joins late gets no events from before', async () => {
  const { simulator, id, sideband } = await liveCall()
  sideband.send(say('early'))
  await sideband.next('conversation.item.done')
  const late = await connect(simulator, `?call_id=${id}`)
  late.send(say('now'))
  await late.next('conversation.item.done')
  await sideband.next('conversation.item.done')
  expect(late.types()).toEqual(['conversation.item.added', 'conversation.item.done'])
  expect(late.events).toEqual(sideband.events.slice(-2))
})

test('a hang-up closes peer and sidebands', async () => {
  const { simulator, id, peer, sideband } = await liveCall()
  expect((await post(simulator, `/realtime/calls/${id}/hangup`)).status).toBe(200)
  expect((await sideband.closed).code).toBe(1000)
  expect(peer.closed).toBe('close')
})

test('the sideband is not told that the person has left; a hang-up still finds the call', async () => {
  const { simulator, id, peer, sideband } = await liveCall()
  peer.onClose('lost')
  sideband.send(say('anybody there'))
  await sideband.next('conversation.item.done')
  expect(await liveCalls(simulator)).toMatchObject([{ id, state: 'peer_gone' }])
  expect((await post(simulator, `/realtime/calls/${id}/hangup`)).status).toBe(200)
  await sideband.closed
  const states = (await readJournal(simulator)).filter(({ kind }) => kind === 'call')
  expect(states).toMatchObject([
    { state: 'opened', transport: 'webrtc' },
    { state: 'sideband_attached' },
    { state: 'connected' },
    { state: 'peer_gone', reason: 'lost' },
    { state: 'ended', reason: 'hangup' },
  ])
})

test('a call that both sides have left is over', async () => {
  const { simulator, peer, sideband } = await liveCall()
  peer.onClose('remote')
  sideband.close()
  await sideband.closed
  await expect.poll(() => liveCalls(simulator)).toEqual([])
  expect((await readJournal(simulator)).at(-1)).toMatchObject({ state: 'ended', reason: 'remote' })
})

test('without a sideband the call ends with the peer', async () => {
  const engines = testEngines()
  const simulator = await start({ engines })
  await call(simulator)
  engines.peers[0]?.onOpen()
  engines.peers[0]?.onClose('remote')
  expect(await liveCalls(simulator)).toEqual([])
})

test('the cap ends a call: an error on both channels, then the close', async () => {
  const { simulator, peer, sideband } = await liveCall()
  expect((await injectFault(simulator, { kind: 'expire_session' })).status).toBe(204)
  expect(await sideband.next('error')).toMatchObject({ error: { code: 'session_expired' } })
  expect((await sideband.closed).code).toBe(1001)
  expect(peer.events.at(-1)).toMatchObject({ type: 'error', error: { code: 'session_expired' } })
  expect(peer.closed).toBe('close')
})

test('a microphone that is silent says nothing', async () => {
  const { peer, sideband } = await liveCall()
  peer.advance(5000, silence(5000))
  sideband.send({ type: 'conversation.item.retrieve', item_id: 'fence' })
  await sideband.next('error')
  expect(sideband.types()).toEqual(['session.created', 'error'])
})
