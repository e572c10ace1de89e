/** A call whose sound never came to flow, and the one by relay that follows it. */
import { afterEach, expect, it } from 'vitest'
import concierge from '../../../agents/concierge.ts'
import { newId } from '../../../protocol/ids.ts'
import { items } from '../inside.ts'
import { answers, ask, BROKERED, connect, createCall, createSession, RELAYED } from '../support.ts'
import { browserAt, until } from './browser.ts'

const sessions: { session: string; token: string }[] = []

afterEach(async () => {
  for (const { session, token } of sessions.splice(0)) await ask(`/v1/sessions/${session}`, { method: 'DELETE', token })
})

/** Nobody is at the other end of this offer: WebRTC does not connect. */
async function unconnected() {
  const created = await createSession({ agent: 'concierge', call: BROKERED })
  if (created.handshake !== 'brokered') throw new Error('expected a call')
  sessions.push(created)
  const widget = await connect(created.session, created.token)
  await widget.until((frames) => answers(frames).length === 1, 'the greeting that nobody hears')
  return { ...created, widget }
}

async function relayAfter({ session, token, call }: { session: string; token: string; call: string }) {
  const next = await createCall(session, token, { ...RELAYED, after: { call, because: 'unconnected' } })
  const { webSocket } = await ask(`/v1/sessions/${session}/relay?call=${next.call}`, {
    headers: { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': `parley.relay.v1, token.${next.token}` },
  })
  if (!webSocket) throw new Error('no relay')
  return { ...next, browser: browserAt(webSocket) }
}

it('says the greeting again that could not be heard, even when the widget has hung up before', async () => {
  const first = await unconnected()
  await ask(`/v1/sessions/${first.session}/calls/${first.call}/end`, { method: 'POST', token: first.token })
  const { call, browser } = await relayAfter(first)
  await browser.playAll()
  const all = async () => (await items(first.session)).filter(({ role }) => role === 'assistant')
  await until(async () => (await all()).at(-1)?.status === 'completed', 'the greeting')
  expect(await all()).toMatchObject([
    { call: first.call, text: '', status: 'interrupted', heard: { ms: 0, estimated: false } },
    { call, text: concierge.greeting },
  ])
})

it('takes nothing back where the visitor has typed: that was answered in the thread', async () => {
  const first = await unconnected()
  first.widget.send({ type: 'text', id: newId('txt_'), text: 'is there breakfast' })
  await first.widget.until((frames) => answers(frames).length >= 2, 'an answer')
  const before = (await items(first.session)).map(({ text }) => text)
  await relayAfter(first)
  await first.widget.next((frame) => frame.type === 'ready' && frame.call !== first.call, 'ready again')
  expect((await items(first.session)).map(({ text }) => text)).toEqual(before)
})

it('is refused after a call that went on elsewhere', async () => {
  const first = await unconnected()
  const elsewhere = await createCall(first.session, first.token, BROKERED)
  const late = await ask(`/v1/sessions/${first.session}/calls`, {
    method: 'POST',
    token: elsewhere.token,
    body: { ...RELAYED, after: { call: first.call, because: 'unconnected' } },
  })
  expect([late.status, await late.json()]).toMatchObject([409, { code: 'call_over', reason: 'superseded' }])
})
