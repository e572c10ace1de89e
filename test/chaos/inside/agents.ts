/** Many agents that are alike, so that each cell has a ledger of its own. */
import { defineAgent } from '../../../protocol/agent.ts'
import { AGENTS, CHAOS_ORIGIN, INSTRUCTIONS } from '../constants.ts'

const agent = defineAgent({
  name: 'Chaos',
  instructions: INSTRUCTIONS,
  origins: [CHAOS_ORIGIN],
  limits: { callSeconds: 3600, dayUsd: 100, callUsd: 20, sessionUsd: 50 },
  // Its clock jumps; nobody could have said anything meanwhile.
  idle: null,
})

export const agents = Object.fromEntries(Array.from({ length: AGENTS }, (_, n) => [`chaos-${n}`, agent]))
