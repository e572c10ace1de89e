/** Where somebody spoke in the last seconds, by loudness alone. Pure: told what was measured, asked what must be heard. */

/** What a word may have before and behind it that is too soft to notice. s */
export const MARGIN_S = 0.15
/**
 * Older parts are forgotten: so much the delay line keeps. s. With 15 s WebKitGTK lost a quantum now and then while the node's memory was
 * first written to (4 runs of 4; with 12 s none of 3).
 */
export const LONGEST_S = 12
/** Below this RMS (−50 dB) it is silent whatever the room is like, above the other one (−34 dB) never: rooms lie between. */
const SILENT_RMS = 0.003
const LOUD_RMS = 0.02
/** Voices are louder than the room they are in by this factor (10 dB) or more. */
const ABOVE_ROOM = 3

/** The loudness of what was not measured: it counts as a word. */
export const UNKNOWN = Number.POSITIVE_INFINITY

interface Part {
  from: number
  to: number
  rms: number
}

export interface Spoken {
  /** What was measured from `from` to `to` (s, of any clock): about 20 ms, one after the other. `rms`: 0…1, or UNKNOWN. */
  add(from: number, to: number, rms: number): void
  /** The first moment at or after `from` that belongs to a word or its margins; null: there is none so far. */
  next(from: number): number | null
  /** Nothing was loud since then: not even what may become a word. */
  isSilent(since: number): boolean
}

export function createSpoken(): Spoken {
  let parts: Part[] = []

  /** The room is what the softest tenth is like. */
  function threshold(): number {
    const known = parts.map(({ rms }) => rms).sort((a, b) => a - b)
    return Math.min(LOUD_RMS, Math.max(SILENT_RMS, ABOVE_ROOM * (known[Math.floor(known.length / 10)] ?? 0)))
  }

  return {
    add(from, to, rms) {
      parts = [...parts.filter((part) => part.to > to - LONGEST_S), { from, to, rms }]
    },
    next(from) {
      const least = threshold()
      const isLoud = (index: number) => (parts[index]?.rms ?? 0) > least
      // A click is short: of five parts in a row three are loud in a word.
      const isWord = (i: number) => isLoud(i) && [i - 2, i - 1, i, i + 1, i + 2].filter(isLoud).length >= 3
      const found = parts.findIndex(({ to, rms }, i) => to + MARGIN_S > from && (rms === UNKNOWN || isWord(i)))
      const part = parts[found]
      return part ? Math.max(from, part.from - MARGIN_S) : null
    },
    isSilent(since) {
      const least = threshold()
      return !parts.some(({ to, rms }) => to > since && rms > least)
    },
  }
}
