/** What a new session needs of the ledger: it is counted, and money for its first call is set aside before the provider is asked. */
import { ParleyError } from '../../protocol/errors.ts'
import type { Count, HoldAnswer, Paces, TooFast } from '../ledger/budget.ts'
import { holdForNewSession, pacesOf, STARTS, type Start } from '../ledger/desk.ts'
import type { MicroUsd } from '../ledger/money.ts'
import { readPrices } from '../ledger/prices.ts'
import type { NewSession } from '../session/contract.ts'
import type { AppContext } from './context.ts'

/**
 * A session without a call, which needs no money yet.
 * @throws ParleyError rate_limited
 */
export async function countStart(c: AppContext, { agentId, agent }: NewSession, visitor: string): Promise<void> {
  const start: Count = { visitor, starts: ['session'], paces: pacesOf(agent.limits) }
  const refused = await c.env.LEDGERS.getByName(agentId).countStart(start)
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

export class Reservation {
  readonly #c: AppContext
  readonly #agentId: string
  readonly #call: string
  readonly #paces: Paces
  readonly #answer: Promise<HoldAnswer>

  /** Asks the ledger at once, whether or not the answer turns out to be needed. */
  constructor(c: AppContext, agentId: string, start: Start) {
    this.#c = c
    this.#agentId = agentId
    this.#call = start.call
    this.#paces = pacesOf(start.agent.limits)
    this.#answer = holdForNewSession(this.#ledger, start, readPrices(c.env.PRICES))
    this.#answer.catch(() => {}) // told to whoever asks for it
  }

  /** @throws ParleyError budget_exhausted | visitor_budget_exhausted | too_many_calls | rate_limited */
  async held(): Promise<MicroUsd> {
    const answer = await this.#answer.catch(async (error: unknown) => {
      await this.giveBack() // the answer may have been lost, and not the question
      throw error
    })
    if (answer.ok) return answer.held
    throw startRefused(this.#c, this.#agentId, answer)
  }

  /** The session never came to be. Its lease would end by itself, but then it would count as spent. */
  giveBack(): Promise<void> {
    return this.#release(() => this.#ledger.release(this.#call, 0))
  }

  /** It was no start, but one that was made before and is asked for again: it does not count either. */
  undo(): Promise<void> {
    return this.#release(() => this.#ledger.undo(this.#call, { starts: STARTS, paces: this.#paces }))
  }

  async #release(release: () => Promise<void>): Promise<void> {
    try {
      const isHeld = await this.#answer.then(
        ({ ok }) => ok,
        () => true, // nobody knows
      )
      if (isHeld) await release()
    } catch (error) {
      const cause = error instanceof Error ? error.name : 'unknown'
      this.#c.get('log').error('release_failed', { call: this.#call, cause })
    }
  }

  /** A fresh stub for each question: one that has thrown stays broken (anchors-broker.md 2.2). */
  get #ledger() {
    return this.#c.env.LEDGERS.getByName(this.#agentId)
  }
}
