/** Secrets and words are planted, and everything that stays behind is searched for them. The log's own test: test/worker/canary.test.ts. */
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { WebSocket } from 'ws'
import concierge from '../../agents/concierge.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { inProject } from '../../scripts/lib/paths.ts'
import { filesBelow, foundIn } from './support/canary.ts'
import { dialect } from './support/dialect.ts'
import { type Stack, startStack } from './support/stack.ts'

/** As each dialect's keys look. */
const KEY = { openai: 'sk-canary-4f1c2b9d8e7a6053', azure: 'canary4f1c2b9d8e7a60534f1c2b9d8e7a6053' }[dialect()]
const SECRET = 'canary-deployment-secret-91c7e2'
const WORDS = ['tamarind lighthouse seventeen', 'مرحبا canary زنجبيل']
const OFFER = readFileSync(inProject('test/fixtures/chromium-offer.sdp'), 'utf8')

let stack: Stack

test.beforeAll(async () => {
  stack = await startStack({ variables: { OPENAI_API_KEY: KEY, PARLEY_SECRET: SECRET } })
})
test.afterAll(() => stack.stop())

/** Types both texts into a session and waits for their answers; `frames` is everything that the broker sent. */
async function talk(session: string, token: string): Promise<string> {
  const url = `${stack.brokerUrl.replace('http', 'ws')}/v1/sessions/${session}/events`
  const socket = new WebSocket(url, ['parley.v1', `token.${token}`], { origin: stack.demoUrl })
  const frames: string[] = []
  const answered = () =>
    frames
      .map((text) => JSON.parse(text) as ServerFrame)
      .filter(
        (frame) => frame.type === 'update' && frame.item.role === 'assistant' && frame.item.status === 'completed',
      )
  socket.on('message', (data) => frames.push(String(data)))
  await new Promise<void>((resolve, reject) => socket.on('open', resolve).on('error', reject))
  for (const [n, text] of WORDS.entries()) {
    socket.send(JSON.stringify({ type: 'text', id: `txt_${n}`, text }))
    await expect.poll(() => answered().length).toBe(n + 1)
  }
  socket.close()
  return frames.join('\n')
}

test('nothing that was said and no secret stays behind in the clear', async () => {
  // The search itself, first: it must find what is there.
  for (const text of WORDS) {
    for (const stored of [text, Buffer.from(`xy${text}z`).toString('base64'), Buffer.from(`,${text}`, 'utf16le')]) {
      expect(foundIn(Buffer.concat([Buffer.from('…'), Buffer.from(stored)]), WORDS)).toEqual([text])
    }
  }

  const answers: string[] = []
  const ask = async (path: string, init: RequestInit & { token?: string } = {}) => {
    const response = await fetch(`${stack.brokerUrl}${path}`, {
      ...init,
      headers: {
        Origin: stack.demoUrl,
        ...(init.token ? { Authorization: `Bearer ${init.token}` } : {}),
        ...(init.headers ?? {}),
      },
    })
    const text = await response.text()
    answers.push(JSON.stringify([...response.headers]), text)
    return { status: response.status, text }
  }
  const call = { transport: 'webrtc', handshake: 'brokered', sdp: OFFER }
  const created = await ask('/v1/sessions', { method: 'POST', body: JSON.stringify({ agent: 'concierge', call }) })
  expect(created.status).toBe(201)
  const { session, token } = JSON.parse(created.text) as { session: string; token: string }
  const frames = await talk(session, token)
  expect(foundIn(Buffer.from(frames), WORDS)).toEqual(WORDS)
  answers.push(frames)

  // Things that go wrong, so that errors are logged too.
  await stack.simulator.fault('fail_next', { route: 'calls', status: 401 })
  const refused = await ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: JSON.stringify(call) })
  expect(refused.status).toBe(502)
  expect((await ask(`/v1/sessions/${session}/transcript?after=${SECRET}`, { token })).status).toBe(400)
  expect((await ask('/v1/agents/concierge')).status).toBe(200)
  expect((await ask('/healthz')).status).toBe(200)
  for (const type of ['application/json', 'text/markdown', 'text/plain', 'text/vtt', 'application/x-ndjson']) {
    const { text } = await ask(`/v1/sessions/${session}/transcript`, { token, headers: { Accept: type } })
    expect(foundIn(Buffer.from(text), WORDS), type).toEqual(WORDS)
  }
  await stack.killBroker()
  const state = filesBelow(stack.stateDir)
  await stack.startBroker()

  // What the killed broker wrote comes through pipes.
  await expect.poll(() => stack.brokerLog()).toContain('provider_refused')
  const log = stack.brokerLog()
  expect(foundIn(Buffer.from(log), [KEY, SECRET, token, ...WORDS, 'ice-pwd'])).toEqual([])

  expect(state.filter(({ content }) => foundIn(content, [session]).length > 0).length).toBeGreaterThan(0)
  const leaks = state.flatMap(({ path, content }) =>
    foundIn(content, [KEY, SECRET, token, ...WORDS]).map((text) => `${text} in ${path}`),
  )
  expect(leaks).toEqual([])

  const instructions = concierge.instructions.split('\n').filter((line) => line.length > 20)
  expect(instructions.length).toBeGreaterThan(5)
  expect(foundIn(Buffer.from(answers.join('\n')), [KEY, SECRET, ...instructions])).toEqual([])
  expect(answers.join('\n')).not.toContain('ek_') // a brokered call

  const built = filesBelow(inProject('dist'))
  expect(built.length).toBeGreaterThan(1)
  for (const { path, content } of built) {
    expect(foundIn(content, [KEY, SECRET, ...WORDS, ...instructions]), path).toEqual([])
  }
})

test('what was said can be read again after a crash', async () => {
  const body = JSON.stringify({ agent: 'tutor' })
  const created = await fetch(`${stack.brokerUrl}/v1/sessions`, {
    method: 'POST',
    body,
    headers: { Origin: stack.demoUrl },
  })
  const { session, token } = (await created.json()) as { session: string; token: string }
  await talk(session, token)
  await stack.killBroker()
  await stack.startBroker()
  const answer = await fetch(`${stack.brokerUrl}/v1/sessions/${session}/transcript`, {
    headers: { Origin: stack.demoUrl, Authorization: `Bearer ${token}`, Accept: 'text/plain' },
  })
  expect(foundIn(Buffer.from(await answer.text()), WORDS)).toEqual(WORDS)
})
