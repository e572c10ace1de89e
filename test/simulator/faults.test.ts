import { expect, test } from 'vitest'
import { connect, respond, say } from './support/client.ts'
import { testEngines } from './support/engines.ts'
import { call, injectFault, liveCalls, mint, post, readJournal, start } from './support/run.ts'

const MODEL = '?model=gpt-realtime-2.1'

async function oneCall() {
  const engines = testEngines()
  const simulator = await start({ engines })
  const id = await call(simulator)
  engines.peers[0]?.onOpen()
  const sideband = await connect(simulator, `?call_id=${id}`)
  return { simulator, id, sideband, peers: engines.peers }
}

test('drop_call: every socket of the call is gone without a goodbye', async () => {
  const { simulator, id, sideband, peers } = await oneCall()
  expect((await injectFault(simulator, { kind: 'drop_call', call: id })).status).toBe(204)
  expect((await sideband.closed).code).toBe(1006)
  expect(peers[0]?.closed).toBe('drop')
  expect(await liveCalls(simulator)).toEqual([])
  expect(await readJournal(simulator)).toContainEqual(expect.objectContaining({ state: 'ended', reason: 'fault' }))
})

test('drop_call with keep_sideband: only the person is cut off', async () => {
  const { simulator, id, sideband, peers } = await oneCall()
  await injectFault(simulator, { kind: 'drop_call', call: id, keep_sideband: true })
  expect(peers[0]?.closed).toBe('drop')
  sideband.send(say('still here'))
  await sideband.next('conversation.item.done')
  expect(await liveCalls(simulator)).toMatchObject([{ id, state: 'peer_gone' }])
})

test('end_call says goodbye', async () => {
  const { simulator, sideband, peers } = await oneCall()
  await injectFault(simulator, { kind: 'end_call' })
  expect((await sideband.closed).code).toBe(1000)
  expect(peers[0]?.closed).toBe('close')
})

test('close_sideband leaves the call alone', async () => {
  const { simulator, id, sideband } = await oneCall()
  await injectFault(simulator, { kind: 'close_sideband', code: 1013 })
  expect((await sideband.closed).code).toBe(1013)
  const again = await connect(simulator, `?call_id=${id}`)
  again.send(say('back'))
  await again.next('conversation.item.done')
})

test('a WebSocket session is a call too', async () => {
  const simulator = await start({ engines: testEngines() })
  const dropped = await connect(simulator, MODEL)
  await injectFault(simulator, { kind: 'drop_call' })
  expect((await dropped.closed).code).toBe(1006)
  const ended = await connect(simulator, MODEL)
  await injectFault(simulator, { kind: 'end_call' })
  expect((await ended.closed).code).toBe(1000)
  const expired = await connect(simulator, MODEL)
  await injectFault(simulator, { kind: 'expire_session' })
  expect(await expired.next('error')).toMatchObject({ error: { code: 'session_expired' } })
  expect(await expired.closed).toEqual({
    code: 1001,
    reason: 'Your session hit the maximum duration of 60 minutes.',
  })
})

test('a fault hits only the call it names', async () => {
  const simulator = await start({ engines: testEngines() })
  const first = await connect(simulator, MODEL)
  const second = await connect(simulator, MODEL)
  const { session } = await first.next('session.created')
  await injectFault(simulator, { kind: 'end_call', call: (session as { id: string }).id })
  await first.closed
  second.send(say('alive'))
  await second.next('conversation.item.done')
})

test('lose_event and repeat_event', async () => {
  const { simulator, sideband, peers } = await oneCall()
  await injectFault(simulator, { kind: 'lose_event', type: 'conversation.item.added', channel: 'sideband' })
  await injectFault(simulator, { kind: 'repeat_event', type: 'conversation.item.done', count: 2 })
  for (const text of ['one', 'two', 'three']) sideband.send(say(text))
  for (let i = 0; i < 5; i++) await sideband.next('conversation.item.done')
  const count = (events: { type: string }[], type: string) => events.filter((event) => event.type === type).length
  expect(count(sideband.events, 'conversation.item.added')).toBe(2)
  expect(count(peers[0]?.events ?? [], 'conversation.item.added')).toBe(3)
  expect(count(peers[0]?.events ?? [], 'conversation.item.done')).toBe(5)
  const done = sideband.events.filter(({ type }) => type === 'conversation.item.done')
  expect(done[0]).toEqual(done[1])
  expect(await readJournal(simulator)).toContainEqual(
    expect.objectContaining({ kind: 'call', state: 'event_lost', type: 'conversation.item.added', on: 'sideband' }),
  )
})

test('fail_response fails the next response, the one after works', async () => {
  const { simulator, sideband } = await oneCall()
  await injectFault(simulator, { kind: 'fail_response', code: 'insufficient_quota' })
  sideband.send(respond())
  expect((await sideband.next('response.done')).response).toMatchObject({
    status: 'failed',
    status_details: { type: 'failed', error: { code: 'insufficient_quota' } },
    output: [],
  })
  sideband.send(respond())
  expect((await sideband.next('response.done')).response).toMatchObject({ status: 'completed' })
})

