/** Worker thread of `ear.ts`: recognising a sentence takes a quarter of a second of computing. */
import { SAMPLE_RATE } from '../media/pcm.ts'
import { answerJobs } from './answer-jobs.ts'
import type { EarAnswer, EarJob } from './ear.ts'
import { findMoonshine, loadMoonshine, MODEL_RATE, type Moonshine } from './moonshine.ts'
import { resample } from './resample.ts'
import { splitLong, trimSilence } from './segments.ts'

/** Shorter sounds hold no word and are too short for the model, ms. */
const SHORTEST_MS = 100

const files = findInstalled()
const model = files && loadMoonshine(files)
// Told with the first job; a failure that nobody has asked for yet must not end the thread.
model?.catch(() => {})

answerJobs<EarJob, EarAnswer>(async (job) => {
  if (job.kind === 'is_installed') return { installed: model !== undefined, text: '' }
  return { installed: true, text: model ? await hear(await model, job.pcm) : '' }
})

async function hear(moonshine: Moonshine, pcm: Int16Array): Promise<string> {
  const speech = trimSilence(pcm)
  if (speech.length < (SHORTEST_MS * SAMPLE_RATE) / 1000) return ''
  const heard: string[] = []
  for (const piece of splitLong(speech)) {
    const samples = Float32Array.from(resample(piece, SAMPLE_RATE, MODEL_RATE), (sample) => sample / 32_768)
    heard.push(await moonshine.recognise(samples))
  }
  return heard.filter((text) => text !== '').join(' ')
}

function findInstalled(): ReturnType<typeof findMoonshine> | undefined {
  try {
    return findMoonshine()
  } catch {
    return undefined
  }
}
