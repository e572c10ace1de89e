import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { agents } from '../../agents/index.ts'
import { AgentIdSchema } from '../../protocol/ids.ts'

describe('the agents that ship', () => {
  it.each(Object.keys(agents))('%s has a name that data-agent takes', (id) => {
    expect(v.is(AgentIdSchema, id)).toBe(true)
  })

  it('show both handshakes', () => {
    expect(Object.values(agents).map((agent) => agent.handshake)).toEqual(['brokered', 'ephemeral'])
  })
})
