/** The items as the visitor sees them: by position, newest state only, live captions and unsent text included. */
import type { ServerFrame } from '../../protocol/frames.ts'
import type { ImageSize } from '../../protocol/image.ts'
import type { Item } from '../../protocol/item.ts'

type UpdateFrame = Extract<ServerFrame, { type: 'update' }>
type DeltaFrame = Extract<ServerFrame, { type: 'delta' }>

export interface Thread {
  /** A new array after each change. */
  list(): readonly Item[]
  /** Number of the newest update that is in. */
  readonly seq: number
  /** Takes stored items from a transcript; `seq`: a number whose updates they all contain. */
  restore(items: readonly Item[], seq: number): void
  /** The item as it is shown now, or null when the update is old. */
  update(frame: UpdateFrame): Item | null
  /** False when the delta does not fit and is left out: the next update brings the text. */
  delta(frame: DeltaFrame): boolean
  /** Shows what was typed, or a picture, at the end before it is stored. */
  type(id: string, text: string, at: number, image?: ImageSize | null): Item
  /** Typed text is stored, or was refused. The item, or null when it is not waiting. */
  settle(id: string, status: 'completed' | 'failed'): Item | null
  /** Empties the thread; `keepTyped` leaves what still waits to be stored. */
  clear(options?: { keepTyped?: boolean }): void
}

export function createThread(): Thread {
  /** Known to the broker, by position. */
  let stored: Item[] = []
  /** Typed here and not yet come back as an update, in the order of typing. */
  let typed: Item[] = []
  let seq = 0

  function indexOf(id: string): number {
    // What changes is nearly always near the end.
    return stored.findLastIndex((item) => item.id === id)
  }

  function put(item: Item): void {
    const known = indexOf(item.id)
    const next = stored.slice()
    if (known >= 0) next.splice(known, 1)
    const before = next.findLastIndex((other) => other.position <= item.position)
    next.splice(before + 1, 0, item)
    stored = next
    typed = typed.filter((other) => other.id !== item.id)
  }

  return {
    get seq() {
      return seq
    },
    list() {
      const last = stored.at(-1)?.position ?? 0
      return [...stored, ...typed.map((item, index) => ({ ...item, position: last + 1 + index }))]
    },
    restore(items, known) {
      for (const item of items) if (indexOf(item.id) < 0) put(item)
      seq = Math.max(seq, known)
    },
    update(frame) {
      if (frame.seq <= seq) return null
      seq = frame.seq
      const shown = stored[indexOf(frame.item.id)]
      const item = shown ? withCaption(frame.item, shown) : frame.item
      put(item)
      return item
    },
    delta({ item: id, at, text }) {
      const index = indexOf(id)
      const item = stored[index]
      if (item?.status !== 'in_progress' || at > item.text.length) return false
      stored = stored.with(index, { ...item, text: item.text.slice(0, at) + text })
      return true
    },
    type(id, text, at, image) {
      const item: Item = {
        id,
        position: (stored.at(-1)?.position ?? 0) + 1 + typed.length,
        role: 'user',
        kind: 'message',
        text,
        status: 'in_progress',
        via: 'text',
        call: null,
        at,
        ...(image ? { image: { width: image.width, height: image.height } } : {}),
      }
      typed = [...typed, item]
      return item
    },
    settle(id, status) {
      const index = typed.findIndex((item) => item.id === id)
      const waiting = typed[index]
      if (!waiting) return null
      const item = { ...waiting, status }
      typed = typed.with(index, item)
      return item
    },
    clear({ keepTyped = false } = {}) {
      stored = []
      seq = 0
      typed = keepTyped ? typed.filter((item) => item.status === 'in_progress') : []
    },
  }
}

/** Captions are not stored: an update of an unfinished item may hold less than what is already shown. */
function withCaption(item: Item, shown: Item): Item {
  const isAhead = item.status === 'in_progress' && shown.status === 'in_progress' && shown.text.startsWith(item.text)
  return isAhead ? { ...item, text: shown.text } : item
}
