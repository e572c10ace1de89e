/** Nonsense from clients is answered, and calls that are over leave nothing behind. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemClock } from '../../simulator/clock.ts'
import { createIds } from '../../simulator/ids.ts'
import { createVad } from '../../simulator/media/vad.ts'
import { Session } from '../../simulator/realtime/session.ts'
import { newConfig } from '../../simulator/realtime/session-config.ts'
import { DEFAULT_TIMING, type ServerEvent } from '../../simulator/realtime/world.ts'
import { scriptedEar, testEngines } from './support/engines.ts'
import { createOfferer } from './support/offerer.ts'
import { liveCalls, post, start } from './support/run.ts'
import { eventFault } from './support/schema.ts'

const image_url = 'data:image/png;base64,AAAA'
const audio = Buffer.alloc(9600).toString('base64')
const message = (role: string, ...content: unknown[]) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role, content },
})
const update = (session: Record<string, unknown>) => ({
  type: 'session.update',
  session: { type: 'realtime', ...session },
})
const input = (fields: Record<string, unknown>) => update({ audio: { input: fields } })

/** Events as they should be. */
const VALID: Record<string, unknown>[] = [
  update({ instructions: 'x', output_modalities: ['text'], max_output_tokens: 9, truncation: 'auto', tracing: 'auto' }),
  update({
    tools: [{ type: 'function', name: 't', parameters: { type: 'object' } }],
    tool_choice: { type: 'function', name: 't' },
  }),
  update({ audio: { output: { voice: { id: 'voice_1' }, speed: 1.5 } }, reasoning: { effort: 'low' } }),
  update({ truncation: { type: 'retention_ratio', retention_ratio: 0.5, token_limits: { post_instructions: 10 } } }),
  input({ turn_detection: { type: 'server_vad', threshold: 0.4, idle_timeout_ms: 5000 } }),
  input({ turn_detection: { type: 'semantic_vad', eagerness: 'low' }, noise_reduction: { type: 'far_field' } }),
  input({ turn_detection: null, transcription: { model: 'gpt-transcribe', keywords: ['a'] } }),
  { type: 'input_audio_buffer.append', audio },
  { type: 'input_audio_buffer.commit' },
  { type: 'input_audio_buffer.clear', event_id: 'mine' },
  { ...message('user', { type: 'input_text', text: 'hi' }), previous_item_id: 'root' },
  message('user', { type: 'input_audio', audio, transcript: 'hi' }, { type: 'input_image', image_url, detail: 'low' }),
  message('assistant', { type: 'output_text', text: 'hi' }),
  message('system', { type: 'input_text', text: 'hi' }),
  {
    type: 'conversation.item.create',
    item: { id: 'f', type: 'function_call', name: 't', call_id: 'c', arguments: '{}' },
  },
  { type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'c', output: 'x' } },
  { type: 'conversation.item.retrieve', item_id: 'f' },
  { type: 'conversation.item.truncate', item_id: 'f', content_index: 0, audio_end_ms: 0 },
  { type: 'conversation.item.delete', item_id: 'f' },
  { type: 'response.create' },
  {
    type: 'response.create',
    response: { conversation: 'none', metadata: { a: 'b' }, input: [{ type: 'item_reference', id: 'f' }] },
  },
  { type: 'response.create', response: { input: [message('user').item], instructions: 'x', tool_choice: 'none' } },
  { type: 'response.cancel', response_id: 'resp_1' },
]

const oddity = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 1.5, 99_999, '', [], {}, [null], ['text', 'audio'], 'x'.repeat(600)),
  fc.jsonValue({ maxDepth: 2 }),
)
/** A valid event, sometimes with something odd at one place in it, at any depth. */
const event = fc
  .record({
    valid: fc.constantFrom(...VALID),
    spoilt: fc.boolean(),
    place: fc.nat(),
    name: fc.constantFrom('', '__proto__', 'x'),
    oddity,
  })
  .map(({ valid, spoilt, place, name, oddity }) => (spoilt ? withOddity(valid, place, name, oddity) : valid))

/** `name` = '' replaces the value there, else adds a field to the object there. */
function withOddity(valid: Record<string, unknown>, place: number, name: string, oddity: unknown): unknown {
  let at = 0
  const places = JSON.stringify(valid).split(/[:[,]/).length
  return JSON.parse(JSON.stringify(valid), (_key, value) => {
    if (at++ !== place % places) return value
    if (name === '' || typeof value !== 'object' || value === null) return oddity
    return Object.defineProperty(value, name, { value: oddity, enumerable: true })
  })
}

function newSession(emit: (event: ServerEvent) => void, log: (line: string) => void) {
  const world = {
    clock: systemClock,
    readSession: (session: unknown) => session,
    newId: createIds(1),
    timing: DEFAULT_TIMING,
    voice: async () => Promise.reject(new Error('nobody speaks here')),
    ear: async () => scriptedEar(),
    createVad,
    log,
  }
  return new Session({
    world,
    config: newConfig(null),
    expiresAt: 0,
    emit,
    sink: null,
    responseFault: () => ({ failsWith: 'fuzz' }),
  })
}

test('no event can make it fail, and every answer is valid', () => {
  const seen = { accepted: 0, refused: 0 }
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 20 }), (events) => {
      const faults: string[] = []
      const session = newSession(
        ({ type, ...rest }) => {
          const fault = eventFault('server', JSON.parse(JSON.stringify({ type, event_id: 'event_1', ...rest })))
          if (fault) faults.push(fault)
        },
        (line) => faults.push(line),
      )
      session.greet()
      for (const sent of events) {
        const refusal = session.receive(JSON.stringify(sent) ?? 'null')
        seen[refusal ? 'refused' : 'accepted'] += 1
        if (refusal?.code === 'server_error') faults.push(`failed on ${JSON.stringify(sent)}`)
        const accepted = refusal === null ? eventFault('client', sent) : null
        if (accepted) faults.push(`accepted although ${accepted}`)
      }
      session.close()
      expect(faults).toEqual([])
    }),
    { numRuns: 300 },
  )
  // Else this would have tested only one half.
  expect(seen.accepted).toBeGreaterThan(500)
  expect(seen.refused).toBeGreaterThan(500)
})

test('twenty real calls leave no sockets behind', async () => {
  const simulator = await start({
    engines: { ...testEngines(), answerOffer: (await import('../../simulator/media/peer.ts')).answerOffer },
  })
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length
  const before = sockets()
  for (let i = 0; i < 20; i++) {
    const caller = await createOfferer()
    const body = new FormData()
    body.set('sdp', caller.offerSdp)
    const headers = { Authorization: 'Bearer sk-test' }
    const response = await fetch(`${simulator.url}/realtime/calls`, { method: 'POST', headers, body })
    await caller.connect(await response.text())
    const id = response.headers.get('location')?.split('/').at(-1)
    if (i % 2 === 0) expect((await post(simulator, `/realtime/calls/${id}/hangup`)).status).toBe(200)
    await caller.close()
  }
  await expect.poll(() => liveCalls(simulator), { timeout: 10_000 }).toEqual([])
  await expect.poll(sockets, { timeout: 10_000 }).toBe(before)
})
