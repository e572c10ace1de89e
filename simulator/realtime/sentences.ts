/** Speech is made a sentence at a time, so that the first one can be heard while the rest is still to come. */
import { audioMs, type Spoken } from '../engines.ts'
import type { TimedWord } from './conversation.ts'

/** A sentence without an end is cut here, in characters. */
const LONGEST = 240

/** Put together with single spaces, the sentences give the text again. */
export function inSentences(text: string): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const sentences: string[] = []
  let open: string[] = []
  for (const word of words) {
    open.push(word)
    if (/[.!?]["”')]*$/.test(word) || open.join(' ').length > LONGEST) {
      sentences.push(open.join(' '))
      open = []
    }
  }
  if (open.length > 0) sentences.push(open.join(' '))
  return sentences
}

/** The words of a sentence with the times the voice gave them; spread by length if it counts words differently. */
export function timedWords(sentence: string, spoken: Spoken): TimedWord[] {
  const words = sentence.split(' ')
  if (spoken.words.length === words.length) return spoken.words.map((word, i) => ({ ...word, text: words[i] ?? '' }))
  const msPerCharacter = audioMs(spoken.pcm) / Math.max(sentence.length, 1)
  let at = 0
  return words.map((text) => {
    const startMs = at * msPerCharacter
    at += text.length + 1
    return { text, startMs, endMs: Math.min(at, sentence.length) * msPerCharacter }
  })
}
