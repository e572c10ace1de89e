/**
 * How well the heard text of an interrupted turn is estimated, against the word times of the simulator's voice:
 * `npm run bench:heard`. Each answer is cut every 100 ms, both by our weights and by characters alone (the usual way).
 */
import { createVoice } from '../simulator/speech/voice.ts'
import { heardText } from '../worker/session/heard.ts'

const ANSWERS = [
  'Once upon a time there was a lighthouse keeper who lived alone on a small island. Every evening she climbed the stairs to light the lamp. The wind often shook the windows, but she was never afraid.',
  'Check in is from 3 pm, and check out is until 11 am. A double room is 140 euros a night, with harbour view 170, and breakfast is included. Children under six stay free of charge. Is there anything else that you would like to know?',
  'I understand. Photosynthesis converts sunlight, water and carbon dioxide into glucose and oxygen. Interestingly, approximately half of this happens in microscopic organisms throughout the oceans.',
  'Sure, I can help you with that. First, open the settings on your phone and choose your account. Then scroll down until you see the word privacy. If it is not there, your phone may need an update.',
  'That is a great question. Most people think the moon gives its own light, but it only reflects the light of the sun. When the earth stands between them, we see an eclipse.',
]
const STEP_MS = 100

const voice = await createVoice()
if (voice.kind !== 'flite') throw new Error('The speech packages are missing: npm install without --omit=optional')
const errors: Record<'weights' | 'characters', number[]> = { weights: [], characters: [] }
for (const answer of ANSWERS) {
  const { endsMs, totalMs } = await spoken(answer)
  for (let ms = STEP_MS; ms < totalMs; ms += STEP_MS) {
    const said = endsMs.filter((end) => end <= ms).length
    errors.weights.push(count(heardText(answer, ms, totalMs)) - said)
    errors.characters.push(count(answer.slice(0, Math.floor((ms / totalMs) * answer.length))) - said)
  }
}
for (const [way, all] of Object.entries(errors)) {
  const share = (words: number) =>
    `${Math.round((100 * all.filter((e) => Math.abs(e) <= words).length) / all.length)} %`
  console.log(`${way.padEnd(10)}  ${all.length} cuts, within one word: ${share(1)}, within two: ${share(2)}`)
}
process.exit(0)

/** When each word of the answer was over (ms), spoken sentence by sentence as the simulator does. */
async function spoken(answer: string): Promise<{ endsMs: number[]; totalMs: number }> {
  const endsMs: number[] = []
  let totalMs = 0
  for (const sentence of answer.match(/[^.!?]+[.!?]+/g) ?? []) {
    const { pcm, words } = await voice.speak(sentence.trim())
    endsMs.push(...words.map((word) => totalMs + word.endMs))
    totalMs += pcm.length / 24
  }
  return { endsMs, totalMs }
}

function count(text: string): number {
  return text.split(/\s+/).filter(Boolean).length
}
