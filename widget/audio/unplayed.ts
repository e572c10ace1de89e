/**
 * The assistant's sound that the speaker has got and not played yet, kept for the next speaker: an audio context may be replaced in
 * the middle of a word. Positions are counted over all speakers.
 */
import type { PlayedItem, Speaker } from './speaker.ts'

const SAMPLES_PER_MS = 24

interface Waiting {
  readonly item: string
  chunks: Int16Array<ArrayBuffer>[]
  /** Where `chunks` begin, how far it was played, and where the present speaker began (samples of the item). */
  keptFrom: number
  played: number
  begunAt: number
  ended: boolean
}

export interface Unplayed {
  push(item: string, pcm: Int16Array<ArrayBuffer>): void
  end(item: string): void
  /** As the present speaker tells it. Answers the same over all speakers. */
  played(told: PlayedItem): PlayedItem
  /** Everything was played, or thrown away. */
  clear(): void
  /** How things stand, without asking a speaker. */
  positions(): PlayedItem[]
  /** Another speaker goes on where the one before has stopped. */
  handTo(speaker: Pick<Speaker, 'push' | 'end'>): void
}

export function createUnplayed(): Unplayed {
  let waiting: Waiting[] = []

  function find(item: string): Waiting | undefined {
    return waiting.find((each) => each.item === item)
  }

  function receivedOf({ keptFrom, chunks }: Waiting): number {
    return keptFrom + chunks.reduce((sum, { length }) => sum + length, 0)
  }

  function letGo(of: Waiting): void {
    // What came before it has been played to its end.
    waiting = waiting.slice(waiting.indexOf(of))
    for (let first = of.chunks[0]; first && of.keptFrom + first.length <= of.played; first = of.chunks[0]) {
      of.keptFrom += first.length
      of.chunks.shift()
    }
  }

  return {
    push(item, pcm) {
      let to = find(item)
      if (!to) {
        to = { item, chunks: [], keptFrom: 0, played: 0, begunAt: 0, ended: false }
        waiting.push(to)
      }
      to.chunks.push(pcm.slice())
    },
    end(item) {
      const of = find(item)
      if (of) of.ended = true
    },
    played(told) {
      const of = find(told.item)
      if (!of) return told
      const begunMs = of.begunAt / SAMPLES_PER_MS
      of.played = of.begunAt + told.playedMs * SAMPLES_PER_MS
      letGo(of)
      return { item: told.item, playedMs: begunMs + told.playedMs, receivedMs: begunMs + told.receivedMs }
    },
    clear() {
      waiting = []
    },
    positions: () =>
      waiting.map((each) => ({
        item: each.item,
        playedMs: Math.floor(each.played / SAMPLES_PER_MS),
        receivedMs: Math.floor(receivedOf(each) / SAMPLES_PER_MS),
      })),
    handTo(speaker) {
      for (const each of waiting) {
        let at = each.keptFrom
        for (const chunk of each.chunks) {
          const left = chunk.slice(Math.max(0, each.played - at))
          at += chunk.length
          if (left.length > 0) speaker.push(each.item, left)
        }
        each.begunAt = each.played
        if (each.ended) speaker.end(each.item)
      }
    },
  }
}
