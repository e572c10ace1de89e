/**
 * What waits to be played: PCM16 at 24 kHz in the buffers in which it came, and which part of it belongs to which item. All positions
 * count samples since the queue was made.
 *
 * A list of buffers and not one ring: nothing is copied, and only what waits takes memory (a ring for 120 s would take 6 MB from
 * the start, and cut a longer answer).
 */
import type { ItemPosition } from './worklet-messages.ts'

/** A hostile or broken sender must not fill the memory: 14 MB. */
export const MAX_QUEUED_SECONDS = 300
const FULL_SCALE = 32_768
const REMEMBERED_IDS = 64

interface Entry {
  readonly id: string
  readonly from: number
  to: number
  ended: boolean
  told: number
}

export interface PlayQueue {
  /** Samples that came, and how many of them were read or dropped. */
  readonly pushed: number
  readonly taken: number
  /** The item of which more will come. */
  readonly open: string | null
  /** Late sound of a dropped item is ignored. @returns false when there is no room: the sound was thrown away */
  push(item: string, pcm: Int16Array): boolean
  end(item: string): void
  /** Fills `block` as far as there are samples before `limit`. @returns how many were written */
  read(block: Float32Array, limit: number): number
  /** Tells of each item that was played further since it was last told, and forgets those that are through. */
  tell(played: number, tell: (position: ItemPosition) => void): void
  /** Drops all items, how far they came, and all of them that is still to come. The samples stay until `skip`. */
  drop(played: number): ItemPosition[]
  /** Drops the samples before this position. */
  skip(to: number): void
}

/** @param rate of the samples, Hz */
export function createPlayQueue(rate: number): PlayQueue {
  let chunks: Int16Array[] = []
  /** The chunk that is being read, and the next sample in it. */
  let head = 0
  let offset = 0
  let pushed = 0
  let taken = 0
  let entries: Entry[] = []
  /** The newest of those that were dropped, oldest first. */
  const dropped = new Set<string>()

  function position({ id, from, to }: Entry, played: number): ItemPosition {
    return { item: id, played: Math.min(Math.max(played - from, 0), to - from), received: to - from }
  }

  function entryFor(item: string): Entry {
    const last = entries.at(-1)
    if (last?.id === item) return last
    // Items follow each other: the next one ends the one before.
    if (last) last.ended = true
    const entry = { id: item, from: pushed, to: pushed, ended: false, told: 0 }
    entries.push(entry)
    return entry
  }

  function advance(count: number): void {
    offset += count
    taken += count
    if (offset < (chunks[head]?.length ?? 0)) return
    // What was played can be freed now; the list itself is shortened by the next push.
    chunks[head] = EMPTY
    head++
    offset = 0
  }

  return {
    get pushed() {
      return pushed
    },
    get taken() {
      return taken
    },
    get open() {
      const last = entries.at(-1)
      return last && !last.ended ? last.id : null
    },
    push(item, pcm) {
      if (dropped.has(item) || pcm.length === 0) return true
      const entry = entryFor(item)
      if (pushed - taken + pcm.length > MAX_QUEUED_SECONDS * rate) return false
      chunks = chunks.slice(head)
      head = 0
      chunks.push(pcm)
      pushed += pcm.length
      entry.to = pushed
      return true
    },
    end(item) {
      for (const entry of entries) if (entry.id === item) entry.ended = true
    },
    read(block, limit) {
      const wanted = Math.min(block.length, limit - taken, pushed - taken)
      let written = 0
      while (written < wanted) {
        const chunk = chunks[head] ?? EMPTY
        const count = Math.min(wanted - written, chunk.length - offset)
        for (let i = 0; i < count; i++) block[written + i] = (chunk[offset + i] ?? 0) / FULL_SCALE
        written += count
        advance(count)
      }
      return written
    },
    tell(played, tell) {
      let through = false
      for (const entry of entries) {
        const now = position(entry, played)
        if (now.played !== entry.told) tell(now)
        entry.told = now.played
        through ||= isThrough(entry)
      }
      if (through) entries = entries.filter((entry) => !isThrough(entry))
    },
    drop(played) {
      const positions = entries.map((entry) => position(entry, played))
      for (const { id } of entries) dropped.add(id)
      for (const id of dropped) if (dropped.size > REMEMBERED_IDS) dropped.delete(id)
      entries = []
      return positions
    },
    skip(to) {
      while (taken < to) advance(Math.min(to - taken, (chunks[head]?.length ?? 0) - offset))
    },
  }
}

function isThrough({ ended, told, from, to }: Entry): boolean {
  return ended && told === to - from
}

const EMPTY = new Int16Array(0)
