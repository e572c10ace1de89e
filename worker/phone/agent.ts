/** What of an agent goes into a session, by the way in which its visitor comes. */
import type { Agent } from '../../protocol/agent.ts'
import { codeOf, type ToolSpec } from '../../protocol/tool.ts'

/** Longest phone call (s): it cannot be rolled over into another, so it is brought to an end before the provider ends it. */
const LONGEST_PHONE_CALL_S = 3540

/** A caller has no page that could do anything or show a question. */
export function onPhone(agent: Agent): Agent {
  const { phone, limits, tools, mcp } = agent
  return {
    ...agent,
    greeting: phone?.greeting ?? agent.greeting,
    tools: tools.filter((tool) => !needsPage(tool)),
    // Nor one in which a call of an MCP server could be approved.
    mcp: mcp.filter(({ approval }) => approval === 'never'),
    limits: { ...limits, callSeconds: Math.min(limits.callSeconds, LONGEST_PHONE_CALL_S) },
  }
}

/** A page cannot be connected to somebody else. */
export function onPage(agent: Agent): Agent {
  const tools = agent.tools.filter(({ name }) => name !== 'transfer')
  return tools.length === agent.tools.length ? agent : { ...agent, tools }
}

function needsPage(tool: ToolSpec): boolean {
  const code = codeOf(tool)
  return code !== null && ('page' in code || code.consent !== null)
}
