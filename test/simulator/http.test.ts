import { expect, test } from 'vitest'
import { connect, Refused } from './support/client.ts'
import { testEngines } from './support/engines.ts'
import { call, liveCalls, mint, post, readJournal, start } from './support/run.ts'
import { definitionFault } from './support/schema.ts'

const simulatorWithFakes = () => start({ engines: testEngines() })

async function refusal(response: Response) {
  const body = (await response.json()) as { error: { code: string; param: string | null } }
  expect(definitionFault('ErrorResponse', body)).toBeNull()
  return { status: response.status, code: body.error.code, param: body.error.param }
}

test('a client secret comes with the whole effective session', async () => {
  const simulator = await simulatorWithFakes()
  const request = {
    expires_after: { anchor: 'created_at', seconds: 45 },
    session: {
      type: 'realtime',
      model: 'gpt-realtime-2.1-mini',
      instructions: 'Be kind.',
      audio: { output: { voice: 'cedar' } },
    },
  }
  const response = await post(simulator, '/realtime/client_secrets', request, { 'OpenAI-Safety-Identifier': 'h4sh' })
  const body = (await response.json()) as { value: string; expires_at: number; session: object }
  expect(response.status).toBe(200)
  expect(definitionFault('RealtimeCreateClientSecretResponse', body)).toBeNull()
  expect(body.value).toMatch(/^ek_/)
  expect(Math.abs(body.expires_at - 45 - Date.now() / 1000)).toBeLessThan(3)
  expect(body.session).toMatchObject({
    object: 'realtime.session',
    expires_at: 0,
    model: 'gpt-realtime-2.1-mini',
    instructions: 'Be kind.',
    output_modalities: ['audio'],
    audio: { output: { voice: 'cedar' }, input: { turn_detection: { type: 'server_vad', create_response: true } } },
  })
  expect(await readJournal(simulator)).toMatchObject([
    { kind: 'request', key: 'sk', status: 200, ttl_seconds: 45, safety_identifier: 'h4sh' },
  ])
})

test('an empty request for a client secret gets the defaults', async () => {
  const response = await post(await simulatorWithFakes(), '/realtime/client_secrets')
  const body = (await response.json()) as { expires_at: number }
  expect(response.status).toBe(200)
  expect(Math.abs(body.expires_at - 600 - Date.now() / 1000)).toBeLessThan(3)
})

test.for([
  [{ expires_after: { anchor: 'created_at', seconds: 9 } }, 'integer_below_min_value', 'expires_after.seconds'],
  [{ expires_after: { anchor: 'created_at', seconds: 7201 } }, 'integer_above_max_value', 'expires_after.seconds'],
  [{ expires_after: { anchor: 'now' } }, 'invalid_value', 'expires_after.anchor'],
  [{ session: {} }, 'missing_required_parameter', 'session.type'],
  [{ session: { type: 'realtime', surprise: 1 } }, 'unknown_parameter', 'session.surprise'],
  [{ session: { type: 'realtime', modalities: ['audio'] } }, 'beta_api_shape_disabled', 'session.modalities'],
  [
    { session: { type: 'realtime', output_modalities: ['audio', 'text'] } },
    'invalid_value',
    'session.output_modalities',
  ],
  [{ session: { type: 'transcription' } }, 'invalid_value', 'session.type'],
  [{ surprise: 1 }, 'unknown_parameter', 'surprise'],
  ['{"session":', 'invalid_json', null],
] as const)('a bad client secret request is refused: %j', async ([body, code, param]) => {
  const response = await post(await simulatorWithFakes(), '/realtime/client_secrets', body)
  expect(await refusal(response)).toEqual({ status: 400, code, param })
})

test('models that do not exist are refused everywhere', async () => {
  const simulator = await simulatorWithFakes()
  const session = { type: 'realtime', model: 'gpt-4o-realtime-preview' }
  const minted = await post(simulator, '/realtime/client_secrets', { session })
  expect(await refusal(minted)).toEqual({ status: 404, code: 'model_not_found', param: 'session.model' })
  await expect(connect(simulator, '?model=nobody')).rejects.toMatchObject({
    status: 404,
    body: { error: { code: 'model_not_found' } },
  })
})

test('any sk- key is accepted, every other is refused', async () => {
  const simulator = await simulatorWithFakes()
  for (const path of ['/realtime/client_secrets', '/realtime/calls', '/realtime/calls/rtc_x/hangup']) {
    for (const Authorization of ['Bearer nonsense', 'Bearer ek_made_up', 'Basic sk-test']) {
      const response = await post(simulator, path, {}, { Authorization })
      expect(response.status).toBe(401)
      expect(definitionFault('ErrorResponse', await response.json())).toBeNull()
    }
  }
  const error = await connect(simulator, '?model=gpt-realtime-2.1', { key: 'ek_made_up' }).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(Refused)
  expect(error).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } })
})