test('filter_response cuts the next response as a content filter does, the one after is whole', async () => {
  const { simulator, sideband } = await oneCall()
  await injectFault(simulator, { kind: 'filter_response' })
  sideband.send(say('one two three four five six seven'))
  sideband.send(respond())
  const cut = (await sideband.next('response.done')).response
  expect(cut).toMatchObject({
    status: 'incomplete',
    status_details: { type: 'incomplete', reason: 'content_filter' },
    output: [{ type: 'message', status: 'incomplete' }],
  })
  expect(JSON.stringify(cut)).toContain('You said')
  expect(JSON.stringify(cut)).not.toContain('seven')
  sideband.send(respond())
  const whole = (await sideband.next('response.done')).response
  expect(whole).toMatchObject({ status: 'completed', status_details: null })
})

test('fail_next fails so many requests of a route', async () => {
  const simulator = await start({ engines: testEngines() })
  await injectFault(simulator, { kind: 'fail_next', count: 2, status: 429, route: 'client_secrets' })
  expect((await fetch(`${simulator.url}/models`, { headers: { Authorization: 'Bearer sk-x' } })).status).toBe(200)
  for (const expected of [429, 429, 200]) {
    expect((await post(simulator, '/realtime/client_secrets')).status).toBe(expected)
  }
  await injectFault(simulator, { kind: 'fail_next', status: 503, route: 'websocket' })
  await expect(connect(simulator, MODEL)).rejects.toMatchObject({
    status: 503,
    body: { error: { code: 'server_error' } },
  })
  const client = await connect(simulator, MODEL)
  client.close()
})

test('delay_next holds a request back', async () => {
  const simulator = await start({ engines: testEngines() })
  await injectFault(simulator, { kind: 'delay_next', ms: 150 })
  const before = performance.now()
  await mint(simulator)
  expect(performance.now() - before).toBeGreaterThan(140)
})

test('no_candidates is handed to the network once', async () => {
  const engines = testEngines()
  const asked: (boolean | undefined)[] = []
  const { answerOffer } = engines
  engines.answerOffer = async (offer, options) => {
    asked.push(options?.noCandidates)
    if (!answerOffer) throw new Error('no fake network')
    return answerOffer(offer, options)
  }
  const simulator = await start({ engines })
  await injectFault(simulator, { kind: 'no_candidates' })
  await call(simulator)
  await call(simulator)
  expect(asked).toEqual([true, false])
})

test.for([
  [{ kind: 'explode' }, 'kind'],
  [{}, 'kind'],
  [{ kind: 'fail_next', statu: 500 }, 'statu'],
  [{ kind: 'fail_next', status: 200 }, 'status'],
  [{ kind: 'fail_next', route: 'everything' }, 'route'],
  [{ kind: 'delay_next' }, 'ms'],
  [{ kind: 'lose_event' }, 'type'],
] as const)('a wish that makes no sense is refused: %j', async ([fault, param]) => {
  const response = await injectFault(await start({ engines: testEngines() }), fault)
  expect(response.status).toBe(400)
  expect(((await response.json()) as { error: { param: string } }).error.param).toBe(param)
})

test('a fault for a call that does not exist is not found', async () => {
  const response = await injectFault(await start({ engines: testEngines() }), { kind: 'drop_call', call: 'rtc_x' })
  expect(response.status).toBe(404)
})

test('the journal is JSON Lines, and ?after= leaves out what is known', async () => {
  const { simulator, sideband } = await oneCall()
  sideband.send({ ...say('hi'), event_id: 'mine' })
  sideband.send({ type: 'nonsense' })
  await sideband.next('error')
  sideband.send(respond())
  await sideband.next('response.done')
  const all = await readJournal(simulator)
  expect(all.map(({ n }) => n)).toEqual(all.map((_, i) => i + 1))
  expect(all).toContainEqual(
    expect.objectContaining({
      direction: 'in',
      channel: 'sideband',
      event: expect.objectContaining({ event_id: 'mine' }),
    }),
  )
  expect(all).toContainEqual(expect.objectContaining({ direction: 'in', refused: 'invalid_value' }))
  const known = all[4]?.n ?? 0
  expect(await readJournal(simulator, known)).toEqual(all.slice(5))
  const bad = await fetch(`${simulator.url.replace('/v1', '/_simulator')}/journal?after=x`)
  expect(bad.status).toBe(400)
})

test('swap_event: the event comes after the next one, on that channel only', async () => {
  const { simulator, id, sideband } = await oneCall()
  await injectFault(simulator, { kind: 'swap_event', call: id, type: 'conversation.item.added', channel: 'sideband' })
  sideband.send(say('hello'))
  await sideband.next('conversation.item.added')
  expect(sideband.types().slice(-2)).toEqual(['conversation.item.done', 'conversation.item.added'])
  expect(await readJournal(simulator)).toContainEqual(expect.objectContaining({ state: 'event_swapped' }))
})

test('faults may wait for calls that are still to come, and everything that waits can be cleared', async () => {
  const simulator = await start({ engines: testEngines() })
  await injectFault(simulator, { kind: 'repeat_event', type: 'conversation.item.added', coming: true })
  const first = await connect(simulator, MODEL)
  first.send(say('hello'))
  await first.next('conversation.item.done')
  expect(first.types().filter((type) => type === 'conversation.item.added')).toHaveLength(2)
  await injectFault(simulator, { kind: 'fail_next', count: 5 })
  await injectFault(simulator, { kind: 'clear' })
  const second = await connect(simulator, MODEL)
  second.send(say('hello'))
  await second.next('conversation.item.done')
  expect(second.types().filter((type) => type === 'conversation.item.added')).toHaveLength(1)
})
