/** Notices that the assistant hears itself: a turn of the visitor that begins while it is heard, and repeats what it says. */
import type { Item } from '../../protocol/item.ts'

/** Fewer words may be chance: then it takes two such turns, one after the other. */
const ENOUGH_WORDS = 4
/** Of the pairs of neighbouring words: recognition of an echo is not perfect. */
const LEAST_SHARE = 0.7
/** The sound of the turn before may still be on its way when the next one begins. */
const TURNS_BACK = 2

export interface EchoWatch {
  /**
   * Answers whether this turn of the visitor is an echo.
   * @param items of the conversation, by position
   * @param overlaps it began while the assistant was heard
   */
  judge(turn: Item, items: readonly Item[], overlaps: boolean): boolean
}

export function createEchoWatch(): EchoWatch {
  let wasSuspect = false

  return {
    judge(turn, items, overlaps) {
      const before = items.filter(
        ({ role, position, text }) => role === 'assistant' && text && position < turn.position,
      )
      const said = before.slice(-TURNS_BACK).map(({ text }) => text)
      const isSuspect = overlaps && repeats(turn.text, said.join(' '))
      const isEcho = isSuspect && (wasSuspect || wordsOf(turn.text).length >= ENOUGH_WORDS)
      wasSuspect = isSuspect
      return isEcho
    },
  }
}

/** Whether the words of one are words of the other, in the same order but for a few. */
export function repeats(heard: string, said: string): boolean {
  const [echo, source] = [wordsOf(heard), wordsOf(said)]
  if (echo.length < ENOUGH_WORDS) return echo.length > 0 && ` ${source.join(' ')} `.includes(` ${echo.join(' ')} `)
  const known = new Set(pairsOf(source))
  const pairs = pairsOf(echo)
  return pairs.filter((pair) => known.has(pair)).length >= LEAST_SHARE * pairs.length
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function pairsOf(words: readonly string[]): string[] {
  return words.slice(1).map((word, i) => `${words[i]} ${word}`)
}
