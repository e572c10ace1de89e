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

const TYPES = [
  'session.update',
  'input_audio_buffer.append',
  'input_audio_buffer.commit',
  'input_audio_buffer.clear',
  'output_audio_buffer.clear',
  'conversation.item.create',
  'conversation.item.retrieve',
  'conversation.item.truncate',
  'conversation.item.delete',
  'response.create',
  'response.cancel',
]
const NAMES = [
  'item',
  'session',
  'response',
  'content',
  'type',
  'role',
  'id',
  'audio',
  'input',
  'output',
  'text',
  'tools',
]
const WORDS = [
  'realtime',
  'message',
  'user',
  'assistant',
  'input_text',
  'input_audio',
  'root',
  'item_1',
  'auto',
  'none',
]

const leaf = fc.oneof(fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', ...WORDS), fc.string({ maxLength: 40 }))
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NAMES, '__proto__'), fc.string({ maxLength: 8 })), tie('any'), {
      maxKeys: 4,
    }),
  ),
})).any
const event = fc.record(
  {
    type: fc.constantFrom(...TYPES),
    item: value,
    session: value,
    response: value,
    item_id: leaf,
    audio: leaf,
    content_index: leaf,
    audio_end_ms: leaf,
    previous_item_id: leaf,
    event_id: leaf,
  },
  { requiredKeys: ['type'] },
)

function newSession(emit: (event: ServerEvent) => void, log: (line: string) => void) {
  const world = {
    clock: systemClock,
    newId: createIds(1),
    timing: DEFAULT_TIMING,
    voice: async () => Promise.reject(new Error('nobody speaks here')),
    ear: async () => scriptedEar(),
    createVad,
    log,
  }
  return new Session({ world, config: newConfig(null), expiresAt: 0, emit, sink: null, responseFailure: () => 'fuzz' })
}

test('no event can make it fail, and every answer is valid', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(event, value), { minLength: 1, maxLength: 12 }), (events) => {
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
        const refusal = session.receive(JSON.stringify(sent))
        if (refusal?.code === 'server_error') faults.push(`failed on ${JSON.stringify(sent)}`)
        const accepted = refusal === null ? eventFault('client', sent) : null
        if (accepted) faults.push(`accepted although ${accepted}`)
      }
      session.close()
      expect(faults).toEqual([])
    }),
    { numRuns: 400 },
  )
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
