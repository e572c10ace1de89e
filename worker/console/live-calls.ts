/**
 * What is live now. The ledgers know which calls have money set aside, and no call goes on without; how each stands, its
 * session tells. So this needs no index and is never late.
 */
import type { Agents } from '../../protocol/agent.ts'
import type { LiveCall, LiveCalls } from '../../protocol/console.ts'
import { type Places, sessionAt } from '../session/place.ts'
import type { Ledgers } from './agents.ts'
import { settled } from './settled.ts'

/** Sessions that are asked at once. A Worker of the Free plan may ask 50 others. */
const ASKED = 40

export async function liveCalls(agents: Agents, env: Places & { LEDGERS: Ledgers }, now: number): Promise<LiveCalls> {
  const ledgers = await settled(Object.keys(agents).map(async (id) => env.LEDGERS.getByName(id).overview()))
  const all = ledgers.told.flatMap(({ calls }) => calls)
  const sessions = await settled(
    all.slice(0, ASKED).map(async ({ call, session }) => sessionAt(env, session).owner().live(call)),
  )
  const calls: LiveCall[] = sessions.told.flatMap((call) => (call ? [call] : []))
  return {
    at: now,
    calls: calls.sort((a, b) => b.startedAt - a.startedAt),
    more: Math.max(0, all.length - ASKED),
    silent: ledgers.silent + sessions.silent,
  }
}
