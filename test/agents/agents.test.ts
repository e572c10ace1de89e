import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { agents } from '../../agents/index.ts'
import { AgentIdSchema } from '../../protocol/ids.ts'
import { codeOf } from '../../protocol/tool.ts'

describe('the agents that ship', () => {
  it.each(Object.keys(agents))('%s has a name that data-agent takes', (id) => {
    expect(v.is(AgentIdSchema, id)).toBe(true)
  })

  it('show both handshakes', () => {
    expect(Object.values(agents).map((agent) => agent.handshake)).toEqual(['brokered', 'ephemeral'])
  })

  it('the concierge adds up what a stay costs, and asks again for what makes no sense', async () => {
    const [price] = agents.concierge.tools
    const code = price && codeOf(price)
    const context = { signal: AbortSignal.abort(), callId: 'c', session: 's', agent: 'a', person: null, env: {} }
    const run = code && 'run' in code ? code.run : undefined
    expect(run?.({ nights: 3, harbourView: true, dogs: 1 }, context)).toEqual({ euros: 530 })
    expect(code?.check({ nights: 0, harbourView: true, dogs: 1 })).toMatchObject({
      ok: false,
      problems: expect.stringMatching(/^nights: /),
    })
  })
})
