/** A session at a glance: its calls side by side, and in each who spoke when, tools and interruptions. */
import type { OwnedCall } from '../../protocol/console.ts'
import type { Item } from '../../protocol/item.ts'
import { clock } from '../lib/format.ts'

/** A moment is drawn this wide at least (share of its call), so that it can be seen. */
const LEAST = 0.006
/** Characters that are said in a second: nobody tells how long a turn of the visitor was. */
const PER_SECOND = 15

interface Mark {
  id: string
  kind: 'user' | 'assistant' | 'tool' | 'person' | 'notice'
  from: number
  /** Null: it is a moment. */
  width: number | null
  isCut: boolean
}

export function Strip({ calls, items, now }: { calls: readonly OwnedCall[]; items: readonly Item[]; now: number }) {
  if (calls.length === 0) return null
  const lengths = calls.map(({ startedAt, endedAt }) => Math.max(1000, (endedAt ?? now) - startedAt))
  return (
    <div class="strip" aria-hidden="true">
      {calls.map((call, n) => (
        <div key={call.call} class="strip-call" style={{ flexGrow: Math.sqrt(lengths[n] ?? 1) }}>
          <div class="strip-lane">
            {marks(call, items, lengths[n] ?? 1).map(({ id, kind, from, width, isCut }) => (
              <i
                key={id}
                class={`mark ${kind}${isCut ? ' cut' : ''}`}
                style={{ left: `${from * 100}%`, ...(width === null ? {} : { width: `${width * 100}%` }) }}
              />
            ))}
          </div>
          <span>
            {call.reconnect ? '↻ ' : ''}
            {clock(lengths[n] ?? 0)}
          </span>
        </div>
      ))}
    </div>
  )
}

function marks(call: OwnedCall, items: readonly Item[], length: number): Mark[] {
  return items.flatMap((item) => {
    if (item.call !== call.call || item.kind === 'tool_result') return []
    const from = Math.min(1 - LEAST, Math.max(0, (item.at - call.startedAt) / length))
    const spoken = item.heard?.ms ?? (item.via === 'voice' ? (item.text.length / PER_SECOND) * 1000 : 0)
    const isTurn = item.role === 'user' || item.role === 'assistant'
    const width = isTurn && item.kind === 'message' ? Math.min(1 - from, Math.max(LEAST, spoken / length)) : null
    return [
      {
        id: item.id,
        kind: item.kind === 'tool_call' ? 'tool' : item.role,
        from,
        width,
        isCut: item.status === 'interrupted',
      },
    ]
  })
}
