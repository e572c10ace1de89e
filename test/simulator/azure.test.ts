/** The dialect of Azure: what differs from OpenAI, and only that. */
import { expect, test } from 'vitest'
import { connect, Refused, respond, say } from './support/client.ts'
import { type FakePeer, testEngines } from './support/engines.ts'
import { readJournal, start } from './support/run.ts'

const KEY = { 'api-key': 'a1B2'.repeat(10) }
const MODEL = 'gpt-realtime-2-1-deployed'
const session = (more: object = {}) => ({ type: 'realtime', model: MODEL, ...more })

async function azure() {
  const engines = testEngines()
  const simulator = await start({ engines, dialect: 'azure' })
  const post = async (path: string, body: FormData | object, headers: Record<string, string> = KEY) => {
    const sent = body instanceof FormData ? body : JSON.stringify(body)
    return fetch(simulator.url + path, { method: 'POST', headers, body: sent })
  }
  const openCall = async (query = '') => {
    const form = new FormData()
    form.set('sdp', 'v=0\r\n')
    form.set('session', JSON.stringify(session()))
    const response = await post(`/realtime/calls${query}`, form)
    expect(response.status).toBe(201)
    const id = response.headers.get('location')?.split('/').at(-1) ?? ''
    return { id, peer: engines.peers.at(-1) as FakePeer }
  }
  return { simulator, post, openCall }
}

async function refusal(asked: Promise<Response>) {
  const response = await asked
  const body = (await response.json()) as { error: { code: string } }
  return { status: response.status, fields: Object.keys(body.error), code: body.error.code }
}

async function socketRefusal(asked: Promise<unknown>) {
  const refused = await asked.then(() => null).catch((error: unknown) => error)
  if (!(refused instanceof Refused)) throw new Error('expected a refusal')
  return { status: refused.status, code: refused.body.error.code }
}

test('lives below /openai/v1, and nowhere else', async () => {
  const { simulator } = await azure()
  expect(new URL(simulator.url).pathname).toBe('/openai/v1')
  const elsewhere = fetch(simulator.url.replace('/openai', ''), { headers: KEY })
  expect(await refusal(elsewhere)).toEqual({ status: 404, fields: ['code', 'message'], code: '404' })
})

test('takes a key of the resource in its own header only, and says little of others', async () => {
  const { simulator, post } = await azure()
  const denied = { status: 401, fields: ['code', 'message'], code: '401' }
  const mint = (headers: Record<string, string>) => post('/realtime/client_secrets', { session: session() }, headers)
  expect((await mint(KEY)).status).toBe(200)
  expect(await refusal(mint({}))).toEqual(denied)
  expect(await refusal(mint({ 'api-key': 'sk-of-openai' }))).toEqual(denied)
  expect(await refusal(mint({ Authorization: `Bearer ${KEY['api-key']}` }))).toEqual(denied)
  // A browser has no way to bring a key to a WebSocket.
  const protocols = ['realtime', `openai-insecure-api-key.${KEY['api-key']}`]
  expect(await socketRefusal(connect(simulator, `?model=${MODEL}`, { key: null, protocols }))).toMatchObject({
    ...{ status: 401, code: '401' },
  })
  expect((await readJournal(simulator)).map(({ key }) => key)).toEqual(['sk', 'none', 'other', 'none', 'none'])
})

test('knows models by their deployments, those that write down what is said as well', async () => {
  const { simulator, post } = await azure()
  const mint = (one: object) => refusal(post('/realtime/client_secrets', { session: one }))
  const gone = { status: 404, fields: ['code', 'message'], code: 'DeploymentNotFound' }
  expect(await mint(session({ model: 'gpt-realtime-2.1' }))).toEqual(gone)
  expect(await mint({ type: 'realtime' })).toMatchObject({ status: 400, code: 'missing_required_parameter' })
  const writing = (model: string) => session({ audio: { input: { transcription: { model } } } })
  expect(await mint(writing('gpt-transcribe'))).toEqual(gone)
  expect((await post('/realtime/client_secrets', { session: writing('gpt-transcribe-deployed') })).status).toBe(200)
  const without = { key: null, headers: KEY }
  expect(await socketRefusal(connect(simulator, '?model=gpt-realtime-2.1', without))).toEqual({
    ...{ status: 404, code: 'DeploymentNotFound' },
  })

  const line = await connect(simulator, `?model=${MODEL}`, without)
  await line.next('session.created')
  const { model: _, ...update } = writing('gpt-transcribe')
  line.send({ type: 'session.update', event_id: 'mine', session: update })
  expect(await line.next('error')).toMatchObject({ error: { code: 'DeploymentNotFound', event_id: 'mine' } })
})

test('shows a page the events of the filter, and the sideband all', async () => {
  const { simulator, openCall } = await azure()
  for (const [query, hidden] of [
    ['?webrtcfilter=on', true],
    ['', false],
  ] as const) {
    const { id, peer } = await openCall(query)
    const sideband = await connect(simulator, `?call_id=${id}`, { key: null, headers: KEY })
    peer.onOpen()
    sideband.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Tell nobody.' } })
    sideband.send(say('hello'))
    sideband.send(respond())
    await sideband.next('response.done')
    expect(sideband.types()).toContain('session.updated')
    const seen = new Set(peer.events.map(({ type }) => type))
    expect(seen.has('session.updated')).toBe(!hidden)
    expect(seen.has('response.output_audio_transcript.delta')).toBe(true)
    expect(JSON.stringify(peer.events).includes('Tell nobody.')).toBe(!hidden)
  }
})

test('lists models by version, with the second in which each ends', async () => {
  const { simulator } = await azure()
  const { data } = (await (await fetch(`${simulator.url}/models`, { headers: KEY })).json()) as { data: object[] }
  expect(data).toContainEqual(expect.objectContaining({ id: 'gpt-realtime-2.1-2026-03-01', deprecation: {} }))
  const inference = Date.parse('2027-01-20') / 1000
  expect(data).toContainEqual(expect.objectContaining({ id: 'gpt-realtime-2025-08-28', deprecation: { inference } }))
})
