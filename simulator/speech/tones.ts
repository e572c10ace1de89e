/**
 * What speaks where the voice is not installed: for each word a hum with the length, pitch movement and syllable beat
 * of speech. It cannot be understood, but it is heard, it can be interrupted, and it has word times.
 */
import { concat, msToSamples, SAMPLE_RATE, samplesToMs } from '../media/pcm.ts'
import type { Spoken } from './voice.ts'

const MS_PER_LETTER = 65
const SHORTEST_WORD_MS = 120
const WORD_GAP_MS = 60
const SENTENCE_GAP_MS = 250
const EDGE_MS = 150
const LOUDNESS = 7000

/** The same hum for the same text, always. */
export function speakInTones(text: string): Spoken {
  const parts: Int16Array[] = [new Int16Array(msToSamples(EDGE_MS))]
  const words: Spoken['words'] = []
  let position = EDGE_MS
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const letters = word.match(/[\p{L}\p{N}]/gu)?.length ?? 0
    const durationMs = letters === 0 ? 0 : Math.max(SHORTEST_WORD_MS, letters * MS_PER_LETTER)
    const gapMs = /[.!?]$/.test(word) ? SENTENCE_GAP_MS : WORD_GAP_MS
    const hum = humWord(word, durationMs)
    words.push({ text: word, startMs: position, endMs: position + samplesToMs(hum.length) })
    parts.push(hum, new Int16Array(msToSamples(gapMs)))
    position += samplesToMs(hum.length) + gapMs
  }
  return words.length === 0 ? { pcm: new Int16Array(0), words } : { pcm: concat(parts), words }
}

function humWord(word: string, durationMs: number): Int16Array {
  const samples = msToSamples(durationMs)
  const pitch = 140 + (hash(word) % 80)
  const syllables = Math.max(1, Math.round(durationMs / 180))
  const hum = new Int16Array(samples)
  let phase = 0
  for (let n = 0; n < samples; n += 1) {
    const progress = n / samples
    // Falling a little towards the end, as statements do.
    phase += (2 * Math.PI * pitch * (1.08 - 0.16 * progress)) / SAMPLE_RATE
    const beat = Math.sin(Math.PI * ((progress * syllables) % 1)) ** 0.5
    const timbre = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.35 * Math.sin(3 * phase) + 0.2 * Math.sin(5 * phase)
    hum[n] = Math.round((LOUDNESS * beat * timbre) / 2.05)
  }
  return hum
}

function hash(text: string): number {
  let value = 7
  for (const character of text) value = (value * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return value
}
