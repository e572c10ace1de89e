/** What an agent's limits mean in money, for everybody who asks a ledger. */
import type { Agent } from '../../protocol/agent.ts'
import { MAX_FACT, MAX_FACTS } from '../../protocol/built-in-tools.ts'
import type { Caps, Hold, HoldAnswer, Paces } from './budget.ts'
import { type NextAnswer, textTokens, worstCase } from './cost.ts'
import { type MicroUsd, microUsd } from './money.ts'
import { modelPrice, type Prices, transcriptionPrice } from './prices.ts'

/** For some answers we give instructions of our own instead of the agent's, with no more tokens than this. */
const LONGEST_OWN_INSTRUCTIONS = 300

/** What others may ask of a ledger. */
export interface LedgerPort {
  hold(ask: Hold): Promise<HoldAnswer>
  release(id: string, spent: MicroUsd | null): Promise<void>
}

export function capsOf({ limits }: Agent): Caps {
  return {
    day: microUsd(limits.dayUsd),
    visitorDay: microUsdOrNone(limits.visitorDayUsd),
    month: microUsdOrNone(limits.monthUsd),
    calls: limits.concurrentCalls,
    paces: pacesOf(limits),
  }
}

/** Sessions from before these limits existed keep the agent that they began with: nothing is counted there. */
export function pacesOf(limits: Partial<Agent['limits']>): Paces {
  const { sessionsPerHour = Infinity, callsPerHour = Infinity } = limits
  const { visitorSessionsPerHour = Infinity, visitorCallsPerHour = Infinity } = limits
  return {
    agent: { session: sessionsPerHour, call: callsPerHour },
    visitor: { session: visitorSessionsPerHour, call: visitorCallsPerHour },
  }
}

function microUsdOrNone(usd: number | null | undefined): MicroUsd | null {
  return usd === null || usd === undefined ? null : microUsd(usd)
}

/** The most that noted facts can be: a token for each character, which only rare scripts exceed, and what stands around them. */
const FACTS_TOKENS = 100 + MAX_FACTS * (MAX_FACT + 10)

/** Tokens that are in the context before anything was said. `history`: the conversation is brought in again. */
export function firstContext(agent: Agent, history: boolean): NextAnswer['context'] {
  // A session from before there were tools keeps the agent that it began with.
  const tools: Agent['tools'] | undefined = agent.tools
  const told = [agent.instructions, agent.greeting, ...(tools ?? []).map((tool) => JSON.stringify(tool))]
  const tokens = told.reduce((sum, text) => sum + textTokens(text), 0)
  const facts = tools?.some(({ name }) => name === 'remember') ? FACTS_TOKENS : 0
  // Of a history with pictures all could be pictures, which are dearer than text.
  const restored = history ? agent.restoreTokens : 0
  const [text, image] = agent.images ? [0, restored] : [restored, 0]
  return { text: tokens + text + (history ? facts : 0), audio: 0, image }
}

/** The most that the next answer of an agent can cost. */
export function priceOfNext(
  agent: Agent,
  prices: Prices,
  next: Omit<NextAnswer, 'maxOutputTokens' | 'hasImages' | 'hasForeignText'>,
): MicroUsd {
  const { transcription, maxOutputTokens } = agent
  const model = modelPrice(prices, agent.model)
  const contextTokens = Math.min(model.contextTokens, truncatedAt(agent))
  const hasImages = agent.images !== undefined
  // A session from before there was this option keeps the agent that it began with.
  const { mcp = [] }: Partial<Agent> = agent
  return worstCase(
    { ...next, hasImages, hasForeignText: mcp.length > 0, maxOutputTokens },
    { ...model, contextTokens },
    transcriptionPrice(prices, transcription),
  )
}

/**
 * The most tokens that an answer can see where the provider truncates. That the next one may see only what is kept then is
 * never certain: nobody but the provider knows exactly how much there is.
 */
function truncatedAt(agent: Agent): number {
  // A session from before there was this option keeps the agent that it began with.
  const { truncation }: Partial<Agent> = agent
  // A page that may change its call may turn this off.
  if (!truncation || agent.tamper === 'allow') return Infinity
  const front = Math.max(firstContext(agent, false).text, LONGEST_OWN_INSTRUCTIONS)
  return front + truncation.maxTokens
}

export interface Start {
  /** Id of the call. */
  call: string
  session: string
  agent: Agent
  /** Who it counts for. */
  visitor: string
}

/** What begins with a session that has a call from the start. */
export const STARTS = ['session', 'call'] as const

/** Sets aside the first answer of the first call of a new session. The ledger comes before the provider. */
export function holdForNewSession(
  ledger: LedgerPort,
  { call, session, agent, visitor }: Start,
  prices: Prices,
): Promise<HoldAnswer> {
  const need = priceOfNext(agent, prices, { context: firstContext(agent, false), kind: 'voice' })
  const caps = capsOf(agent)
  return ledger.hold({ id: call, session, kind: 'call', visitor, starts: STARTS, spent: 0, need, wish: need, caps })
}
