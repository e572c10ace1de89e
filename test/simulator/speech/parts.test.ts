import { describe, expect, it } from 'vitest'
import { concat, rms } from '../../../simulator/media/pcm.ts'
import { foldToAscii, isSpeakable } from '../../../simulator/speech/fold.ts'
import { splitLong, trimSilence } from '../../../simulator/speech/segments.ts'
import { speakInTones } from '../../../simulator/speech/tones.ts'
import { parsePhoneCounts, parsePhones, timeWords } from '../../../simulator/speech/word-times.ts'
import { silence, tone } from '../support/sounds.ts'

describe('fold', () => {
  it.each([
    ['Köln, café, Ærøskøbing', 'Koln, cafe, AEroskobing'],
    ['“It’s here”…', '"It\'s here". '],
    ['one—two – three', 'one, two ,  three'],
    ['ﬁne ① €5', 'fine 1  euro 5'],
    ['日本 🙂', ' '],
  ])('%j → %j', (text, folded) => {
    expect(foldToAscii(text).toLowerCase()).toBe(folded.toLowerCase())
  })

  it('knows what is read aloud', () => {
    expect(['a', '7', '$5', '—', '...', ''].map(isSpeakable)).toEqual([true, true, true, false, false, false])
  })
})

describe('word times', () => {
  const phones = parsePhones('pau:0.100 hh:0.200 ay:0.300 pau:0.500 dh:0.600 eh:0.700 r:0.800 pau:1.000 ')

  it('reads sounds and leaves pauses out', () => {
    expect(phones.map((phone) => phone.name)).toEqual(['hh', 'ay', 'dh', 'eh', 'r'])
    expect(phones[2]).toEqual({ name: 'dh', startMs: 500, endMs: 600 })
    expect(parsePhoneCounts('pau hh ay pau dh eh r pau ')).toEqual([2, 3])
  })

  it('gives each word its sounds, and none to what is not read', () => {
    expect(timeWords(['Hi', '—', 'there.'], [2, 0, 3], phones)).toEqual([
      { text: 'Hi', startMs: 100, endMs: 300 },
      { text: '—', startMs: 300, endMs: 300 },
      { text: 'there.', startMs: 500, endMs: 800 },
    ])
  })

  it('scales where the numbers do not agree, up to the last sound', () => {
    const words = timeWords(['Hi', 'there.'], [4, 6], phones)
    expect(words.map((word) => word.endMs)).toEqual([300, 800])
  })

  it('survives having no sounds', () => {
    expect(timeWords(['a', 'b'], [1, 1], [])).toEqual([
      { text: 'a', startMs: 0, endMs: 0 },
      { text: 'b', startMs: 0, endMs: 0 },
    ])
  })
})

describe('tones', () => {
  it('hums each word of the text, the same each time', () => {
    const { pcm, words } = speakInTones('Hello there, — old friend.')
    expect(words.map((word) => word.text)).toEqual(['Hello', 'there,', '—', 'old', 'friend.'])
    for (const { text, startMs, endMs } of words) {
      const loudness = rms(pcm.subarray(startMs * 24, endMs * 24))
      expect(loudness > 1500).toBe(text !== '—')
    }
    expect(pcm.length / 24).toBeGreaterThan(words.at(-1)?.endMs ?? 0)
    expect(speakInTones('Hello there, — old friend.').pcm).toEqual(pcm)
    expect(speakInTones(' ').pcm).toHaveLength(0)
  })
})

describe('segments', () => {
  it('keeps the speech and 300 ms around it', () => {
    const trimmed = trimSilence(concat([silence(1000), tone(400), silence(200), tone(400), silence(1000)]))
    expect(trimmed.length / 24).toBe(1600)
    expect(trimSilence(silence(500))).toHaveLength(0)
    expect(trimSilence(tone(400))).toHaveLength(400 * 24)
  })

  it('cuts what is long where it is quiet, and loses nothing', () => {
    const audio = concat([tone(15_000), silence(400), tone(17_000), silence(400), tone(9000)])
    const pieces = splitLong(audio)
    expect(pieces.map((piece) => Math.round(piece.length / 24_000))).toEqual([15, 17, 9])
    expect(pieces.map((piece) => rms(piece.slice(-960)))).toEqual([0, 0, expect.any(Number)])
    expect(concat(pieces)).toEqual(audio)
  })

  it('cuts also where it is never quiet', () => {
    const pieces = splitLong(tone(50_000))
    expect(pieces.every((piece) => piece.length <= 20_000 * 24)).toBe(true)
    expect(concat(pieces)).toHaveLength(50_000 * 24)
  })
})