test('a client secret neither mints nor hangs up nor lists models', async () => {
  const simulator = await simulatorWithFakes()
  const headers = { Authorization: `Bearer ${await mint(simulator)}` }
  expect((await post(simulator, '/realtime/client_secrets', {}, headers)).status).toBe(401)
  expect((await post(simulator, `/realtime/calls/${await call(simulator)}/hangup`, undefined, headers)).status).toBe(
    401,
  )
  expect((await fetch(`${simulator.url}/models`, { headers })).status).toBe(401)
})

test('a client secret works until it expires', async () => {
  let now = Date.now()
  const clock = { now: () => now, after: () => () => {} }
  const simulator = await start({ engines: testEngines(), clock })
  const secret = await mint(simulator, { expires_after: { anchor: 'created_at', seconds: 10 } })
  const offer = () =>
    post(simulator, '/realtime/calls', 'v=0\r\n', {
      Authorization: `Bearer ${secret}`,
      'Content-Type': 'application/sdp',
    })
  expect((await offer()).status).toBe(201)
  expect((await offer()).status).toBe(201)
  now += 11_000
  expect(await refusal(await offer())).toEqual({ status: 401, code: 'invalid_api_key', param: null })
  expect(await liveCalls(simulator)).toHaveLength(2)
})

test('a call by client secret: raw SDP in, 201 with the answer and its id', async () => {
  const simulator = await simulatorWithFakes()
  const secret = await mint(simulator, { session: { type: 'realtime', instructions: 'bound' } })
  const headers = { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/sdp' }
  const response = await post(simulator, '/realtime/calls', 'v=0\r\n', headers)
  expect(response.status).toBe(201)
  expect(response.headers.get('content-type')).toBe('application/sdp')
  expect(response.headers.get('location')).toMatch(/^\/v1\/realtime\/calls\/rtc_\w+$/)
  expect(await response.text()).toMatch(/^v=0/)
  const [entry] = (await readJournal(simulator)).filter(({ path }) => path === '/v1/realtime/calls')
  expect(entry).toMatchObject({ key: 'ek', handshake: 'ephemeral', status: 201 })
})

test.for(['strings', 'files'])('a unified call: multipart with sdp and session as %s', async (form) => {
  const simulator = await simulatorWithFakes()
  const part = (text: string, type: string) => (form === 'files' ? new Blob([text], { type }) : text)
  const body = new FormData()
  body.set('sdp', part('v=0\r\n', 'application/sdp'))
  body.set('session', part(JSON.stringify({ type: 'realtime', instructions: 'mine' }), 'application/json'))
  const headers = { Authorization: 'Bearer sk-test' }
  const response = await fetch(`${simulator.url}/realtime/calls`, { method: 'POST', headers, body })
  expect(response.status).toBe(201)
  const id = response.headers.get('location')?.split('/').at(-1)
  expect(await liveCalls(simulator)).toMatchObject([{ id, transport: 'webrtc', state: 'connecting' }])
})

test.for([
  [{ sdp: 'v=0\r\n', session: '{"type":"realtime"}', extra: '1' }, 'unknown_parameter', 'extra'],
  [{ session: '{"type":"realtime"}' }, 'missing_required_parameter', 'sdp'],
  [{ sdp: 'v=0\r\n', session: '{}' }, 'missing_required_parameter', 'session.type'],
  [{ sdp: 'v=0\r\n', session: '{' }, 'invalid_json', 'session'],
  [{ sdp: 'hello', session: '{"type":"realtime"}' }, 'invalid_offer', 'sdp'],
] as const)('a bad unified call is refused: %j', async ([parts, code, param]) => {
  const simulator = await simulatorWithFakes()
  const body = new FormData()
  for (const [name, text] of Object.entries(parts)) body.set(name, text)
  const headers = { Authorization: 'Bearer sk-test' }
  const response = await fetch(`${simulator.url}/realtime/calls`, { method: 'POST', headers, body })
  expect(await refusal(response)).toEqual({ status: 400, code, param })
  expect(await liveCalls(simulator)).toEqual([])
})

test('raw SDP needs a client secret, and only SDP or a form is taken', async () => {
  const simulator = await simulatorWithFakes()
  const raw = await post(simulator, '/realtime/calls', 'v=0\r\n', { 'Content-Type': 'application/sdp' })
  expect(await refusal(raw)).toMatchObject({ status: 400, param: 'session' })
  const json = await post(simulator, '/realtime/calls', {})
  expect(await refusal(json)).toMatchObject({ status: 400, code: 'unsupported_content_type' })
})

test('a real offer that cannot be used is a bad request, not a crash', async () => {
  const body = new FormData()
  body.set('sdp', 'v=0\r\nthis is not SDP\r\n')
  const headers = { Authorization: 'Bearer sk-test' }
  const simulator = await start()
  const response = await fetch(`${simulator.url}/realtime/calls`, { method: 'POST', headers, body })
  expect(await refusal(response)).toEqual({ status: 400, code: 'invalid_offer', param: 'sdp' })
})

test('a hang-up ends the call: 200 with an empty body, then 404', async () => {
  const engines = testEngines()
  const simulator = await start({ engines })
  const id = await call(simulator)
  const response = await post(simulator, `/realtime/calls/${id}/hangup`)
  expect([response.status, await response.text()]).toEqual([200, ''])
  expect(engines.peers[0]?.closed).toBe('close')
  expect(await liveCalls(simulator)).toEqual([])
  expect(await refusal(await post(simulator, `/realtime/calls/${id}/hangup`))).toMatchObject({
    status: 404,
    code: 'call_id_not_found',
  })
  expect(await readJournal(simulator)).toContainEqual(
    expect.objectContaining({ state: 'ended', reason: 'hangup', call: id }),
  )
})

test('models are listed, with the day on which they go', async () => {
  const simulator = await simulatorWithFakes()
  const headers = { Authorization: 'Bearer sk-test' }
  const list = (await (await fetch(`${simulator.url}/models`, { headers })).json()) as { data: object[] }
  expect(list.data).toContainEqual(expect.objectContaining({ id: 'gpt-realtime-2.1', object: 'model' }))
  expect(list.data).toContainEqual(expect.objectContaining({ id: 'gpt-realtime', shutdown_date: '2027-01-20' }))
  expect((await fetch(`${simulator.url}/models/gpt-realtime-2.1`, { headers })).status).toBe(200)
  expect((await fetch(`${simulator.url}/models/unknown`, { headers })).status).toBe(404)
})

test('pages of other origins may call, with any header, and read Location', async () => {
  const simulator = await simulatorWithFakes()
  const preflight = await fetch(`${simulator.url}/realtime/calls`, {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://shop.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,x-openai-agents-sdk',
    },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type,x-openai-agents-sdk')
  const answer = await post(simulator, '/realtime/calls', 'nonsense')
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(answer.headers.get('access-control-expose-headers')).toBe('Location')
})

test('the beta is gone: header, subprotocol and routes', async () => {
  const simulator = await simulatorWithFakes()
  const beta = { 'OpenAI-Beta': 'realtime=v1' }
  const expected = { status: 400, code: 'beta_api_shape_disabled' }
  expect(await refusal(await post(simulator, '/realtime/client_secrets', {}, beta))).toMatchObject(expected)
  expect(await refusal(await post(simulator, '/realtime/sessions', {}))).toMatchObject(expected)
  expect(await refusal(await post(simulator, '/realtime?model=gpt-realtime-2.1', 'v=0'))).toMatchObject(expected)
  for (const options of [{ headers: beta }, { protocols: ['realtime', 'openai-beta.realtime-v1'] }]) {
    const client = await connect(simulator, '?model=gpt-realtime-2.1', options)
    expect(await client.next('error')).toMatchObject({ error: { code: 'beta_api_shape_disabled' } })
    expect(await client.closed).toEqual({ code: 4000, reason: 'invalid_request_error.beta_api_shape_disabled' })
    expect(client.types()).toEqual(['error'])
  }
})

test('unknown routes and methods have the envelope too', async () => {
  const simulator = await simulatorWithFakes()
  expect(await refusal(await post(simulator, '/nowhere'))).toMatchObject({ status: 404, code: 'unknown_url' })
  expect(await refusal(await fetch(`${simulator.url}/realtime/client_secrets`))).toMatchObject({ status: 405 })
  await expect(connect(simulator, '')).rejects.toMatchObject({ status: 400, body: { error: { param: 'model' } } })
})

test('the subprotocol realtime is selected', async () => {
  const simulator = await simulatorWithFakes()
  const { WebSocket } = await import('ws')
  const key = `openai-insecure-api-key.${await mint(simulator)}`
  const socket = new WebSocket(`ws://127.0.0.1:${simulator.port}/v1/realtime?model=gpt-realtime-2.1`, ['realtime', key])
  await new Promise((resolve) => socket.once('open', resolve))
  expect(socket.protocol).toBe('realtime')
  socket.close()
})

test('the journal never shows a key', async () => {
  const simulator = await simulatorWithFakes()
  const secret = await mint(simulator)
  const protocols = ['realtime', `openai-insecure-api-key.${secret}`]
  const client = await connect(simulator, '?model=gpt-realtime-2.1', { key: null, protocols })
  await client.next('session.created')
  const journal = JSON.stringify(await readJournal(simulator))
  expect(journal).not.toContain(secret)
  expect(journal).not.toContain('sk-test')
  expect((await readJournal(simulator)).filter(({ kind }) => kind === 'request').map(({ key }) => key)).toEqual([
    'sk',
    'ek',
  ])
})
