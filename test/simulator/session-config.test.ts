import { expect, test } from 'vitest'
import { newConfig, updatedConfig } from '../../simulator/realtime/session-config.ts'
import { checkSession } from '../../simulator/realtime/session-fields.ts'

const fields = (session: Record<string, unknown>) => checkSession({ type: 'realtime', ...session }, 'session')
const update = (config: ReturnType<typeof newConfig>, session: Record<string, unknown>, hasSpoken = false) =>
  updatedConfig(config, fields(session), hasSpoken)

test('only fields that are present change', () => {
  const start = newConfig(fields({ instructions: 'a', tools: [{ type: 'function', name: 't' }] }))
  const next = update(start, { audio: { output: { speed: 1.2 } } })
  expect(next).toEqual({ ...start, audio: { ...start.audio, output: { ...start.audio.output, speed: 1.2 } } })
})

test('empty values clear', () => {
  const start = newConfig(fields({ instructions: 'a', tools: [{ type: 'function', name: 't' }] }))
  expect(update(start, { instructions: '', tools: [] })).toMatchObject({ instructions: '', tools: [] })
})

test('null clears turn detection, transcription and noise reduction', () => {
  const input = { transcription: { model: 'whisper-1' }, noise_reduction: { type: 'near_field' } }
  const start = newConfig(fields({ audio: { input } }))
  const cleared = update(start, {
    audio: { input: { turn_detection: null, transcription: null, noise_reduction: null } },
  })
  expect(cleared.audio.input).toMatchObject({ turn_detection: null, transcription: null, noise_reduction: null })
})

test('turn detection keeps what an update leaves out, and starts anew with another type', () => {
  const turns = (config: ReturnType<typeof newConfig>) => config.audio.input.turn_detection
  const detect = (turn_detection: unknown) => ({ audio: { input: { turn_detection } } })
  const start = newConfig(fields(detect({ type: 'server_vad', silence_duration_ms: 700, create_response: false })))
  expect(turns(start)).toMatchObject({ threshold: 0.5, silence_duration_ms: 700, create_response: false })
  const on = update(start, detect({ type: 'server_vad', create_response: true }))
  expect(turns(on)).toMatchObject({ silence_duration_ms: 700, create_response: true })
  const semantic = update(on, detect({ type: 'semantic_vad' }))
  expect(turns(semantic)).toEqual({
    type: 'semantic_vad',
    eagerness: 'auto',
    create_response: true,
    interrupt_response: true,
  })
  const back = update(update(semantic, detect(null)), detect({ type: 'server_vad' }))
  expect(turns(back)).toMatchObject({ silence_duration_ms: 200 })
})

test('an omitted strength of noise reduction keeps the old one', () => {
  const noise = (noise_reduction: unknown) => ({ audio: { input: { noise_reduction } } })
  const start = newConfig(fields(noise({ type: 'near_field' })))
  expect(start.audio.input.noise_reduction).toEqual({ type: 'near_field', strength: 1 })
  const softer = update(start, noise({ type: 'near_field', strength: 0.4 }))
  expect(update(softer, noise({ type: 'far_field' })).audio.input.noise_reduction).toEqual({
    type: 'far_field',
    strength: 0.4,
  })
})

test('the model never changes, the voice not after it was heard, tracing not once it is on', () => {
  const start = newConfig(fields({ tracing: 'auto' }))
  expect(() => update(start, { model: 'gpt-realtime-2' })).toThrow('model')
  expect(update(start, { model: start.model })).toEqual(start)
  const voice = { audio: { output: { voice: 'cedar' } } }
  expect(update(start, voice).audio.output.voice).toBe('cedar')
  expect(() => update(start, voice, true)).toThrow('voice')
  expect(() => update(start, { tracing: null })).toThrow('Tracing')
})

test('defaults are not shared between sessions', () => {
  const first = newConfig(null)
  first.audio.output.voice = 'cedar'
  expect(newConfig(null).audio.output.voice).toBe('marin')
})
