/** Many agents that are alike, so that each cell has a ledger of its own. */
import * as v from 'valibot'
import { defineAgent } from '../../../protocol/agent.ts'
import { tool } from '../../../protocol/tool.ts'
import { AGENTS, CHAOS_ORIGIN, INSTRUCTIONS, TOOL } from '../constants.ts'

/** Long enough (ms) for a fault to strike meanwhile. */
const AT_WORK_MS = 250

/** Says in the log that it was run: it must not be run twice for one call. */
const almanac = tool({
  name: TOOL,
  description: 'Looks something up.',
  parameters: v.object({}),
  async execute(_, { callId }) {
    console.log(JSON.stringify({ chaos: 'tool', call: callId }))
    await new Promise((done) => setTimeout(done, AT_WORK_MS))
    return { page: 'seven' }
  },
})

const agent = defineAgent({
  name: 'Chaos',
  instructions: INSTRUCTIONS,
  origins: [CHAOS_ORIGIN],
  tools: [almanac],
  limits: { callSeconds: 3600, dayUsd: 100, callUsd: 20, sessionUsd: 50 },
  // Its clock jumps; nobody could have said anything meanwhile.
  idle: null,
})

export const agents = Object.fromEntries(Array.from({ length: AGENTS }, (_, n) => [`chaos-${n}`, agent]))
