/** docs/events.md against protocol/events.ts, and the receiver in it against what the broker sends. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { expect, it, onTestFinished, vi } from 'vitest'
import { defineAgent } from '../../protocol/agent.ts'
import { EventSchema, isTold } from '../../protocol/events.ts'
import { handOver } from '../../protocol/hand-over.ts'

const page = readFileSync('docs/events.md', 'utf8')

it('the table in docs/events.md has every event with every field, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z_.]+)` \| ((?:`\w+` ?)+) \|/gm)]
  const told = rows.map(([, type, fields = '']) => [type, [...fields.matchAll(/\w+/g)].map(([field]) => field)])
  const known = EventSchema.options.map(({ entries }) => [
    entries.type.literal,
    Object.keys(entries.data.entries).filter((field) => field !== 'session' && field !== 'agent'),
  ])
  expect(told).toEqual(known)
})

it('the receiver in docs/events.md takes what is signed, once, and nothing else', async () => {
  const [, code = ''] = /```js\n([\s\S]+?)```/.exec(page) ?? []
  expect(code.split('\n').length).toBeLessThanOrEqual(20)
  const good = 'a secret for an example'
  const port = await freePort()
  const env = { ...process.env, EVENTS_SHOP: secretOf(good), PORT: String(port) }
  const receiver = spawn(process.execPath, ['--input-type=module', '--eval', code], { env })
  onTestFinished(() => void receiver.kill())
  let printed = ''
  receiver.stdout.on('data', (piece) => {
    printed += piece
  })
  const body = JSON.stringify({
    type: 'session.started',
    timestamp: new Date().toISOString(),
    data: { session: 'ses_1', agent: 'shop', origin: 'https://shop.example.com', identified: false },
  })
  const post = async (sent: string, keys: string[]) => {
    const now = new Date()
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': keys.map((key) => new Webhook(secretOf(key)).sign('evt_1', now, body)).join(' '),
    }
    return (await fetch(`http://localhost:${port}/`, { method: 'POST', headers, body: sent })).status
  }
  await vi.waitFor(async () => expect(await post(body, [good])).toBe(204), { timeout: 10_000 })
  expect(await post(body, ['the next one', good])).toBe(204)
  expect(await post(`${body} `, [good])).toBe(401)
  expect(await post(body, ['another'])).toBe(401)
  await vi.waitFor(() => expect(printed).toBe('session.started ses_1\n'))
})

it('an agent that hands over must tell somebody', () => {
  const base = { name: 'A', instructions: 'B', origins: ['*'], tools: [handOver()] }
  const place = { url: 'https://shop.com/', secret: 'EVENTS_SHOP' }
  expect(() => defineAgent(base)).toThrow(/hand_over needs `events`/)
  expect(() => defineAgent({ ...base, events: { ...place, only: ['call.ended'] } })).toThrow(/hand_over needs/)
  expect(defineAgent({ ...base, events: { ...place, only: ['hand_over'] } }).events?.only).toEqual(['hand_over'])
  expect(defineAgent({ ...base, events: place }).tools).toHaveLength(1)
  expect(() => handOver({ replyHours: 0 })).toThrow(/replyHours: /)
  expect(isTold(undefined, 'call.ended')).toBe(false)
})

const secretOf = (text: string) => `whsec_${Buffer.from(text).toString('base64')}`

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
