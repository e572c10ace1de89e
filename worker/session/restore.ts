/** Which part of the transcript a new call begins with. */
import type { Item } from '../../protocol/item.ts'
import { IMAGE_TOKENS } from '../ledger/cost.ts'
import type { ToldItem } from '../provider/provider.ts'
import { asTold } from './person.ts'

/** About four characters for a token of English, plus what the provider adds to each message (realtime-api.md 1.3). */
const CHARACTERS_PER_TOKEN = 4
const TOKENS_PER_ITEM = 4

/**
 * The newest items that fit the budget, in conversation order. Only what was really said or heard: nothing unfinished,
 * nothing empty, and a tool's call and result only together.
 * @param jpegOf pixels of a picture, null where they are gone or not to be shown again
 */
export function chooseSeeds(
  newestFirst: Iterable<Item>,
  budgetTokens: number,
  jpegOf: (item: Item) => string | null = () => null,
): ToldItem[] {
  const chosen: ToldItem[] = []
  let left = budgetTokens
  for (const stored of newestFirst) {
    if (!canBeSeeded(stored)) continue
    const jpeg = stored.image && left >= IMAGE_TOKENS + tokens(stored) ? jpegOf(stored) : null
    const item = jpeg === null ? asTold(stored) : { ...stored, jpeg }
    left -= tokens(item)
    if (left < 0) break
    chosen.push(item)
  }
  return withoutHalves(chosen.reverse())
}

/** The item after which something has to stand to come before what the visitor has typed last; `root`: there is none. */
export function beforeTyped(history: readonly Item[]): string {
  return history.findLast(({ role }) => role !== 'user')?.id ?? 'root'
}

function canBeSeeded(item: Item): boolean {
  // Only what the broker itself saw said is replayed, never what a page has put in (design.md 5, promise 7).
  if (item.source === 'client') return false
  // Notices and facts are our own: the latter come with the instructions (facts.ts).
  if (item.image) return true // a picture that did not arrive is told of, too
  return item.role !== 'notice' && item.status !== 'in_progress' && item.status !== 'failed' && item.text.trim() !== ''
}

function tokens(item: ToldItem): number {
  return TOKENS_PER_ITEM + (item.jpeg ? IMAGE_TOKENS : 0) + Math.ceil(item.text.length / CHARACTERS_PER_TOKEN)
}

/** The provider refuses a result without its call, and a call without a result would be made again. */
function withoutHalves(items: ToldItem[]): ToldItem[] {
  const ids = (kind: Item['kind']) =>
    new Set(items.filter((item) => item.kind === kind).map((item) => item.tool?.callId))
  const calls = ids('tool_call')
  const results = ids('tool_result')
  return items.filter(
    (item) => !item.kind.startsWith('tool_') || (calls.has(item.tool?.callId) && results.has(item.tool?.callId)),
  )
}
