/** The agents of this deployment, with what their ledgers say of today. */
import type { Agent, Agents } from '../../protocol/agent.ts'
import type { ConsoleAgents } from '../../protocol/console.ts'
import type { Overview } from '../ledger/overview.ts'
import { settled } from './settled.ts'

export type Ledgers = Pick<Env['LEDGERS'], 'getByName'>

export async function describeAgents(agents: Agents, ledgers: Ledgers): Promise<ConsoleAgents> {
  const named = Object.entries(agents)
  const { told, silent } = await settled(
    named.map(async ([id, agent]) => faceOf(id, agent, await ledgers.getByName(id).overview())),
  )
  return { agents: told, silent }
}

function faceOf(id: string, agent: Agent, overview: Overview): ConsoleAgents['agents'][number] {
  const { callSeconds, callUsd, sessionUsd, dayUsd, monthUsd, visitorDayUsd, concurrentCalls } = agent.limits
  const usd = (micro: number) => micro / 1_000_000
  return {
    id,
    name: agent.name,
    model: agent.model,
    voice: agent.voice,
    origins: [...agent.origins],
    retentionDays: agent.retentionDays,
    tools: agent.tools.map(({ name }) => name),
    paused: overview.paused,
    liveCalls: new Set(overview.calls.map(({ session }) => session)).size,
    deadLetters: overview.deadLetters,
    spending: { day: usd(overview.day), held: usd(overview.held), month: usd(overview.month) },
    limits: {
      ...{ callSeconds, callUsd, sessionUsd, dayUsd, concurrentCalls, visitorDayUsd },
      monthUsd: monthUsd ?? null,
    },
  }
}
