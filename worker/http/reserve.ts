/** Money for the first call of a new session: set aside before the provider is asked. */
import { ParleyError } from '../../protocol/errors.ts'
import { holdForNewSession, type Start } from '../ledger/desk.ts'
import type { MicroUsd } from '../ledger/money.ts'
import { readPrices } from '../ledger/prices.ts'
import type { AppContext } from './context.ts'

/** @throws ParleyError budget_exhausted | too_many_calls */
export async function reserveStart(c: AppContext, agentId: string, start: Start): Promise<MicroUsd> {
  const answer = await holdForNewSession(ledgerOf(c, agentId), start, readPrices(c.env.PRICES))
  if (answer.ok) return answer.held
  c.get('log').info('start_refused', { agent: agentId, cause: answer.code })
  throw new ParleyError(answer.code)
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
