/**
 * Which words of an assistant turn were heard when it was cut off after `ms` of its audio.
 *
 * The provider tells no word times and drops the transcript of the unplayed part (realtime-api.md 4.4), so our own copy
 * is cut in proportion: each character gets a weight like the time it takes to say it, pauses at punctuation included.
 */

/**
 * Relative time of a character, where a letter is 1, and of the pause behind it. Fitted by least squares to the word times
 * of a synthetic English voice (Flite slt, 66 ms for a letter; `npm run bench:heard` shows how well it fits). People and
 * other languages differ, but what counts is only the proportion within one turn.
 */
const LETTER = 1
const LETTER_OF_WEAK_WORD = 0.75
const DIGIT = 5
const PAUSE_AT_COMMA = 3.5
const PAUSE_AT_SENTENCE = 6.7
/** English words that are hardly ever stressed and so are spoken fast ("weak forms"). */
const WEAK_WORDS = new Set(
  `a an the of to in on at for from by and but or as is was were are be been am it its he she they we you i his her their our
  your my him me them us that there who which would could should can will had has have do does did not with than then so if
  this into out`.split(/\s+/),
)
/** The silence between two sentences belongs half to each: speech does not begin with its first sound. */
const SILENCE_BEFORE_SPEECH = PAUSE_AT_SENTENCE / 2
/** Time of one unit when the length of the audio is unknown (ms): about 15 letters in a second. */
const MS_PER_UNIT = 66

/**
 * The words that were over when it was cut off.
 * @param text what the assistant would have said
 * @param ms how much of it was played
 * @param totalMs length of the audio of the whole text, undefined when it is not known
 */
export function heardText(text: string, ms: number, totalMs: number | undefined): string {
  const words = (text.match(/\S+\s*/g) ?? []).map((word) => ({ word, ...timeOf(word) }))
  const whole = words.reduce((sum, { said, pause }) => sum + said + pause, 0) // the last half pause makes up for the first
  if (totalMs !== undefined && ms >= totalMs) return text.trimEnd()
  const played = totalMs === undefined ? ms / MS_PER_UNIT : (ms / totalMs) * whole
  let heard = ''
  let time = SILENCE_BEFORE_SPEECH
  for (const { word, said, pause } of words) {
    if (time + said > played) break
    heard += word
    time += said + pause
  }
  return heard.trimEnd()
}

function timeOf(word: string): { said: number; pause: number } {
  const letter = WEAK_WORDS.has(word.toLowerCase().replace(/[^a-z]/g, '')) ? LETTER_OF_WEAK_WORD : LETTER
  let said = 0
  let pause = 0
  for (const char of word.trimEnd()) {
    if (/[,;:–—]/.test(char)) pause = PAUSE_AT_COMMA
    else if (/[.!?…]/.test(char)) pause = PAUSE_AT_SENTENCE
    else said += /\d/.test(char) ? DIGIT : letter
  }
  return { said, pause }
}
