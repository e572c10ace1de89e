/** Puts items and calls of a session into one row of things that happened. */
import type { OwnedCall } from '../../protocol/console.ts'
import type { Item } from '../../protocol/item.ts'

export type Entry =
  | { what: 'begin'; call: OwnedCall; number: number }
  | { what: 'end'; call: OwnedCall; number: number }
  | { what: 'item'; item: Item }
  /** A tool's call, with its result where there is one. */
  | { what: 'tool'; item: Item; result: Item | null }

/** @param items in the order of the conversation, @param calls in the order in which they began */
export function timeline(items: readonly Item[], calls: readonly OwnedCall[]): Entry[] {
  const entries: Entry[] = []
  const results = new Map(items.flatMap((item) => (item.kind === 'tool_result' ? [[item.tool?.callId, item]] : [])))
  const last = new Map(items.map((item, n) => [item.call, n]))
  let begun = 0
  /** Calls up to this one begin; those in which nothing was said are over at once. */
  const beginUpTo = (id: string | null, at: number) => {
    while (begun < calls.length) {
      const call = calls[begun]
      if (!call || (id === null ? call.startedAt > at || last.has(call.call) : !calls.slice(begun).some(isNamed(id))))
        break
      begun += 1
      entries.push({ what: 'begin', call, number: begun })
      if (!last.has(call.call)) end(call, begun)
    }
  }
  const end = (call: OwnedCall, number: number) => {
    if (call.endedAt !== null) entries.push({ what: 'end', call, number })
  }
  for (const [n, item] of items.entries()) {
    beginUpTo(item.call, item.at)
    if (item.kind === 'tool_call') entries.push({ what: 'tool', item, result: results.get(item.tool?.callId) ?? null })
    else if (item.kind !== 'tool_result') entries.push({ what: 'item', item })
    const number = calls.findIndex(isNamed(item.call))
    const call = calls[number]
    if (call && last.get(item.call) === n) end(call, number + 1)
  }
  beginUpTo(null, Number.POSITIVE_INFINITY)
  return entries
}

function isNamed(id: string | null): (call: OwnedCall) => boolean {
  return ({ call }) => call === id
}
