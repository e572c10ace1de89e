/** What a tab remembers over a reload: which session, its newest token, and how far the thread was known. */
import * as v from 'valibot'
import { SessionIdSchema } from '../../protocol/ids.ts'

const RecordSchema = v.object({
  session: SessionIdSchema,
  token: v.string(),
  /** Number of the newest update seen. */
  seq: v.number(),
})
export type MemoryRecord = v.InferOutput<typeof RecordSchema>

export interface Memory {
  load(): MemoryRecord | null
  /** What was stored last, by whichever page of this tab; null where this page cannot store anything. */
  stored(): MemoryRecord | null
  save(record: MemoryRecord): void
  clear(): void
}

/** Remembers per tab, broker and agent. Where a page may not store anything, it remembers as long as the page lives. */
export function createMemory(
  storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  broker: string,
  agent: string,
): Memory {
  const key = `parley:${broker}:${agent}`
  let kept: MemoryRecord | null = null
  let canStore = true

  /** Storage throws when it is blocked or full; the conversation must not depend on it. */
  function attempt<T>(use: (storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) => T): T | null {
    try {
      return use(storage())
    } catch {
      return null
    }
  }

  function stored(): MemoryRecord | null {
    const text = attempt((store) => store.getItem(key))
    return text ? parse(text) : null
  }

  return {
    load: () => kept ?? stored(),
    stored: () => (canStore ? stored() : null),
    save(record) {
      kept = record
      canStore = attempt((store) => store.setItem(key, JSON.stringify(record))) !== null
    },
    clear() {
      kept = null
      attempt((store) => store.removeItem(key))
    },
  }
}

function parse(text: string): MemoryRecord | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const result = v.safeParse(RecordSchema, value)
  return result.success ? result.output : null
}
