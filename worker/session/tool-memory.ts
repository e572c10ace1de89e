/** What the transcript knows about a call of a tool before it is run: the same question asked before, and how many came. */
import type { Item } from '../../protocol/item.ts'

export interface Past {
  /** The stored answer to the same question: of this turn, or a success that is not older than `cacheMs`. */
  answer: string | null
  /** Calls that the assistant made before this one since the visitor has spoken. */
  calls: number
}

/** @param now ms since 1970 */
export function lookBack(call: Item, newestFirst: Iterable<Item>, cacheMs: number, now: number): Past {
  const question = questionOf(call)
  const answers = new Map<string, string>()
  let calls = 0
  let isThisTurn = true
  for (const item of newestFirst) {
    if (!isThisTurn && now - item.at > cacheMs) break
    const callId = item.tool?.callId ?? ''
    if (item.kind === 'tool_result') answers.set(callId, item.text)
    if (item.position >= call.position || item.source === 'client') continue
    if (item.kind === 'message' && item.role === 'user') isThisTurn = false
    if (item.kind !== 'tool_call') continue
    if (isThisTurn) calls += 1
    const answer = answers.get(callId)
    if (answer === undefined || questionOf(item) !== question) continue
    if (isThisTurn || (answer.startsWith(SUCCESS) && now - item.at <= cacheMs)) return { answer, calls }
  }
  return { answer: null, calls }
}

/** Calls that the assistant has made since the visitor has spoken. */
export function callsOfTurn(newestFirst: Iterable<Item>): number {
  let calls = 0
  for (const item of newestFirst) {
    if (item.source === 'client') continue
    if (item.kind === 'message' && item.role === 'user') break
    if (item.kind === 'tool_call') calls += 1
  }
  return calls
}

/** The same for two calls of one tool that mean the same. */
export function questionOf({ tool, text }: Item): string {
  return `${tool?.name} ${canonical(text)}`
}

/** How a result begins that is a success (tools/result.ts). */
const SUCCESS = '{"status":"success"'

function canonical(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), (_, value) => (isObject(value) ? sorted(value) : value))
  } catch {
    return text // not JSON: the same only if it is written the same
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
