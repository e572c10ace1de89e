/** These need the optional packages: where they are missing this fails, since `npm test` promises real speech. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { concat } from '../../../simulator/media/pcm.ts'
import { createEar, type Ear } from '../../../simulator/speech/ear.ts'
import { createVoice, type Voice } from '../../../simulator/speech/voice.ts'
import { noise, silence, tone } from '../support/sounds.ts'

let voice: Voice
let ear: Ear
beforeAll(async () => {
  voice = await createVoice()
  ear = await createEar()
})
afterAll(() => ear.close())

it('the real voice and the real ear are installed', () => {
  expect([voice.kind, ear.kind]).toEqual(['flite', 'moonshine'])
})

describe('voice', () => {
  it('tells when each word of the text is heard', async () => {
    const text = 'Hello there, it costs $5.20 for 3 people.'
    const { pcm, words } = await voice.speak(text)
    const lengthMs = pcm.length / 24
    expect(words.map((word) => word.text)).toEqual(text.split(' '))
    expect(lengthMs).toBeGreaterThan(2500)
    expect(lengthMs).toBeLessThan(6000)
    let last = 0
    for (const word of words) {
      expect(word.startMs).toBeGreaterThanOrEqual(last)
      expect(word.endMs).toBeGreaterThan(word.startMs)
      last = word.endMs
    }
    expect(last).toBeLessThanOrEqual(lengthMs)
    // "five dollars twenty cents" takes longer than any other word.
    const durations = words.map((word) => word.endMs - word.startMs)
    expect(durations.indexOf(Math.max(...durations))).toBe(4)
  })

  it('word times are true: what is cut out by them is heard as those words', async () => {
    const { pcm, words } = await voice.speak('My favourite colour is green, and the weather is lovely today.')
    const end = words.find((word) => word.text === 'green,')?.endMs ?? 0
    expect(await ear.hear(pcm.slice(0, end * 24))).toMatch(/^my favou?rite colou?r is green\W*$/i)
  })

  it('says the same for the same text', async () => {
    const [first, second] = [await voice.speak('One, two, three.'), await voice.speak('One, two, three.')]
    expect(first).toEqual(second)
  })

  it('reads accents, dashes and typographic quotes, and keeps the words as they stand', async () => {
    const text = '“What’s the weather — today, in Köln?” 🙂'
    const { pcm, words } = await voice.speak(text)
    expect(words.map((word) => word.text)).toEqual(text.split(' '))
    const silent = words.filter((word) => word.endMs === word.startMs).map((word) => word.text)
    expect(silent).toEqual(['—', '🙂'])
    expect(await ear.hear(pcm)).toMatch(/what's the weather\W+today\W+in/i)
  })

  it.each(['', '   ', '…', '日本語'])('has nothing to say for %j', async (text) => {
    expect((await voice.speak(text)).pcm).toHaveLength(0)
  })

  it('serves several at once', async () => {
    const texts = ['One.', 'Two and three.', 'Four, five and six.']
    const spoken = await Promise.all(texts.map((text) => voice.speak(text)))
    expect(spoken.map(({ words }) => words.map((word) => word.text).join(' '))).toEqual(texts)
  })
})

describe('ear', () => {
  it('understands what was said', async () => {
    const { pcm } = await voice.speak('Hello there, what is the weather like today?')
    expect(await ear.hear(pcm)).toMatch(/^hello there\W+what is the weather like today\?$/i)
  })

  it('understands it within long silence', async () => {
    const { pcm } = await voice.speak('What did I say before?')
    expect(await ear.hear(concat([silence(6000), pcm, silence(6000)]))).toMatch(/what did i say before/i)
  })

  it('understands more than its model takes at once', async () => {
    const sentence = 'The boatman knew every stone under the water, and every morning he crossed the wide river. '
    const { pcm } = await voice.speak(sentence.repeat(6))
    expect(pcm.length / 24_000).toBeGreaterThan(25)
    const heard = await ear.hear(pcm)
    expect(heard.match(/river/gi)).toHaveLength(6)
    expect(heard.match(/stone/gi)).toHaveLength(6)
  })

  it.each([
    ['silence', silence(2000)],
    ['nothing', silence(0)],
    ['a click', concat([silence(500), tone(20), silence(500)])],
    ['noise', noise(2000)],
  ])('hears no words in %s', async (_, pcm) => {
    expect(await ear.hear(pcm)).toBe('')
  })

  it('answers with nothing once it is closed', async () => {
    const other = await createEar()
    const { pcm } = await voice.speak('Hello there.')
    const pending = other.hear(pcm)
    await other.close()
    expect(await pending).toBe('')
    expect(await other.hear(pcm)).toBe('')
    expect(await ear.hear(pcm)).toMatch(/there/i)
  })
})
