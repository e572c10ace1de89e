/**
 * Which words of an assistant turn were heard when it was cut off after `ms` of its audio.
 *
 * The provider tells no word times and drops the transcript of the unplayed part (realtime-api.md 4.4), so our own copy
 * is cut in proportion: each character gets a weight like the time it takes to say it, pauses at punctuation included.
 */

/** Relative time of one character: what a speaker spends on a letter is 1. */
const WEIGHT_OF_LETTER = 1
const WEIGHT_OF_SPACE = 0.4
const WEIGHT_OF_DIGIT = 4
const WEIGHT_AFTER_COMMA = 3
const WEIGHT_AFTER_SENTENCE = 6
/** Time of one unit when the length of the audio is unknown (ms): about 15 letters in a second. */
const MS_PER_UNIT = 62

/**
 * @param text what the assistant would have said
 * @param ms how much of it was played
 * @param totalMs length of the audio of the whole text, undefined when it is not known
 */
export function heardText(text: string, ms: number, totalMs: number | undefined): string {
  const words = text.match(/\S+\s*/g) ?? []
  const weights = words.map(weight)
  const sum = weights.reduce((total, one) => total + one, 0)
  const whole = totalMs ?? sum * MS_PER_UNIT
  if (ms >= whole) return text.trimEnd()
  const budget = (ms / whole) * sum
  let spent = 0
  let heard = 0
  for (const one of weights) {
    // A word counts as heard when more than half of it was played.
    if (spent + one / 2 > budget) break
    spent += one
    heard += 1
  }
  return words.slice(0, heard).join('').trimEnd()
}

function weight(word: string): number {
  let sum = 0
  for (const char of word) {
    if (/\s/.test(char)) sum += WEIGHT_OF_SPACE
    else if (/\d/.test(char)) sum += WEIGHT_OF_DIGIT
    else if (/[,;:–—]/.test(char)) sum += WEIGHT_AFTER_COMMA
    else if (/[.!?…]/.test(char)) sum += WEIGHT_AFTER_SENTENCE
    else sum += WEIGHT_OF_LETTER
  }
  return sum
}
