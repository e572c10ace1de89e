/** An agent that asks for the visitor's consent: its face says what for, and nothing begins without. */
import { describe, expect, it } from 'vitest'
import { brokerWith } from './agents.ts'
import { BROKERED, upstreamRequests } from './support.ts'

const consent = { text: 'What is said is kept for 30 days.', url: 'https://shop.example/privacy' }

describe('consent', () => {
  it('is in the face, and only where it is asked for', async () => {
    const asking = brokerWith({}, { consent })
    const other = brokerWith({})
    expect(await (await asking.ask(`/v1/agents/${asking.id}`)).json()).toMatchObject({ consent })
    expect(await (await other.ask(`/v1/agents/${other.id}`)).json()).not.toHaveProperty('consent')
  })

  it('is needed for a session, with a call or without; the provider hears nothing before', async () => {
    const { id, ask } = brokerWith({}, { consent })
    const before = await upstreamRequests()
    for (const call of [{}, { call: BROKERED }]) {
      const response = await ask('/v1/sessions', { method: 'POST', body: { agent: id, ...call } })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ code: 'consent_required' })
    }
    expect(await upstreamRequests()).toBe(before)
    const agreed = await ask('/v1/sessions', { method: 'POST', body: { agent: id, consent: true } })
    expect(agreed.status).toBe(201)
    const no = await ask('/v1/sessions', { method: 'POST', body: { agent: id, consent: false } })
    expect(no.status).toBe(400)
  })

  it('may be told to an agent that does not ask', async () => {
    const { id, ask } = brokerWith({})
    expect((await ask('/v1/sessions', { method: 'POST', body: { agent: id, consent: true } })).status).toBe(201)
  })
})
