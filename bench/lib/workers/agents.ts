/** Agents for the benches: a usual one, with caps so high that a bench never reaches them. None is switched off. */
import concierge from '../../../agents/concierge.ts'
import { defineAgent } from '../../../protocol/agent.ts'

const MANY = 1_000_000

const usual = {
  ...concierge,
  origins: ['http://bench.example'],
  // Its visitors listen for long, or not at all.
  idle: null,
  limits: {
    ...concierge.limits,
    // The provider's own; concierge's half hour is shorter than what a soak takes.
    callSeconds: 3600,
    visitorSessionsPerHour: MANY,
    visitorCallsPerHour: MANY,
    sessionsPerHour: MANY,
    callsPerHour: MANY,
    sessionItems: MANY,
    callUsd: MANY,
    sessionUsd: MANY,
    dayUsd: MANY,
    visitorDayUsd: null,
    concurrentCalls: MANY,
  },
}

export const agents = {
  bench: defineAgent(usual),
  /** Takes so little history into a call that ten sentences of bench/lib/upstream-main.ts fill it. */
  brief: defineAgent({ ...usual, restoreTokens: 320 }),
}
