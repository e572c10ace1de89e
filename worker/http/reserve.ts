/** What a new session needs of the ledger: it is counted, and money for its first call is set aside before the provider is asked. */
import { ParleyError } from '../../protocol/errors.ts'
import type { Count, HoldAnswer, TooFast } from '../ledger/budget.ts'
import { holdForNewSession, pacesOf, type Start } from '../ledger/desk.ts'
import type { MicroUsd } from '../ledger/money.ts'
import { readPrices } from '../ledger/prices.ts'
import type { NewSession } from '../session/contract.ts'
import type { AppContext } from './context.ts'

/** @throws ParleyError budget_exhausted | visitor_budget_exhausted | too_many_calls | rate_limited */
export async function reserveStart(c: AppContext, agentId: string, start: Start): Promise<MicroUsd> {
  const answer = await holdForNewSession(ledgerOf(c, agentId), start, readPrices(c.env.PRICES))
  if (answer.ok) return answer.held
  throw startRefused(c, agentId, answer)
}

/**
 * A session without a call, which needs no money yet.
 * @throws ParleyError rate_limited
 */
export async function countStart(c: AppContext, { agentId, agent }: NewSession, visitor: string): Promise<void> {
  const start: Count = { visitor, starts: ['session'], paces: pacesOf(agent.limits) }
  const refused = await ledgerOf(c, agentId).countStart(start)
  if (refused) throw startRefused(c, agentId, refused)
}

function startRefused(
  c: AppContext,
  agent: string,
  refused: Pick<Extract<HoldAnswer, { ok: false }>, 'code'> | TooFast,
) {
  const { whose, retryAfter } = 'whose' in refused ? refused : {}
  c.get('log').info('start_refused', { agent, cause: refused.code, whose })
  return new ParleyError(refused.code, undefined, { retryAfter })
}

/** The session never came to be. Its lease would end by itself, but then it would count as spent. */
export async function giveBack(c: AppContext, agentId: string, call: string): Promise<void> {
  try {
    await ledgerOf(c, agentId).release(call, 0)
  } catch (error) {
    c.get('log').error('release_failed', { call, cause: error instanceof Error ? error.name : 'unknown' })
  }
}

function ledgerOf(c: AppContext, agentId: string) {
  return c.env.LEDGERS.getByName(agentId)
}
