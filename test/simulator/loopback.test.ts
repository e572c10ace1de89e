import { expect, test } from 'vitest'
import { connect, pcmBase64 } from './support/client.ts'
import { scriptedEar, testEngines } from './support/engines.ts'
import { call, injectFault, readJournal, start } from './support/run.ts'
import { silence, tone } from './support/sounds.ts'

const SAMPLES_PER_MS = 24
const SAID = [...silence(500), ...tone(800), ...silence(900)]

test('on a WebSocket what came in goes out, sample for sample; the words are those that were understood', async () => {
  const simulator = await start({ engines: testEngines(scriptedEar('Beep. Beep.', 'Beep.')) })
  expect((await injectFault(simulator, { kind: 'loopback', coming: true })).status).toBe(204)
  const client = await connect(simulator, '?model=gpt-realtime-2.1')
  client.send({ type: 'input_audio_buffer.append', audio: pcmBase64(Int16Array.from(SAID)) })
  const { audio_start_ms } = await client.next('input_audio_buffer.speech_started')
  const { audio_end_ms } = await client.next('input_audio_buffer.speech_stopped')
  expect((await client.next('response.output_audio_transcript.done')).transcript).toBe('You said: Beep. Beep.')
  await client.next('response.done')
  const heard = client.events.flatMap((event) => {
    if (event.type !== 'response.output_audio.delta') return []
    const bytes = Buffer.from(String(event.delta), 'base64')
    return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i))
  })
  expect(heard).toEqual(SAID.slice(Number(audio_start_ms) * SAMPLES_PER_MS, Number(audio_end_ms) * SAMPLES_PER_MS))

  await injectFault(simulator, { kind: 'loopback', on: false })
  const before = client.events.length
  client.send({ type: 'input_audio_buffer.append', audio: pcmBase64(Int16Array.from(SAID)) })
  await client.next('response.done')
  const own = client.events.slice(before).filter((event) => event.type === 'response.output_audio.delta')
  expect(own.reduce((bytes, event) => bytes + Buffer.from(String(event.delta), 'base64').length, 0)).toBe(
    2 * 3 * 300 * SAMPLES_PER_MS, // "You said: Beep.", three words of the test's voice
  )
})

test('on a WebRTC call it is played to the visitor', async () => {
  const engines = testEngines(scriptedEar('Beep.'))
  const simulator = await start({ engines })
  const id = await call(simulator)
  const peer = engines.peers[0]
  const played: number[] = []
  if (peer) peer.play = (pcm) => void played.push(...pcm)
  peer?.onOpen()
  const sideband = await connect(simulator, `?call_id=${id}`)
  await injectFault(simulator, { kind: 'loopback', call: id })
  peer?.onAudio(Int16Array.from(SAID))
  const { audio_start_ms } = await sideband.next('input_audio_buffer.speech_started')
  const { audio_end_ms } = await sideband.next('input_audio_buffer.speech_stopped')
  await sideband.next('response.done')
  expect(played).toEqual(SAID.slice(Number(audio_start_ms) * SAMPLES_PER_MS, Number(audio_end_ms) * SAMPLES_PER_MS))
  expect(await readJournal(simulator)).toContainEqual(
    expect.objectContaining({ call: id, state: 'loopback', on: true }),
  )
})
