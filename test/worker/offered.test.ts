/** A page gets no other kind of call than the owner of the agent chose, whatever it asks for. */
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import type { AgentInput } from '../../protocol/agent.ts'
import { brokerWith, held } from './agents.ts'
import { BROKERED, EPHEMERAL, journal, RELAYED } from './support.ts'

const begun: string[] = []
afterEach(async () => {
  for (const id of begun.splice(0)) await env.SESSIONS.getByName(id).discard()
})

const refused: [string, Partial<AgentInput>, object][] = [
  ['an ephemeral secret of a brokered agent', { handshake: 'brokered' }, EPHEMERAL],
  ['an ephemeral secret of a relayed agent', { handshake: 'ephemeral', transport: 'relay' }, EPHEMERAL],
  ['WebRTC of a relayed agent', { transport: 'relay' }, BROKERED],
  ['the relay of an agent for WebRTC', { transport: 'webrtc' }, RELAYED],
]

describe('a call that the agent does not offer', () => {
  it.each(refused)('%s: refused, and nothing is asked of the provider', async (_, more, call) => {
    const broker = brokerWith({}, more)
    const from = (await journal()).at(-1)?.n ?? 0
    const first = await broker.start({}, call)
    expect(first.status).toBe(400)
    expect(await first.json()).toMatchObject({
      code: 'bad_request',
      detail: expect.stringContaining('this agent offers no'),
    })

    const { session, token } = await broker.textSession()
    begun.push(session)
    const next = await broker.ask(`/v1/sessions/${session}/calls`, { method: 'POST', token, body: call })
    expect(next.status).toBe(400)
    const asked = (await journal(from)).filter(({ kind }) => kind === 'request')
    expect(asked.filter(({ path }) => /calls|secrets/.test(String(path)))).toEqual([])
    expect(held(await broker.books())).toBe(0)
  })

  it('the more careful handshake is always to be had', async () => {
    const response = await brokerWith({}, { handshake: 'ephemeral' }).start({}, BROKERED)
    expect(response.status).toBe(201)
    begun.push(((await response.json()) as { session: string }).session)
  })
})
