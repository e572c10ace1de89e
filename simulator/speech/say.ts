/**
 * Writes spoken text to a WAV file: microphones for browser tests.
 * By hand: `node simulator/speech/say.ts "Hello there." hello.wav`
 */
import { writeFile } from 'node:fs/promises'
import { SAMPLE_RATE } from '../media/pcm.ts'
import { resample } from './resample.ts'
import { createVoice } from './voice.ts'
import { writeWav } from './wav.ts'

export interface SayOptions {
  /** Hz; a browser's fake microphone wants 48000. */
  rate?: number
  /** Silence before and after the speech, ms. */
  leadSilenceMs?: number
  tailSilenceMs?: number
}

/** Speaks the text into a new file. Returns the length of the whole file, ms. */
export async function sayToWav(text: string, path: string, options: SayOptions = {}): Promise<number> {
  const { rate = 48_000, leadSilenceMs = 0, tailSilenceMs = 0 } = options
  const voice = await createVoice()
  const speech = resample((await voice.speak(text)).pcm, SAMPLE_RATE, rate)
  const lead = Math.round((leadSilenceMs / 1000) * rate)
  const tail = Math.round((tailSilenceMs / 1000) * rate)
  const pcm = new Int16Array(lead + speech.length + tail)
  pcm.set(speech, lead)
  await writeFile(path, writeWav({ rate, pcm }))
  return (pcm.length / rate) * 1000
}

if (import.meta.main) {
  const [text, path] = process.argv.slice(2)
  if (!text || !path) {
    console.error('usage: say.ts "text" file.wav')
    process.exitCode = 2
  } else {
    console.log(`${Math.round(await sayToWav(text, path))} ms`)
  }
}
