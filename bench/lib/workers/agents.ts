/** One agent for the benches: a usual one, with caps so high that a bench never reaches them. None is switched off. */
import concierge from '../../../agents/concierge.ts'
import { defineAgent } from '../../../protocol/agent.ts'

const MANY = 1_000_000

export const agents = {
  bench: defineAgent({
    ...concierge,
    origins: ['http://bench.example'],
    limits: { ...concierge.limits, sessionItems: MANY, dayUsd: MANY, sessionUsd: MANY, concurrentCalls: MANY },
  }),
}
