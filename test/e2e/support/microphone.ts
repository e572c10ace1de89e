/** Makes what is heard through a microphone: spoken lines with pauses. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sayToWav } from '../../../simulator/speech/say.ts'
import { readWav, writeWav } from '../../../simulator/speech/wav.ts'

/** Chromium's fake microphone takes this rate only. Hz */
const RATE = 48_000

/** Words to be said, or a pause in ms. */
export type Line = string | number

/** Speaks the lines one after the other into a WAV file in `dir`. Resolves with its path. */
export async function microphone(dir: string, lines: readonly Line[]): Promise<string> {
  const parts: Int16Array[] = []
  for (const line of lines) parts.push(typeof line === 'number' ? silence(line) : await spokenPcm(dir, line))
  const path = join(dir, 'microphone.wav')
  writeFileSync(path, writeWav({ rate: RATE, pcm: joined(parts) }))
  return path
}

/** One line as the bytes of a WAV file, for speech on demand. */
export async function spokenWav(dir: string, text: string): Promise<Buffer> {
  return Buffer.from(writeWav({ rate: RATE, pcm: await spokenPcm(dir, text) }))
}

/** One line as samples at 48 kHz. */
export async function spokenPcm(dir: string, text: string): Promise<Int16Array> {
  const path = join(dir, 'line.wav')
  await sayToWav(text, path, { rate: RATE, leadSilenceMs: 0, tailSilenceMs: 0 })
  const { pcm } = readWav(readFileSync(path))
  rmSync(path)
  return pcm
}

function silence(ms: number): Int16Array {
  return new Int16Array((RATE * ms) / 1000)
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
