/** Telephone calls of the simulator, with fake ears and mouth: OpenAI's own client takes them. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import OpenAI from 'openai'
import { afterEach, expect, test } from 'vitest'
import type { Simulator } from '../../simulator/server.ts'
import { readWav, writeWav } from '../../simulator/speech/wav.ts'
import { connect } from './support/client.ts'
import { testEngines } from './support/engines.ts'
import { injectFault, liveCalls, post, readJournal, start } from './support/run.ts'
import { definitionFault } from './support/schema.ts'

const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgc2ltdWxhdG9y'

interface Phone {
  call: string
  state: string
  sip_status: number | null
  end_reason: string | null
  referred_to: string[]
  webhook: { headers: Record<string, string>; body: string }
  delivery: { id: string; status: number; body: string } | null
}

const simulatorWithFakes = () => start({ engines: testEngines() })
const open: { close(): void }[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

async function phone(simulator: Simulator, path: string, body?: object): Promise<Phone> {
  const url = simulator.url.replace('/v1', `/_simulator/phone${path}`)
  const response = await fetch(url, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  const answer = await response.json()
  if (!response.ok) throw new Error(JSON.stringify(answer))
  return answer as Phone
}
const dial = (simulator: Simulator, more: object = {}) =>
  phone(simulator, '', { secret: SECRET, from: '+491701234567', to: '+4930123456', ...more })
const clientOf = (simulator: Simulator) => new OpenAI({ apiKey: 'sk-test', baseURL: simulator.url, maxRetries: 0 })
const accept = (simulator: Simulator, call: string, more: object = {}) =>
  post(simulator, `/realtime/calls/${call}/accept`, { type: 'realtime', model: 'gpt-realtime-2.1', ...more })

test('the webhook is as the provider writes and signs it: its own client takes it', async () => {
  const simulator = await simulatorWithFakes()
  const { call, webhook } = await dial(simulator, { headers: [{ name: 'X-Agent', value: 'desk' }] })
  const event = await clientOf(simulator).webhooks.unwrap(webhook.body, webhook.headers, SECRET)
  expect(definitionFault('WebhookRealtimeCallIncoming', event)).toBeNull()
  expect(event).toMatchObject({
    type: 'realtime.call.incoming',
    data: {
      call_id: call,
      sip_headers: [
        { name: 'From', value: '<sip:+491701234567@carrier.example>;tag=1' },
        { name: 'To', value: '<sip:+4930123456@sip.api.openai.com>' },
        { name: 'X-Agent', value: 'desk' },
      ],
    },
  })
})

test.for(['forged', 'late', 'early'])('a webhook may be %s: then it is refused', async (signing) => {
  const simulator = await simulatorWithFakes()
  const { webhook } = await dial(simulator, { signing })
  await expect(clientOf(simulator).webhooks.unwrap(webhook.body, webhook.headers, SECRET)).rejects.toThrow()
})

test('it is delivered, and the same bytes again on demand', async () => {
  const simulator = await simulatorWithFakes()
  const got: { headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      got.push({ headers: request.headers, body })
      response.writeHead(202).end('taken')
    })
  }).listen(0)
  open.push(server)
  const url = `http://localhost:${(server.address() as AddressInfo).port}/hook`
  const { call, delivery } = await dial(simulator, { url })
  expect(delivery).toMatchObject({ status: 202, body: 'taken' })
  await phone(simulator, `/${call}`, { do: 'deliver' })
  await phone(simulator, `/${call}`, { do: 'deliver', signing: 'good' })
  const ids = got.map(({ headers }) => headers['webhook-id'])
  expect(ids[1]).toBe(ids[0])
  expect(got[1]?.body).toBe(got[0]?.body)
  expect(ids[2]).not.toBe(ids[0])
})

test('a call that was taken is a call like any other: greeted, heard, hung up', async () => {
  const simulator = await simulatorWithFakes()
  const { call } = await dial(simulator)
  const audio = { input: { transcription: { model: 'gpt-transcribe' } } }
  await clientOf(simulator).realtime.calls.accept(call, { type: 'realtime', model: 'gpt-realtime-2.1', audio })
  const sideband = await connect(simulator, `?call_id=${call}`)
  sideband.send({ type: 'response.create' })
  const spoken = await sideband.next('response.output_audio_transcript.done')
  expect(spoken).toMatchObject({ transcript: 'Hello! How can I help you?' })
  await sideband.next('output_audio_buffer.stopped')
  expect(await liveCalls(simulator)).toMatchObject([{ id: call, transport: 'sip', state: 'live', sidebands: 1 }])

  const wav = await fetch(simulator.url.replace('/v1', `/_simulator/phone/${call}/heard`))
  const { rate, pcm } = readWav(new Uint8Array(await wav.arrayBuffer()))
  expect(rate).toBe(24_000)
  expect(pcm.some((sample) => sample !== 0)).toBe(true)

  await phone(simulator, `/${call}`, { do: 'press', keys: '4#' })
  expect(await sideband.next('input_audio_buffer.dtmf_event_received')).toMatchObject({ event: '4' })
  const loud = Int16Array.from({ length: 24_000 }, (_, n) => 12_000 * Math.sin(n / 8))
  await phone(simulator, `/${call}`, {
    do: 'play',
    wav: Buffer.from(writeWav({ rate: 24_000, pcm: loud })).toString('base64'),
  })
  await sideband.next('input_audio_buffer.speech_started')
  await sideband.next('conversation.item.input_audio_transcription.completed')

  await clientOf(simulator).realtime.calls.hangup(call)
  expect(await phone(simulator, `/${call}`)).toMatchObject({ state: 'ended', end_reason: 'hangup' })
})

test('a caller who hangs up ends the call; one who vanishes does not', async () => {
  const simulator = await simulatorWithFakes()
  for (const [act, state] of [
    ['hang_up', 'ended'],
    ['vanish', 'live'],
  ] as const) {
    const { call } = await dial(simulator)
    await accept(simulator, call)
    await connect(simulator, `?call_id=${call}`)
    expect(await phone(simulator, `/${call}`, { do: act }), act).toMatchObject({ state })
  }
})

test('a transfer is noted, and the call leaves', async () => {
  const simulator = await simulatorWithFakes()
  const { call } = await dial(simulator)
  await accept(simulator, call)
  await clientOf(simulator).realtime.calls.refer(call, { target_uri: 'tel:+493099' })
  await expect.poll(() => phone(simulator, `/${call}`)).toMatchObject({ state: 'ended', referred_to: ['tel:+493099'] })
  const states = (await readJournal(simulator)).filter((entry) => entry.call === call).map(({ state }) => state)
  expect(states).toContain('referred')
})

test('a call is turned down with 603, or as asked', async () => {
  const simulator = await simulatorWithFakes()
  const [first, second] = [await dial(simulator), await dial(simulator)]
  await clientOf(simulator).realtime.calls.reject(first.call)
  await clientOf(simulator).realtime.calls.reject(second.call, { status_code: 486 })
  expect(await phone(simulator, `/${first.call}`)).toMatchObject({ state: 'rejected', sip_status: 603 })
  expect(await phone(simulator, `/${second.call}`)).toMatchObject({ state: 'rejected', sip_status: 486 })
})

test('what cannot be is refused as by the provider', async () => {
  const simulator = await simulatorWithFakes()
  const { call } = await dial(simulator)
  const refused = async (response: Promise<Response>) => {
    const answer = await response
    const body = (await answer.json()) as { error: { code: string; param: string | null } }
    expect(definitionFault('ErrorResponse', body)).toBeNull()
    return [answer.status, body.error.code, body.error.param]
  }
  const at = (id: string, verb: string, body: object = {}) => post(simulator, `/realtime/calls/${id}/${verb}`, body)
  expect(await refused(accept(simulator, 'rtc_nobody'))).toEqual([404, 'call_id_not_found', 'call_id'])
  expect(await refused(accept(simulator, call, { surprise: 1 }))).toEqual([400, 'unknown_parameter', 'surprise'])
  expect(await refused(at(call, 'refer', { target_uri: 'tel:+1' }))).toEqual([400, 'call_not_accepted', 'call_id'])
  expect(await refused(at(call, 'refer'))).toEqual([400, 'missing_required_parameter', 'target_uri'])
  expect(await refused(at(call, 'reject', { status: 486 }))).toEqual([400, 'unknown_parameter', 'status'])
  expect((await accept(simulator, call)).status).toBe(200)
  expect(await refused(accept(simulator, call))).toEqual([400, 'call_already_accepted', 'call_id'])
  expect(await refused(at(call, 'reject'))).toEqual([400, 'call_already_accepted', 'call_id'])
  expect(await refused(at(call, 'refer', { target_uri: 'mailto:a' }))).toEqual([400, 'invalid_value', 'target_uri'])
  await phone(simulator, `/${call}`, { do: 'hang_up' })
  expect(await refused(at(call, 'refer', { target_uri: 'tel:+1' }))).toEqual([404, 'call_id_not_found', 'call_id'])
})

test('who is not answered hangs up, and faults hit these routes too', async () => {
  const simulator = await simulatorWithFakes()
  const { call } = await dial(simulator, { ring_seconds: 0.1 })
  await expect.poll(() => phone(simulator, `/${call}`)).toMatchObject({ state: 'unanswered' })
  expect((await accept(simulator, call)).status).toBe(404)
  await injectFault(simulator, { kind: 'fail_next', route: 'reject', status: 503 })
  expect((await post(simulator, `/realtime/calls/${call}/reject`)).status).toBe(503)
})
