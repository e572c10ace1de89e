/** Notices that the assistant hears itself: a turn of the visitor that begins while it is heard, and repeats what it says. */
import type { Item } from '../../protocol/item.ts'

/** Fewer words may be chance: then it takes two such turns, one after the other. */
const ENOUGH_WORDS = 4
/** Of the pairs of neighbouring words: recognition of an echo is not perfect. */
const LEAST_SHARE = 0.7
/** The sound of the turn before may still be on its way when the next one begins. */
const TURNS_BACK = 2
/** What the visitor said is written down late: newer answers have begun by then. */
const TURNS_KEPT = 4

export interface EchoWatch {
  /** What was said so far, by position: as often as captions grow. An answer that is interrupted loses words that an echo may have. */
  see(items: readonly Item[]): void
  /**
   * Answers whether this turn of the visitor is an echo.
   * @param overlaps it began while the assistant was heard
   */
  judge(turn: Item, overlaps: boolean): boolean
}

export function createEchoWatch(): EchoWatch {
  /** The longest that was seen of the assistant's newest turns. */
  let answers: Pick<Item, 'id' | 'position' | 'text'>[] = []
  let wasSuspect = false

  return {
    see(items) {
      const newest = items.filter(({ role, text }) => role === 'assistant' && text !== '').slice(-TURNS_KEPT)
      answers = newest.map((item) => {
        const known = answers.find(({ id }) => id === item.id)
        return known && known.text.length > item.text.length ? known : item
      })
    },
    judge(turn, overlaps) {
      const before = answers.filter(({ position }) => position < turn.position)
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
